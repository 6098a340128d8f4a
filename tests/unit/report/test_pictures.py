"""Pictures: each distinct one once, whoever shows it, and nothing that is no picture."""

from __future__ import annotations

import struct

from report_builders import a_run, picture

from harness.report.pictures import pictures_of, size_of

FRAME = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, 600, 800, 1)
JPEG = b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 6) + b"JFIF" + FRAME + b"..."


def test_the_size_stands_in_the_head_of_png_and_jpeg() -> None:
    assert size_of(picture(4, 3)) == (4, 3)
    assert size_of(JPEG) == (800, 600)


def test_what_is_no_picture_or_was_cut_has_no_size() -> None:
    assert [size_of(content) for content in (b"", b"<svg onload=alert(1)>", JPEG[:12], picture(4, 3)[:20])] == [
        None
    ] * 4


def test_equal_pictures_of_a_run_are_one_with_every_step() -> None:
    run = a_run()
    images = {
        f"{run.folder}/step-00.png": picture(4, 4),
        f"{run.folder}/step-02.png": picture(4, 4),
        f"{run.folder}/step-03.png": JPEG,
        f"{run.folder}/step-04.png": b"GIF89a",
    }
    one, other = pictures_of(run, images)

    assert [step.index for step in one.steps] == [0, 2]
    assert one.address.startswith("data:image/png;base64,")
    assert (other.number, other.width, other.height) == (2, 800, 600)
    assert other.address.startswith("data:image/jpeg;base64,")
