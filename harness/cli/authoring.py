"""How does a person get a scenario file without knowing its words by heart?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.errors import InputError

if TYPE_CHECKING:
    from harness.pipeline.authoring import KnownAnswers

_Answer = TypeVar("_Answer")


@click.command("schema")
@click.argument("kind")
def schema_command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for editors: scenario, steps, profile, vendor-spec, result, ..."""
    from harness.pipeline import authoring

    click.echo(authoring.schema_text(kind), nl=False)


@click.command("new")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--site", metavar="URL", help="Where the visit takes place, or an embedded site: shop, loan, travel.")
@click.option("--title", help="One line that says what the visitor does.")
@click.option(
    "--vendor",
    "vendors",
    multiple=True,
    metavar="NAME[=ACCOUNT]",
    help="A vendor that must hear of it, with =123 for its account, or =tag:123,capi:456. May be repeated.",
)
@click.option(
    "--event-name",
    "event_names",
    multiple=True,
    metavar="VENDOR=NAME",
    help="What a vendor calls the event, where the site chose that: VENDOR=tag:LABEL,capi:ACTION.",
)
@click.option("--event", help="What the site confirms: purchase, generate_lead, ...")
@click.option("--data-layer", metavar="JS", help="The JavaScript expression of the data layer.")
@click.option("--order-id", metavar="WHERE", help="Where the last page tells it: test_id:..., css:..., data_layer:...")
@click.option("--value", metavar="WHERE", help="Where the last page tells the order's value.")
@click.option("--currency", metavar="WHERE", help="A code such as EUR, or where the last page tells it.")
@click.option(
    "--step", "steps", multiple=True, metavar="STEP", help="A step as in the file: 'click: {link: Teapot}'. Repeatable."
)
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="A profile; may be repeated.")
@click.option(
    "--server-calls",
    type=click.Choice(["egress-proxy", "not-observable"]),
    help="Whether the site's server speaks through the harness.",
)
@click.option("--country", help="Where the visitor lives: AT, CH, DE, FR, GB, US.")
@click.option("--accept", metavar="BUTTON", help="The button that accepts cookies; empty if nobody asks.")
@click.option("--refuse", metavar="BUTTON", help="The button that refuses them; empty if there is none.")
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given is as usual.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new_command(file: Path | None, force: bool, **given: Any) -> None:
    """Write a scenario from the answers to a few questions; every answer can be an option."""
    from harness.pipeline import authoring

    questions = _Questions(given, authoring.known_answers())
    path = file or Path(questions.text("file", "Which file shall it be", "scenarios/checkout.yaml"))
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already; choose another name, or give --force to write over it")
    answers = questions.asked()
    with _mending(path):
        written, schema = authoring.new_scenario(answers, path, force=force)
    click.echo(f"\n{written} was written and read back: it is a scenario. {schema} lets editors complete it.")
    click.echo(f"try it:  harness run {written} --profile none --headed")


