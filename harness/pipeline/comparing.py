"""What differs between two releases, by the recordings that were made of each?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import __version__
from harness.comparators.kinds import Kinds
from harness.comparators.releases import Visit, gaps, release_changes
from harness.errors import ExitCode, InputError, Mistake
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.comparison import Comparison, Release, RunComparison
from harness.pipeline.judging import ReadRecording, read_evidence, recordings_in
from harness.pipeline.reporting import read_result, write
from harness.pipeline.requests import Progress, Specs
from harness.record.storage import holds_recording
from harness.report.comparison import COMPARISON_REPORTERS
from harness.verdicts.releases import weighed

Runs = dict[tuple[str, str], ReadRecording]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOutcome:
    """The comparison, its page and its summary in Markdown, and what the process should answer to the shell."""

    comparison: Comparison
    page: Path
    summary: Path
    exit_code: ExitCode


def compare_releases(
    before: Path, after: Path, out: Path, *, tolerance: float, fail_on_change: bool, progress: Progress
) -> ComparisonOutcome:
    """Both sides judged by the same specs, run by run, and what differs written to `out`."""
    specs = load_vendor_specs(packaged_specs())
    sides = [_runs_of(path, specs, progress) for path in (before, after)]
    comparison = _comparison((before, after), sides, specs, tolerance)
    out.mkdir(parents=True, exist_ok=True)
    for reporter in COMPARISON_REPORTERS.values():
        write(out / reporter.file_name, reporter.render(comparison))
    return ComparisonOutcome(
        comparison=comparison,
        page=out / COMPARISON_REPORTERS["html"].file_name,
        summary=out / COMPARISON_REPORTERS["markdown"].file_name,
        exit_code=_exit_code(comparison, fail_on_change),
    )


def _exit_code(comparison: Comparison, fail_on_change: bool) -> ExitCode:
    """A difference that was seen outweighs what could not be compared."""
    if comparison.mattering or (fail_on_change and (comparison.changes or comparison.new)):
        return ExitCode.FAILED
    return ExitCode.PASSED if comparison.is_whole else ExitCode.INCONCLUSIVE


def _comparison(places: tuple[Path, Path], sides: Sequence[Runs], specs: Specs, tolerance: float) -> Comparison:
    one, other = sides
    both = [name for name in one if name in other]
    if not both:
        raise InputError(
            [
                Mistake(
                    file=str(places[1]),
                    found=f"no run of {_listed(one)}; there is {_listed(other)}",
                    expected="at least one scenario under one profile that both sides have",
                    remedy="record the same scenario files on both",
                )
            ]
        )
    return Comparison(
        before=_release(places[0], one),
        after=_release(places[1], other),
        runs=tuple(_run_comparison(one[name], other[name], tolerance) for name in both),
        missing=tuple(" under ".join(name) for name in one if name not in other),
        new=tuple(" under ".join(name) for name in other if name not in one),
        vendor_titles={spec.id: spec.title for spec in specs.values()},
        harness_version=__version__,
    )


def _run_comparison(one: ReadRecording, other: ReadRecording, tolerance: float) -> RunComparison:
    before, after = _visit(one), _visit(other)
    recording = other.recording
    missed = gaps(before, after)
    is_done = one.recording.is_complete and other.recording.is_complete
    return RunComparison(
        scenario=recording.scenario.id,
        title=recording.scenario.title,
        profile=recording.profile.id,
        profile_title=recording.profile.title,
        events=(len(one.decoded.events), len(other.decoded.events)),
        changes=weighed(release_changes(before, after, tolerance)) if is_done else (),
        gaps=missed,
    )


def _visit(entry: ReadRecording) -> Visit:
    return Visit(
        recording=entry.recording,
        facts=entry.facts,
        kinds=Kinds(recording=entry.recording, persona=entry.persona, safe=entry.redactor.redact_for_reading),
    )


def _release(place: Path, runs: Runs) -> Release:
    recordings = [entry.recording for entry in runs.values()]
    browser = next((recording.browser for recording in recordings if recording.browser), None)
    site = recordings[0].scenario.site
    return Release(
        name=str(place),
        suite_id=recordings[0].suite_id,
        started_at=min(recording.started_at for recording in recordings),
        site=site.url or f"the embedded {site.demo}",
        browser=browser.title if browser else "none",
        runs=len(runs),
    )


def _runs_of(path: Path, specs: Specs, progress: Progress) -> Runs:
    """The recordings of one side by scenario and profile."""
    found: Runs = {}
    for folder in _folders(path):
        progress.say("", f"reading {folder}")
        entry = read_evidence(folder, specs)
        name = (entry.recording.scenario.id, entry.recording.profile.id)
        if name in found:
            raise InputError(
                [
                    Mistake(
                        file=str(path),
                        found=f"two recordings of {' under '.join(name)}: {found[name].folder} and {folder}",
                        expected="the recordings of one release",
                        remedy="give the folder that one `harness run` wrote",
                    )
                ]
            )
        found[name] = entry
    return found


def _folders(path: Path) -> list[Path]:
    """A result does not hold what is compared, but it says where its recordings are."""
    if not path.is_file():
        return recordings_in(path)
    folders = [path.parent / run.folder for run in read_result(path).runs]
    lost = [folder for folder in folders if not holds_recording(folder)]
    if lost:
        raise InputError(
            [
                Mistake(
                    file=str(path),
                    found=f"its recording {lost[0]} is not there",
                    expected="the recordings beside the result: it alone does not say what each value was",
                    remedy="keep the folder `recordings` with the report",
                )
            ]
        )
    return folders


def _listed(runs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(" under ".join(name) for name in runs)
