"""What do the vendor specs say, and are they well formed themselves?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, mistake_at, mistakes_in, read_document
from harness.load.schema_files import schema_of
from harness.load.spec_building import spec_of
from harness.load.spec_references import loose_ends
from harness.model.spec import VendorSpec


def packaged_specs() -> Path:
    """The folder of specs: beside the sources in a checkout, inside the package once installed."""
    package = Path(str(resources.files("harness")))
    installed = package / "_vendor_specs"
    return installed if installed.is_dir() else package.parent / "vendor_specs"


def load_vendor_specs(folder: Path) -> dict[str, VendorSpec]:
    """All specs of a folder (`<vendor>/spec.yaml`), by vendor ID.

    Raises InputError with every mistake of every file.
    """
    specs: dict[str, VendorSpec] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*/spec.yaml")):
        try:
            spec = load_vendor_spec(path)
            specs[spec.id] = spec
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    if not specs:
        raise InputError(
            [Mistake(file=str(folder), found="no vendor specs here", expected="folders with a spec.yaml each")]
        )
    return specs


def load_vendor_spec(path: Path) -> VendorSpec:
    """One spec with the JSON Schemas it names. Raises InputError with file:line:column of every mistake."""
    document = read_document(path)
    mistakes = list(mistakes_in(document, schema_of("vendor-spec")))
    if mistakes:
        raise InputError(mistakes)
    schemas, mistakes = _schemas(document, path.parent)
    mistakes += loose_ends(document, schemas)
    if mistakes:
        raise InputError(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column)))
    return spec_of(document.data, schemas, _digest(path, schemas))


def _digest(path: Path, schemas: Mapping[str, Any]) -> str:
    text = path.read_bytes() + json.dumps(schemas, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _schemas(document: Document, folder: Path) -> tuple[dict[str, Any], list[Mistake]]:
    schemas: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for index, request in enumerate(document.data["requests"]):
        for key in ("schema", "request_schema"):
            name, place = request.get(key), document.place(("requests", index, key))
            if not name or name in schemas:
                continue
            try:
                schemas[name] = json.loads((folder / name).read_text("utf-8"))
            except FileNotFoundError:
                mistakes.append(mistake_at(place, f"no file {name}", "a JSON Schema beside the spec"))
            except ValueError as error:
                mistakes.append(mistake_at(place, f"{name}: {error}", "valid JSON"))
    return schemas, mistakes
