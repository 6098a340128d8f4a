"""The words of the harness as frozen dataclasses; every room imports this one and no other."""
