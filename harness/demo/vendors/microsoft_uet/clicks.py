"""Which click of Microsoft Advertising led to this visit?"""

from __future__ import annotations

from harness.demo.purchase import Visit

# What the tag writes in front of the click ID in its cookie.
CLICK_PREFIX = "_uet"


def msclkid(visit: Visit) -> str:
    return visit.cookie("_uetmsclkid").removeprefix(CLICK_PREFIX) or visit.click("msclkid")