@contextmanager
def _mending(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        if any(mistake.line for mistake in error.mistakes):
            click.echo(f"{path} was written, and needs mending:", err=True)
        raise


class _Questions:
    """Asks for what no option says; with --yes it is as usual. A mistaken answer is asked for again."""

    def __init__(self, given: dict[str, Any], known: KnownAnswers) -> None:
        self._given = given
        self._known = known
        self._is_asking = not given["yes"]

    def asked(self) -> Any:
        """The answers to all questions that the site leaves open."""
        from harness.pipeline import authoring

        known = self._known
        sites = ", ".join(known.sites)
        site = self.one("site", f"The site's URL, or an embedded site ({sites})", None, known.site)
        profiles = self.several("profiles", "Profiles, with commas", "none, ublock", known.profile)
        if site in known.sites:
            vendors = tuple(self._read("vendors", each, known.vendor) for each in self._given["vendors"])
            title = self._given["title"] or ""
            return authoring.ScenarioAnswers(site=site, vendors=vendors, profiles=profiles, title=title)
        layer = self.text("data_layer", "The JavaScript expression of its data layer", "window.dataLayer")
        event = self.one("event", "What the site confirms", "purchase", known.event)
        vendors = self._vendors(event)
        steps = self._steps()
        readings = {
            key: self.one(key, f"Where the last page tells {what}", f"data_layer:ecommerce.{usual}", reading)
            for key, what, usual, reading in (
                ("order_id", "the order's ID", "transaction_id", lambda text: known.reading(text, layer)),
                ("value", "its value", "value", lambda text: known.reading(text, layer)),
                ("currency", "its currency, or a code such as EUR", "currency", lambda t: known.currency(t, layer)),
            )
        }
        return authoring.ScenarioAnswers(
            site=site,
            title=self.text("title", "What the visitor does, in one line", f"A visitor makes a {event}"),
            data_layer=layer,
            vendors=vendors,
            event=event,
            readings=readings,
            steps=steps,
            profiles=profiles,
            server_calls=self.one(
                "server_calls",
                "Can its server's calls be seen (egress-proxy: it speaks through the harness)",
                "not-observable",
                click.Choice(["egress-proxy", "not-observable"]),
            ),
            country=self.one(
                "country", "Where the visitor lives", "DE", click.Choice(["AT", "CH", "DE", "FR", "GB", "US"])
            ),
            accept=self.text("accept", "The button that accepts cookies (nothing if nobody asks)", ""),
            refuse=self.text("refuse", "The button that refuses them (nothing if there is none)", ""),
        )

    def text(self, name: str, question: str, usual: str) -> str:
        return str(self.one(name, question, usual, str))

    def one(
        self, name: str, question: str, usual: str | None, read: Callable[[str], _Answer] | click.Choice[str]
    ) -> Any:
        answer = self._given.get(name)
        if answer is not None:
            return self._read(name, answer, read)
        if self._is_asking:
            return click.prompt(
                question, default=usual, show_default=bool(usual), value_proc=lambda text: self._read(name, text, read)
            )
        if usual is None:
            raise click.UsageError(f"--yes asks nothing, so --{name.replace('_', '-')} is needed")
        return self._read(name, usual, read)

    def several(
        self, name: str, question: str, usual: str | None, read: Callable[[str], _Answer]
    ) -> tuple[_Answer, ...]:
        if self._given[name]:
            return tuple(self._read(name, each, read) for each in self._given[name])

        def all_of(text: str) -> tuple[_Answer, ...]:
            return tuple(read(part.strip()) for part in text.split(",") if part.strip())

        return self.one("", question, usual, all_of)  # type: ignore[no-any-return]  # what `all_of` yields

    def _vendors(self, event: str) -> tuple[Any, ...]:
        from harness.pipeline import authoring

        given = [self._read("vendors", each, self._known.vendor) for each in self._given["vendors"]]
        if not given and not self._is_asking:
            raise click.UsageError("--yes asks nothing, so --vendor is needed")
        if not given:
            for name, title in self._known.vendors.items():
                click.echo(f"  {name:<14} {title}")
            given = list(self.several("vendors", "Vendors that must hear of it, with commas", None, self._known.vendor))
            given = [self._with_account(vendor) for vendor in given]
        named = dict(each.partition("=")[::2] for each in self._given["event_names"])
        for index, vendor in enumerate(given):
            name = named.get(vendor.vendor, "")
            if not name and self._is_asking and self._known.spec(vendor.vendor).event_names.chosen_by_site:
                name = self.text("", f"What {vendor.vendor} calls {event} here (tag:LABEL,capi:ACTION)", "")
            given[index] = authoring.with_names(vendor, event, name)
        return tuple(given)

    def _with_account(self, vendor: Any) -> Any:
        from harness.pipeline import authoring

        question = f"The account of {vendor.vendor} (ID, or tag:ID,capi:ID; nothing if any will do)"
        account = "" if vendor.accounts else self.text("", question, "")
        return replace(vendor, accounts=authoring.per_channel(account)) if account else vendor

    def _steps(self) -> tuple[Any, ...]:
        if self._given["steps"] or not self._is_asking:
            return tuple(self._read("steps", each, self._known.step) for each in self._given["steps"])
        click.echo("What the visitor does between the first page and the last, a step a line as in the file:")
        click.echo('  click: {link: Teapot}    fill: {label: Email, value: "${persona.email}"}    (docs/scenarios.md)')
        steps = []
        while (step := self.one("", "step (nothing ends)", "", lambda text: text and self._known.step(text))) != "":
            steps.append(step)
        return tuple(steps)

    def _read(self, name: str, text: str, read: Any) -> Any:
        try:
            return read.convert(text, None, None) if isinstance(read, click.Choice) else read(text)
        except InputError as error:
            said = "; ".join(
                "; ".join(filter(None, (each.found, each.expected and f"expected {each.expected}", each.remedy)))
                for each in error.mistakes
            )
            hint = f"--{name.replace('_', '-').removesuffix('s')}" if name and self._given.get(name) else None
            raise click.BadParameter(said, param_hint=hint) from None


@click.command("record-journey")
@click.argument("address", metavar="URL")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="The scenario to write.")
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="HOST",
    help="A further host that the page needs; *.cdn.example is every subdomain. May be repeated.",
)
@click.option("--data-layer", metavar="JS", default="window.dataLayer", help="The expression of the data layer.")
@click.option("--browser", default="", metavar="PATH", help="Its path, or chromium, chrome.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def record_journey_command(address: str, out: Path | None, force: bool, **options: Any) -> None:
    """Open a browser, look on while you click through the site, and write what you did as a scenario.

    What you type about yourself becomes the made-up visitor's, and calls to vendors are answered here: nothing reaches
    an ad account. Click the order's ID with the Shift key held, then its value, to say where the page tells them. Close
    the browser when the order is confirmed. URL may be an embedded site: shop, loan, travel.
    """
    from harness.pipeline import watching

    path = out or Path("scenarios/recorded.yaml")
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already; choose another --out, or give --force to write over it")
    request = watching.JourneyRequest(address=address, out=path, force=force, environment=dict(os.environ), **options)
    click.echo("starting the browser", err=True)
    with _mending(path):
        written, _ = watching.record_journey(request, lambda text: click.echo(text, err=True))
    click.echo(f"{written} was written and read back: it is a scenario. Look through it, then try it:")
    click.echo(f"  harness run {written} --profile none --headed")
