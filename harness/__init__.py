"""A conversion testing harness: is every conversion reported, counted once, and well identified?"""

__version__ = "0.1.0"
