"""A log gets plain lines, a terminal one live line a run."""

from __future__ import annotations

from io import StringIO

from harness.cli.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_for_each_text() -> None:
    stream = StringIO()
    with Progress(stream) as progress:
        progress.say("shop--none", "step 1")
        progress.say("", "[bold]all[/bold] done")
    assert stream.getvalue() == "shop--none: step 1\n[bold]all[/bold] done\n"


def test_a_terminal_gets_one_line_a_run() -> None:
    stream = Terminal()
    with Progress(stream) as progress:
        progress.say("shop--none", "step 1")
        progress.say("shop--none", "step [2]")
        progress.say("", "waiting")
    assert "step [2]" in stream.getvalue()
    assert "suite" in stream.getvalue()


def test_what_is_too_long_for_a_moving_line_stands_whole_above_it() -> None:
    stream, reason = Terminal(), 'no button "Add to basket"; ' + "buttons: Add to cart; " * 20
    with Progress(stream) as progress:
        progress.say("shop--none", f"the browser stays open\n{reason}")
    assert "the browser stays open" in stream.getvalue()
    assert reason in stream.getvalue()
