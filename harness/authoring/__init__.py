"""What a person answered or did becomes the text of a scenario file."""

from harness.authoring.draft import Draft, DraftStep, DraftVendor
from harness.authoring.reading import Reading, reading_from, reading_steps
from harness.authoring.writing import scenario_text

__all__ = ["Draft", "DraftStep", "DraftVendor", "Reading", "reading_from", "reading_steps", "scenario_text"]
