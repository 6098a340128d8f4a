"""Who may import whom, which package lives where, and where nothing may touch the world. Changing a table here is a
design decision: say why in the commit."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "harness"

# What each room may import of the others. `model` and `errors` are everybody's.
ROOMS: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "redaction": set(),
    # What is one site decides on third parties, on cookies and on who is a stranger: one answer for all of them.
    "hosts": set(),
    "personas": set(),
    "invariants": set(),
    "plan": {"personas", "invariants"},
    "load": set(),
    "record": {"hosts"},
    "decode": set(),
    "comparators": {"hosts"},
    "checks": set(),
    "verdicts": set(),
    "report": set(),
    "authoring": set(),
    "demo": set(),
    "conformance": {"decode"},
    "accuracy": {"decode", "comparators", "checks"},
    "upload_audit": {"decode", "comparators", "checks"},
    "history": set(),
    "insights": set(),
    "notifications": set(),
    "doctor": {"record"},
    "browser_setup": {"record"},
    "__main__": {"cli"},
    "pytest_plugin": {"pipeline"},
    "cli": {"pipeline", "doctor"},
    "pipeline": {
        "load", "personas", "plan", "record", "decode", "comparators", "checks", "verdicts", "report", "redaction",
        "demo", "conformance", "accuracy", "upload_audit", "history", "insights", "notifications", "authoring",
    },
}  # fmt: skip

# Each third-party package and its homes. The embedded shop is a site of its own and brings what a site needs.
HOMES: dict[str, set[str]] = {
    "click": {"cli"},
    "deepdiff": {"comparators"},
    "jinja2": {"report", "demo"},
    "jsonschema": {"load", "decode"},
    "mitmproxy": {"record"},
    "playwright": {"record"},
    "ruamel": {"load"},
    "msgspec": {"record", "report", "redaction"},
    "phonenumbers": {"personas", "comparators", "demo"},
    "rich": {"cli", "report", "pipeline"},
    "sqlalchemy": {"history"},
    "starlette": {"demo"},
    "uvicorn": {"demo"},
    "httpx": {"demo", "record", "notifications"},
    "certifi": {"record"},
    "cryptography": {"record"},
    "publicsuffix2": {"hosts"},
    "brotli": {"record"},
    "wsproto": {"record"},
    "zstandard": {"record"},
    "pytest": {"pytest_plugin"},
}

PURE = (
    "accuracy",
    "authoring",
    "model",
    "invariants",
    "conformance",
    "insights",
    "upload_audit",
    "plan",
    "personas",
    "decode",
    "comparators",
    "checks",
    "verdicts",
    "report",
    "redaction",
)
# Report templates are part of the code and are read when it is imported; that is importlib's, and allowed.
WORLD = {
    "os", "pathlib", "socket", "subprocess", "logging", "time", "random", "secrets", "tempfile", "shutil",
    "urllib.request", "asyncio", "threading",
}  # fmt: skip


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_vendor_specs" not in path.parts)


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Every imported module, those in functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "harness":
                yield from (f"harness.{alias.name}" for alias in node.names)
            else:
                yield node.module


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", modules(), ids=name)
def test_rooms_import_the_model_and_never_each_other(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in ROOMS, f"{room} is a new room: give it a line in the table"
    allowed = {room, "model", "errors", "__version__", *ROOMS[room]}
    reached = {module.split(".")[1] for module in imports_of(path) if module.startswith("harness.")}
    assert reached <= allowed


@pytest.mark.parametrize("path", modules(), ids=name)
def test_each_third_party_package_has_its_home(path: Path) -> None:
    room = room_of(path)
    for module in imports_of(path):
        package = module.split(".")[0]
        if package in sys.stdlib_module_names or package in ("harness", "__future__"):
            continue
        assert package in HOMES, f"{package} is new here: give it a home"
        assert room in HOMES[package], f"{package} does not live in {room}"


@pytest.mark.parametrize("path", [path for path in modules() if room_of(path) in PURE], ids=name)
def test_pure_rooms_touch_no_file_clock_network_or_terminal(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not {module for module in imports_of(path) if module in WORLD}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"open", "print", "input"}
    now = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
    }
    assert not now


def test_no_vendor_is_named_in_code_outside_the_demo() -> None:
    """Vendor knowledge is data. The blocker's stubs and lists are about hosts, and they are data too."""
    vendors = re.compile(
        r"facebook|fbclid|\bfbp\b|google|gclid|teads|auctid|tealium|utag|snapchat|pinterest|tiktok|linkedin|reddit|"
        r"twitter|amazon|microsoft|bing\.|doubleclick|floodlight",
        re.IGNORECASE,
    )
    # No vendors here: a browser by its product name, the hosts it chatters with, and mailbox rules by their domain.
    innocent = re.compile(
        r"google[- ]chrome|google.chrome|is_googles|google's (build|own)|\w+\.googleapis\.com|clients\d\.google\.com|"
        r"googlemail\.com",
        re.IGNORECASE,
    )
    named = {
        f"{name(path)}:{number}: {line.strip()}"
        for path in modules()
        if room_of(path) != "demo"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if vendors.search(innocent.sub("", line))
    }
    assert not named


def test_every_module_opens_with_a_sentence() -> None:
    silent = [name(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not silent
