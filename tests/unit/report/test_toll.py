"""What the blocker took: each blocked run beside the open one, every difference counted."""

from __future__ import annotations

from report_builders import a_row, a_run, a_suite, coverages, failing_result

from harness.report.matrix import Standing
from harness.report.toll import tolls


def test_events_click_ids_identifiers_requests_and_counts_stand_beside_the_open_visit() -> None:
    (toll,) = tolls(a_suite(a_run(), a_run("ublock")))
    meta, google, _ = toll.vendors

    assert (toll.profile, toll.channels) == ("uBlock Origin-like", ("tag", "capi"))
    assert (meta.channel("tag").events, meta.channel("tag").scores) == ((1, 0), (71.4, None))
    assert (meta.channel("capi").events, meta.channel("capi").lost) == ((1, 1), ())
    assert (meta.click_ids, google.click_ids) == (("fbclid",), ())
    assert (meta.requests, meta.counted, meta.standing) == (2, ("1", "1"), (Standing.RIGHT,) * 2)


def test_one_sentence_says_what_was_lost_and_what_it_cost() -> None:
    (toll,) = tolls(a_suite(a_run(), a_run("ublock")))

    assert toll.summary == (
        "uBlock Origin-like took away 3 of 3 tag events and 1 click ID (fbclid); "
        "the count is right for 3 of 3 vendors, as without it."
    )


def test_identifiers_that_the_server_can_no_longer_send_are_named() -> None:
    (sent,) = coverages(capi=100.0).values()
    poorer = a_row("meta", coverage=coverages(tag=50.0))
    richer = a_row("meta", coverage={"tag": sent})
    (toll,) = tolls(a_suite(a_run(matrix=(poorer,)), a_run("ublock", matrix=(richer,))))
    assert toll.vendors[0].channel("tag").lost == ()

    none = coverages(tag=0.0)["tag"]
    emptied = a_row("meta", coverage={"tag": type(none)(channel="tag", sent=("email",), missing=(), score=20.0)})
    (toll,) = tolls(a_suite(a_run(matrix=(richer,)), a_run("ublock", matrix=(emptied,))))
    assert toll.vendors[0].channel("tag").lost == ("click ID",)


def test_a_transport_hands_on_and_is_not_counted_among_the_vendors() -> None:
    by_profile = {toll.run.profile: toll for toll in tolls(failing_result())}

    assert "collect" in by_profile["ublock"].channels
    assert by_profile["ublock"].summary.endswith("right for 7 of 11 vendors, 10 without it.")


def test_there_is_nothing_to_compare_without_an_open_visit_or_with_a_broken_one() -> None:
    assert tolls(a_suite(a_run("ublock"))) == ()
    assert tolls(a_suite(a_run(), a_run("ublock", trusted=False))) == ()
    assert tolls(a_suite(a_run(trusted=False), a_run("ublock"))) == ()
