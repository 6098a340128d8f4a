"""Is a journey one that a visitor can make: does each leg begin with a page, and have all questions an answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.errors import Mistake
from harness.load.documents import Document, mistake_at
from harness.load.journeys import ANSWERS, WrittenJourney, WrittenStep, leg_entries, step_verbs
from harness.load.placeholders import DocumentPath
from harness.model.profile import Profile

# What can be done without a browser. Of the waits, those for traffic.
AWAY = ("call", "run", "upload", "conversion", "no_conversion", "wait", "answer")
_TRAFFIC = ("request", "vendor_event")
# What can be done in a browser before it shows a page.
_BEFORE_A_PAGE = (*AWAY, "offline", "online")
NO_DEVICE = "none"


def journey_mistakes(
    document: Document,
    journey: WrittenJourney,
    profiles: Mapping[str, Profile],
    of_runs: Mapping[DocumentPath, Profile],
) -> Iterator[Mistake]:
    """`of_runs` are the scenario's profiles by where they stand, `profiles` all that a leg may name."""
    for index, steps in enumerate(journey.legs):
        leg = _leg(document, index)
        if leg.get("device") == NO_DEVICE:
            yield from _needs_a_browser(steps, leg, document, index)
        else:
            yield from _begins_without_page(steps)
    yield from _legs_alike(document)
    yield from _contradicting_orders(document, journey)
    yield from _unanswered(document, journey, profiles, of_runs)
    for steps in journey.consent.values():
        for step in steps:
            if step.verb == "consent":
                yield step.mistake(step.place, '"consent" within an answer to it', remedy="write the steps themselves")


def _leg(document: Document, index: int) -> dict[str, Any]:
    entries = leg_entries(document)
    return entries[index] if index < len(entries) and "journey" not in document.data else {}


def _needs_a_browser(
    steps: Sequence[WrittenStep], leg: Mapping[str, Any], document: Document, index: int
) -> Iterator[Mistake]:
    for name in ("looks_like", "profile"):
        if name in leg:
            place = document.place(("legs", index, name), at_key=True)
            yield mistake_at(place, f'"{name}" for a leg without a device', remedy="remove it, or name a device")
    expected = f"one of {', '.join(AWAY)}"
    for step in steps:
        if step.verb not in AWAY:
            yield step.mistake(step.place, f'"{step.verb}" needs a browser, and this leg has the device none', expected)
        elif step.verb == "wait" and not _is_about_traffic(step):
            found = '"wait" for a page, and this leg has the device none'
            yield step.mistake(step.place, found, "a wait for request or vendor_event")


def _begins_without_page(steps: Sequence[WrittenStep]) -> Iterator[Mistake]:
    for step in steps:
        if step.verb in _BEFORE_A_PAGE and (step.verb != "wait" or _is_about_traffic(step)):
            continue
        if step.verb != "open" and step.verb in step_verbs():
            found = f'the journey begins with "{step.verb}"'
            yield step.mistake(step.entry_place, found, "open as the first step")
        return


def _is_about_traffic(step: WrittenStep) -> bool:
    arguments = step.whole_arguments()
    return any(name in arguments for name in _TRAFFIC)


def _contradicting_orders(document: Document, journey: WrittenJourney) -> Iterator[Mistake]:
    if not isinstance(document.data, dict) or document.data.get("orders") != "none":
        return
    for step in (each for steps in (*journey.legs, *journey.beside_the_legs()) for each in steps):
        if step.whole_arguments().get("places_order"):
            found = "this step places an order, and the scenario says orders: none"
            yield step.mistake(step.place, found, remedy="remove one of the two")


def _legs_alike(document: Document) -> Iterator[Mistake]:
    """A device looks the same whenever it is used, and a leg is known by its name."""
    legs = document.data.get("legs") if isinstance(document.data, dict) else None
    names: set[str] = set()
    looks: dict[str, str] = {}
    for index, leg in enumerate(legs if isinstance(legs, list) else ()):
        if not isinstance(leg, dict):
            continue
        name, device, look = (str(leg.get(key, "")) for key in ("name", "device", "looks_like"))
        if name in names:
            yield mistake_at(document.place(("legs", index, "name")), f'a leg is called "{name}" already')
        names.add(name)
        if look and looks.setdefault(device, look) != look:
            place = document.place(("legs", index, "looks_like"))
            yield mistake_at(
                place, f'the device "{device}" looked like {looks[device]} before', remedy="keep its looks"
            )


def _unanswered(
    document: Document,
    journey: WrittenJourney,
    profiles: Mapping[str, Profile],
    of_runs: Mapping[DocumentPath, Profile],
) -> Iterator[Mistake]:
    """Each answer that is given, as the step or the profile says, must have its steps."""
    for index, steps in enumerate(journey.legs):
        for step in steps:
            answer = step.whole_arguments().get("answer") if step.verb == "consent" else None
            if isinstance(answer, str) and answer in ANSWERS and answer not in journey.consent:
                yield step.mistake(step.place, f"no steps for consent {answer}", f"steps under consent: {answer}")
        if any(step.verb == "consent" and "answer" not in step.whole_arguments() for step in steps):
            # A bare `consent` answers as the leg's profile does, or as the run's where that refuses or is the only one.
            own = _leg(document, index).get("profile")
            named: dict[DocumentPath, Profile | None] = {**of_runs}
            if isinstance(own, str) and own:
                named = {path: profile for path, profile in of_runs.items() if profile.consent == "denied"}
                named["legs", index, "profile"] = profiles.get(own)
            yield from _without_steps(document, journey, named)
    yield from _never_denied(document, journey, of_runs)


def _without_steps(
    document: Document, journey: WrittenJourney, named: Mapping[DocumentPath, Profile | None]
) -> Iterator[Mistake]:
    for path, profile in named.items():
        if profile is not None and profile.consent not in journey.consent:
            found = f'the visitor of profile "{profile.id}" has no steps to answer the question of consent'
            yield mistake_at(document.place(path), found, f"steps under consent: {profile.consent}")


def _never_denied(
    document: Document, journey: WrittenJourney, of_runs: Mapping[DocumentPath, Profile]
) -> Iterator[Mistake]:
    """A visitor who refuses, and is never asked, would be taken for one who was."""
    if any(step.verb == "consent" for steps in journey.legs for step in steps):
        return
    for path, profile in of_runs.items():
        if profile.consent == "denied":
            found = f'the visitor of profile "{profile.id}" denies consent, but no step answers the question'
            yield mistake_at(document.place(path), found, "a step consent, and steps under consent: denied")
