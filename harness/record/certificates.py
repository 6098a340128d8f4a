"""Which certificate authority signs for every host the proxy stands in for, and how does a client come to trust it?"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from mitmproxy.certs import CertStore

from harness.errors import RecordingError

_NAME = "mitmproxy"  # the file names under which mitmproxy looks for its authority
_KEY_SIZE = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """`folder` is for mitmproxy, `bundle` for servers (the public roots and ours), `spki` for Chromium's flag.

    `certificate` is ours alone, for browsers that are told to trust it.
    """

    folder: Path
    certificate: Path
    bundle: Path
    spki: str


def authority(folder: Path) -> Authority:
    """Make the authority, or take the one an earlier run left in the folder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        store = folder / "authority"
        if not store.is_dir():
            _create(store)
        own = store / f"{_NAME}-ca-cert.pem"
        certificate = own.read_bytes()
        bundle = folder / "ca-bundle.pem"
        _write(bundle, Path(certifi.where()).read_bytes().rstrip(b"\n") + b"\n" + certificate)
        return Authority(folder=store, certificate=own, bundle=bundle, spki=_spki(certificate))
    except (OSError, ValueError) as problem:
        raise RecordingError(
            f"cannot prepare the proxy's certificate authority in {folder}: {problem}",
            "delete that folder, or choose one that can be written to",
        ) from problem


def _create(store: Path) -> None:
    """Make it aside and rename, so that of two runs that start together both get the same whole authority."""
    draft = Path(tempfile.mkdtemp(dir=store.parent, prefix=".authority-"))
    CertStore.create_store(draft, _NAME, _KEY_SIZE)
    try:
        draft.rename(store)
    except OSError:
        shutil.rmtree(draft)
        if not store.is_dir():
            raise


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as draft:
        draft.write(content)
    Path(name).replace(path)


def _spki(certificate: bytes) -> str:
    """The hash that `--ignore-certificate-errors-spki-list` takes; the authority's covers all it signs."""
    key = x509.load_pem_x509_certificate(certificate).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
