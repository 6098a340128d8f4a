"""Which engines other than Chromium's are here, and how is one set up for a run?

Playwright drives builds of its own of Firefox and WebKit, never the system's. Neither has a flag to trust one authority
or an extension of ours: certificates go unchecked there, and blocking is the proxy's. What Firefox would protect from
by itself is switched off or set as the profile says, so that the profile decides and its canaries can tell.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.model.profile import Profile
from harness.record.browsers import FoundBrowser, download_folder, version_of

# Where Playwright 1.65 keeps each engine's program in its folder of downloads.
_PROGRAMS = {
    "firefox": ("firefox/firefox", "firefox/Nightly.app/Contents/MacOS/firefox", "firefox/firefox.exe"),
    "webkit": ("pw_run.sh", "Playwright.exe"),
}


def find_engines(*, environment: Mapping[str, str] | None = None) -> tuple[FoundBrowser, ...]:
    """The newest of each engine that Playwright has downloaded whole."""
    downloads = download_folder(os.environ if environment is None else environment)
    found = (_newest(flavour, downloads) for flavour in _PROGRAMS)
    return tuple(browser for browser in found if browser is not None)


def engine_settings(flavour: str, profile: Profile, proxy: str) -> dict[str, Any]:
    """What Playwright is told to start one of them for a run, beside where its files are."""
    settings: dict[str, Any] = {"proxy": {"server": proxy}, "ignore_https_errors": True, "locale": "en-US"}
    return settings | ({"firefox_user_prefs": firefox_preferences(profile)} if flavour == "firefox" else {})


def firefox_preferences(profile: Profile) -> dict[str, str | float | bool]:
    return {
        # Everything goes through the proxy, loopback too, and nothing asks anybody else.
        "network.proxy.allow_hijacking_localhost": True,
        "network.trr.mode": 5,
        "network.dns.disablePrefetch": True,
        "network.http.http3.enable": False,
        "media.peerconnection.ice.proxy_only": True,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        # 0 takes cookies of other sites, 1 refuses them; Firefox itself partitions them (5), which is between the two.
        "network.cookie.cookieBehavior": 0 if profile.third_party_cookies else 1,
        "network.http.referer.disallowCrossSiteRelaxingDefault": profile.referrer == "origin",
        "privacy.globalprivacycontrol.enabled": profile.gpc,
        "privacy.query_stripping.enabled": False,
        "privacy.trackingprotection.enabled": False,
        "privacy.trackingprotection.cryptomining.enabled": False,
        "privacy.trackingprotection.fingerprinting.enabled": False,
    }


def _newest(flavour: str, downloads: Path) -> FoundBrowser | None:
    folders = {
        int(folder.name.rpartition("-")[2]): folder for folder in downloads.glob(f"{flavour}-*") if _is_whole(folder)
    }
    for revision in sorted(folders, reverse=True):
        for program in (folders[revision] / name for name in _PROGRAMS[flavour]):
            # WebKit's program opens a window when asked for its version.
            version = version_of(program, flavour) if flavour == "firefox" else f"build {revision}"
            if program.is_file() and version:
                return FoundBrowser(path=program, flavour=flavour, version=version, origin="playwright")
    return None


def _is_whole(folder: Path) -> bool:
    """Playwright leaves this mark when a download is complete."""
    return re.search(r"-\d+$", folder.name) is not None and (folder / "INSTALLATION_COMPLETE").is_file()
