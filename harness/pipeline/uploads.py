"""What is wrong with a file of conversions, before anybody uploads it?"""

from __future__ import annotations

import time
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.load.documents import close_match
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.spec import VendorSpec
from harness.pipeline.requests import Specs
from harness.record.uploads import UploadError, request_of
from harness.upload_audit import UploadAudit, audit_upload


def validate_upload(path: Path, vendor: str, account: str) -> UploadAudit:
    """The file judged by the vendor's spec alone, at this moment."""
    spec = _spec_of(vendor, load_vendor_specs(packaged_specs()))
    try:
        request = request_of(vendor, path.name, path.read_bytes(), account)
    except OSError as error:
        raise InputError(
            [Mistake(file=str(path), found=str(error.strerror), expected="a file of conversions")]
        ) from None
    except UploadError as error:
        raise InputError([Mistake(file=str(path), found=str(error))]) from None
    return audit_upload(request, spec, time.time())


def _spec_of(vendor: str, specs: Specs) -> VendorSpec:
    takers = [spec.id for spec in specs.values() if any(request.upload for request in spec.requests)]
    if vendor in takers:
        return specs[vendor]
    found = f'no form of file is known of "{vendor}"' if vendor in specs else f'unknown vendor "{vendor}"'
    raise InputError(
        [
            Mistake(
                file="--vendor",
                found=found,
                expected=f"one of {', '.join(takers)}",
                remedy=close_match(vendor, takers),
            )
        ]
    )
