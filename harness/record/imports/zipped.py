"""What is in a zip file that holds an archive and, beside it, the bodies that it names?"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from harness.errors import InputError, Mistake


def unzipped_archive(path: Path, content: bytes) -> tuple[bytes, Mapping[str, bytes]]:
    """The archive, and the other files by their names."""
    try:
        with ZipFile(BytesIO(content)) as zipped:
            files = {name: zipped.read(name) for name in zipped.namelist() if not name.endswith("/")}
    # What is encrypted is a RuntimeError to it, and a way of packing that it does not know a NotImplementedError.
    except (BadZipFile, zlib.error, EOFError, RuntimeError) as problem:
        raise _mistake(
            path, f"a zip file that cannot be unpacked: {problem}", "zip it again, without a password"
        ) from None
    archives = [name for name in files if name.lower().endswith(".har")]
    if len(archives) != 1:
        raise _mistake(path, f"a zip file with {len(archives)} HARs in it", "unpack it, and hand over the .har files")
    [archive] = archives
    return files[archive], {name: files[name] for name in files if name != archive}


def _mistake(path: Path, found: str, remedy: str) -> InputError:
    expected = "one .har, and beside it the bodies that it names"
    return InputError([Mistake(file=str(path), found=found, expected=expected, remedy=remedy)])
