"""A DNS blocker knows hosts: which lines name one alone, which those below it, and which spare one?"""

from __future__ import annotations

import pytest

from harness.record.blocking.dns import DnsBlocker, parse_hosts

LIST = """\
# Title: Blocked names
# Last modified: 2026-11-01
127.0.0.1 localhost
::1 ip6-localhost
0.0.0.0 0.0.0.0
0.0.0.0 Ads.Example  # bought by the other one
alone.example
||below.example^
*.star.example
@@||good.below.example^
not a host
||path.example/x
"""


def blocker(text: str = LIST) -> DnsBlocker:
    return DnsBlocker(parse_hosts(text, "names").rules)


@pytest.mark.parametrize(
    ("host", "line"),
    [
        ("ads.example", 6),
        ("www.ads.example", 0),
        ("alone.example", 7),
        ("x.alone.example", 0),
        ("below.example", 8),
        ("a.b.below.example", 8),
        ("good.below.example", 0),
        ("x.good.below.example", 0),
        ("star.example", 9),
        ("x.star.example", 9),
        ("example", 0),
        ("path.example", 0),
        ("0.0.0.0", 0),
    ],
)
def test_a_name_is_found_unless_a_line_says_otherwise(host: str, line: int) -> None:
    blocking = blocker().decide(host)
    assert (blocking.line if blocking else 0) == line


def test_what_was_read_and_what_was_passed_over_is_told() -> None:
    parsed = parse_hosts(LIST, "names")
    assert (parsed.title, parsed.version, len(parsed.rules)) == ("Blocked names", "2026-11-01", 5)
    assert parsed.skipped == {"not a host": 2}
    blocking = blocker().decide("ads.example")
    assert blocking is not None
    assert (blocking.rule, blocking.list) == ("0.0.0.0 Ads.Example  # bought by the other one", "names")


def test_a_host_to_try_is_one_that_is_really_blocked() -> None:
    assert blocker("spared.example\n@@||spared.example^\nads.example\n").some_host() == "ads.example"
    assert blocker("").some_host() == ""
