"""All benches, one after another."""

from __future__ import annotations

import subprocess
import sys

for name in ("journey", "enforcers", "audit", "specs", "reports", "insights"):
    # A process each: what one leaves in memory does not slow the next.
    subprocess.run([sys.executable, "-m", f"benches.{name}"], check=True)
