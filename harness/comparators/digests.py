"""What does a digest look like, and which digests belong to a text?"""

from __future__ import annotations

import base64
import hashlib
import re

_HEX_64 = re.compile(r"[0-9a-fA-F]{64}")
_HEX_32 = re.compile(r"[0-9a-fA-F]{32}")
_HEX_40 = re.compile(r"[0-9a-fA-F]{40}")
_BASE64_43 = re.compile(r"[A-Za-z0-9_-]{43}=?|[A-Za-z0-9+/]{43}=")


def sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()


def encoded(digest: bytes, encoding: str) -> str:
    """A digest as `hex` (lower-case), `base64` (padded) or `base64url` (not padded)."""
    if encoding == "hex":
        return digest.hex()
    if encoding == "base64":
        return base64.b64encode(digest).decode()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_digest(value: str) -> bool:
    """Does it look like a hash of any usual kind?"""
    return any(pattern.fullmatch(value) for pattern in (_HEX_64, _HEX_32, _HEX_40, _BASE64_43))


def digest_of(value: str) -> bytes | None:
    """The 32 bytes of a SHA-256 in any encoding, or None."""
    if _HEX_64.fullmatch(value):
        return bytes.fromhex(value)
    if _BASE64_43.fullmatch(value):
        plain = value.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            found = base64.b64decode(plain + "=" * (-len(plain) % 4))
        except ValueError:
            return None
        return found if len(found) == 32 else None
    return None


def encoding_of(value: str) -> str:
    """`hex`, `hex-upper`, `base64`, `base64url` or empty."""
    if _HEX_64.fullmatch(value):
        return "hex" if value == value.lower() else "hex-upper"
    if _BASE64_43.fullmatch(value):
        return "base64" if re.search(r"[+/=]", value) else "base64url"
    return ""
