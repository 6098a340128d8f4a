"""May this be done to a site that other people use, too?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from harness.errors import InputError, Mistake
from harness.load.documents import close_match, mistake_at
from harness.model.scenario import Run, Scenario, Site
from harness.pipeline.requests import RunRequest
from harness.record.policy import LOOPBACK

_MARK = "places_order: true at the step that places it, or orders: none for the scenario"


def is_live(site: Site) -> bool:
    """Neither embedded nor on this machine."""
    return not site.demo and host_of(site) not in LOOPBACK


def host_of(site: Site) -> str:
    return (urlsplit(site.url).hostname or "").lower()


def may_order(scenario: Scenario, request: RunRequest) -> bool:
    """Orders on a live site are real ones, unless somebody says that they are not, of this very host."""
    site = scenario.snapshot.site
    return not is_live(site) or host_of(site) in _allowed(request)


def checked(scenarios: Sequence[Scenario], runs: Sequence[Run], request: RunRequest) -> None:
    """Refuse what is not safe to do; an `InputError` says what to write."""
    live = [scenario for scenario in scenarios if is_live(scenario.snapshot.site)]
    mistakes = [mistake for scenario in live for mistake in _unsaid(scenario)]
    hosts = {host_of(scenario.snapshot.site) for scenario in live}
    mistakes += [
        Mistake(
            file="--allow-orders",
            found=f'no scenario visits "{host}"',
            expected=f"one of {', '.join(sorted(hosts))}" if hosts else "nothing, for no scenario visits a live site",
            remedy=close_match(host, sorted(hosts)),
        )
        for host in sorted(_allowed(request) - hosts)
    ]
    mistakes += _too_many(runs, request.most_runs)
    if mistakes:
        raise InputError(mistakes)


def _allowed(request: RunRequest) -> set[str]:
    return {host.lower() for host in request.allow_orders}


def _unsaid(scenario: Scenario) -> Iterator[Mistake]:
    """A scenario that does not say by which step it orders, so that nobody could keep it from that."""
    host = host_of(scenario.snapshot.site)
    is_marked = False
    for step in (step for leg in scenario.legs for step in leg.steps):
        is_marked = is_marked or step.places_order
        is_here = step.verb == "conversion" and step.arguments.get("action_source", "website") == "website"
        if is_here and not is_marked:
            yield mistake_at(step.place, f"no step before this one places the order, and {host} is a live site", _MARK)
            return
    if not is_marked and not scenario.places_no_order:
        found = f"nothing says whether this scenario places an order, and {host} is a live site"
        yield mistake_at(scenario.place, found, _MARK)


def _too_many(runs: Sequence[Run], most: int) -> Iterator[Mistake]:
    sites = [run.scenario.snapshot.site for run in runs]
    for host, number in Counter(host_of(site) for site in sites if is_live(site)).items():
        if number > most:
            yield Mistake(
                file="--most-runs",
                found=f"{number} runs on the live site {host}",
                expected=f"at most {most}",
                remedy="choose fewer with --profile, or allow more",
            )
