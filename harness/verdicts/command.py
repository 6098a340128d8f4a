"""Which command makes a run again?"""

from __future__ import annotations

import shlex

from harness.model.recording import Recording

_OWN = "own list"
_INSTALLED = {"package", "cache"}


def command(recording: Recording) -> str:
    """For a shell; with the short filter list if that was the only one."""
    scenario, profile = recording.scenario, recording.profile
    if "::" in scenario.file:
        return shlex.join(["pytest", scenario.file])
    options = scenario.site.options
    faults = [word for fault in options.get("faults", "").split(",") if fault for word in ("--fault", fault)]
    if scenario.file:
        words = ["run", scenario.file, *faults]
    elif scenario.site.demo:
        wiring = ["--wiring", options["wiring"]] if options.get("wiring") else []
        # The shop was told its vendors only if not all of them were wanted.
        wanted = scenario.vendors if "vendors" in options else ()
        words = ["demo", *wiring, *faults, *(word for each in wanted for word in ("--vendor", each.vendor))]
    else:
        return ""
    origins = {entry.origin for entry in recording.filter_lists}
    own = _OWN in origins and not origins & _INSTALLED
    return shlex.join(["harness", *words, "--profile", profile.id, *(["--lists", "own"] if own else [])])
