"""The authority is made once, is private, and its bundle trusts the public roots too."""

from __future__ import annotations

import base64
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import certifi

from harness.record.certificates import authority


def test_the_authority_is_private_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "proxy"
    first = authority(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (first.folder / "mitmproxy-ca.pem").stat().st_mode & 0o077 == 0
    assert len(base64.b64decode(first.spki)) == 32
    assert authority(folder) == first


def test_the_bundle_holds_the_public_roots_and_ours(tmp_path: Path) -> None:
    found = authority(tmp_path)
    public = ssl.create_default_context(cafile=certifi.where()).get_ca_certs()
    combined = ssl.create_default_context(cafile=str(found.bundle)).get_ca_certs()
    assert len(combined) == len(public) + 1


def test_two_that_start_together_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: authority(tmp_path), range(4)))
    assert len({each.spki for each in found}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["authority", "ca-bundle.pem"]
