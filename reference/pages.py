"""Which checks, steps, profiles, vendors, commands and schemas are there? The pages of docs/reference and docs/checks.

`python -m reference` writes them after a change of any of these; tests/test_docs.py wants them fresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML

from harness.checks import CHECKS, RUN_CHECKS
from harness.cli import main as harness_command
from harness.demo import FAULTS, WIRINGS
from harness.errors import ExitCode
from harness.load.profiles import load_profiles
from harness.load.schema_files import schema_kinds, schema_of
from harness.load.vendor_specs import load_vendor_specs, packaged_specs

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_MADE = "\n<!-- Written by `python -m reference`. -->\n"
_SKIP = re.compile(r"Skip\(\s*f?\"([^\"{]+)\"")
_NEEDS = {
    "conversions": "the journey confirmed no conversion, or consent was denied",
    "tag": "no copy of a conversion arrived from the tag",
    "capi": "no copy of a conversion arrived from the server",
    "collect": "no copy of a conversion arrived at the collector",
    "pairs": "only one of tag and server copy arrived, so there is nothing to compare",
}


def pages() -> dict[str, str]:
    """Every page by its path in docs/."""
    made = {
        "reference/commands.md": _commands(),
        "reference/steps.md": _steps(),
        "reference/profiles.md": _profiles(),
        "reference/vendors.md": _vendors(),
        "reference/faults.md": _faults(),
        "reference/exit-codes.md": _exit_codes(),
        "reference/schemas.md": _schemas(),
        **_checks(),
    }
    return {path: text.rstrip() + "\n" + _MADE for path, text in made.items()}


def _commands() -> str:
    return "# Commands\n\n" + "\n".join(_command(harness_command, "harness"))


def _command(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    said = "\n".join(line.strip() for line in (command.help or "").replace("\b", "").strip().splitlines())
    yield f"## `{name}`\n\n{said}\n"
    arguments = " ".join(each.make_metavar(context) for each in command.params if isinstance(each, click.Argument))
    options = [each for each in command.params if isinstance(each, click.Option)]
    if not isinstance(command, click.Group):
        yield f"```sh\n{' '.join(filter(None, (name, '[OPTIONS]' if options else '', arguments)))}\n```\n"
    if options:
        yield "| option | does |\n| --- | --- |"
        yield from (f"| `{_escaped(flags)}` | {_escaped(text)} |" for flags, text in _records(options, context))
        yield ""
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None and not found.hidden:
                yield from _command(found, f"{name} {sub}")


def _records(options: list[click.Option], context: click.Context) -> Iterator[tuple[str, str]]:
    yield from (record for option in options if (record := option.get_help_record(context)) is not None)


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _steps() -> str:
    definitions = schema_of("scenario")["$defs"]
    verbs = definitions["step"]["oneOf"][-1]["properties"]
    lines = ["# Steps", "", "How they read in a scenario is told in [scenario files](../scenarios.md#steps).", ""]
    for verb, entry in verbs.items():
        lines += [f"## `{verb}`", "", entry["description"], ""]
        lines += _keys(entry, definitions)
    return "\n".join(lines)


def _keys(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    whole = _resolved(entry, definitions)
    mapping = next((each for each in (whole, *whole.get("oneOf", ())) if "properties" in each), None)
    if mapping is None:
        return []
    required = set(mapping.get("required", ()))
    rows = [
        f"| `{key}`{' (needed)' if key in required else ''} | {_escaped(_description(part, definitions))} |"
        for key, part in mapping["properties"].items()
    ]
    return ["| key | means |", "| --- | --- |", *rows, ""]


def _resolved(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in entry:
        entry = definitions[entry["$ref"].rpartition("/")[2]]
    return entry


def _description(entry: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    while "description" not in entry and "$ref" in entry:
        entry = definitions[entry["$ref"].rpartition("/")[2]]
    return str(entry.get("description", ""))


def _profiles() -> str:
    lines = ["# Profiles", "", "How to combine them and write your own is told in [profiles](../profiles.md).", ""]
    for profile in load_profiles().values():
        lines += [f"## `{profile.id}`", "", f"**{profile.title}**, reviewed {profile.reviewed}.", ""]
        lines += [profile.description, ""]
        lines += [f"- {source}" for source in profile.sources] + [""]
    return "\n".join(lines)


def _vendors() -> str:
    rows = [
        f"| [`{spec.id}`](../vendors/{spec.id}.md) | {spec.title} | {spec.kind} | {spec.reviewed} |"
        for spec in load_vendor_specs(packaged_specs()).values()
    ]
    head = ["# Vendors", "", "Each page says what is checked, on which source and how sure that is.", ""]
    table = ["| vendor | | kind | reviewed |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *table, *rows])


def _faults() -> str:
    rows = [
        f"| `{fault.name}` | {fault.title} | {', '.join(sorted(fault.wirings))} | {fault.journey} |"
        for fault in FAULTS.values()
    ]
    wirings = [f"- `{name}`: {text}" for name, text in WIRINGS.items()]
    head = [
        "# Faults of the embedded sites",
        "",
        "`harness demo --fault NAME` shows what the harness says of each.",
        "",
    ]
    table = ["| fault | what is wrong | in the wirings | seen on the journey |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *table, *rows, "", *wirings])


def _exit_codes() -> str:
    readme = (ROOT / "README.md").read_text("utf-8")
    said = {int(code): text for code, text in re.findall(r"^\| (\d) \| (.+?) \|$", readme, re.MULTILINE)}
    rows = [f"| {int(code)} | `{code.name.lower()}` | {said[int(code)]} |" for code in ExitCode]
    return "\n".join(["# Exit codes", "", "| code | name | meaning |", "| --- | --- | --- |", *rows])


def _schemas() -> str:
    lines = [
        "# Schemas",
        "",
        "`harness schema KIND` prints each of them; how editors use them is told in [editors](../editors.md).",
        "",
        "| kind | describes |",
        "| --- | --- |",
    ]
    described = {kind: schema_of(kind) for kind in schema_kinds()}
    lines += [f"| `{kind}` | {schema.get('description') or schema['title']} |" for kind, schema in described.items()]
    lines += ["| `result` | What `result.json` holds. |", "| `recording` | What `recording.json` holds. |", ""]
    for kind in ("scenario", "profile"):
        schema = schema_of(kind)
        lines += [f"## `{kind}`", "", *_keys(schema, schema["$defs"])]
    return "\n".join(lines)


def _checks() -> dict[str, str]:
    yaml = YAML(typ="safe")
    notes = yaml.load((ROOT / "reference" / "checks.yaml").read_text("utf-8"))
    expected = yaml.load((ROOT / "tests" / "faults" / "expected.yaml").read_text("utf-8"))
    told = (DOCS / "checks.md").read_text("utf-8")
    rows = {row[0]: row[1:] for row in re.findall(r"^\| \[`([\w-]+)`\]\S+ \| (.+?) \| (.+?) \|$", told, re.MULTILINE)}
    return {
        f"checks/{name}.md": _check(name, check, rows[name], notes[name], _causes(name, expected))
        for name, check in {**CHECKS, **RUN_CHECKS}.items()
    }


def _check(name: str, check: Any, row: tuple[str, str], note: Mapping[str, str], causes: Mapping[str, str]) -> str:
    module = import_module(f"harness.checks.{name.replace('-', '_')}")
    passes, can_cause = row
    lines = [f"# {name}", "", f"**{(module.__doc__ or '').strip().splitlines()[0]}**", "", check.why, ""]
    lines += ["## Passes", "", f"When {passes}.", "", f"It looks at {note['evidence']}", ""]
    lines += ["## Fails", "", f"Severity: {can_cause}. For example:", "", f"> {note['example']}", ""]
    if causes:
        lines += ["To see it fail, break the embedded shop:", "", "```sh"]
        lines += [_command_for(fault, vendor) for fault, vendor in list(causes.items())[:3]]
        lines += ["```", ""]
        lines += [f"- `{fault}`: {_small(FAULTS[fault].title)}" for fault in causes] + [""]
    lines += ["## Mend it", "", check.remedy, ""]
    skips = [_NEEDS[need] for need in sorted(getattr(check, "needs", ())) if need in _NEEDS]
    skips += _SKIP.findall(Path(str(module.__file__)).read_text("utf-8"))
    if skips:
        lines += ["## Is skipped", "", "Never silently; the report says which of these it was:", ""]
        lines += [f"- {reason}" for reason in dict.fromkeys(skips)] + [""]
    lines += [
        "## What it stands on",
        "",
        "A finding names the rule, its source, when that was read and how sure it is; the rules of each vendor are on",
        "[its page](../reference/vendors.md). What is only inferred never yields an error.",
    ]
    return "\n".join(lines)


def _small(title: str) -> str:
    """A title as it goes on in a line; a word that is all capitals, such as an abbreviation, stays."""
    first, blank, rest = title.partition(" ")
    return (first if first.isupper() else first.lower()) + blank + rest


def _command_for(fault: str, vendor: str) -> str:
    return f"harness demo --fault {fault}" + (f" --vendor {vendor}" if vendor else "")


def _causes(check: str, expected: Mapping[str, Any]) -> dict[str, str]:
    """The faults of the shop that this check finds, each with a vendor to see it at; an error before a warning."""
    found: dict[str, tuple[int, str]] = {}
    for fault, runs in expected.items():
        for findings in runs.values() if fault in FAULTS else ():
            for key, vendors in (findings or {}).items():
                severity, _, name = key.partition(" ")
                if name == check:
                    weight = ("error", "warning", "info").index(severity)
                    vendor = vendors[0] if isinstance(vendors, list) and vendors and vendors[0] else ""
                    found[fault] = min(found.get(fault, (9, "")), (weight, vendor))
    ordered = sorted(found.items(), key=lambda each: each[1][0])
    return {fault: vendor for fault, (_, vendor) in ordered[:5]}


def write() -> int:
    """Write them all in place of those that are there; how many they are."""
    for folder in ("reference", "checks"):
        (DOCS / folder).mkdir(exist_ok=True)
        for old in (DOCS / folder).glob("*.md"):
            old.unlink()
    made = pages()
    for path, text in made.items():
        (DOCS / path).write_text(text, "utf-8")
    return len(made)
