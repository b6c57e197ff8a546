"""Files below a folder are opened there and nowhere else, whoever may write into it."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from photocolor.system.safe_files import open_below

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
LOOKS = 3000
"""Of which some meet each state of a folder that is exchanged all the time."""


def read_below(folder: Path, path: Path) -> bytes:
    with open_below(folder, path) as file:
        return file.read()


def test_links_count_as_far_as_they_stay_below(tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    for folder in (out / "box", outside):
        folder.mkdir(parents=True)
        (folder / "a.xmp").write_bytes(bytes(folder.name, "ascii"))
    (tmp_path / "way").symlink_to(out)
    (out / "inside").symlink_to("box")
    (out / "away").symlink_to(outside)
    (out / "box" / "link.xmp").symlink_to("a.xmp")
    os.mkfifo(out / "box" / "pipe.xmp")
    for start in (out, tmp_path / "way"):
        assert read_below(start, start / "box" / "a.xmp") == b"box"
        assert read_below(start, start / "inside" / "a.xmp") == b"box"
    for place, said in {
        "away/a.xmp": "behind a link",
        "../outside/a.xmp": "behind a link",
        "box/link.xmp": "it is a link",
        "box/pipe.xmp": "no regular file",
        "box/none.xmp": "No such file",
    }.items():
        with pytest.raises(OSError, match=said):
            read_below(out, out / place)


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere_else(tmp_path: Path) -> None:
    out, outside, ended = tmp_path / "out", tmp_path / "outside", threading.Event()
    for folder in (out / "box", outside):
        folder.mkdir(parents=True)
        (folder / "a.xmp").write_bytes(bytes(folder.name, "ascii"))
    (out / "link").symlink_to(outside)

    def exchange() -> None:
        while not ended.is_set():
            for old, new in (("box", "kept"), ("link", "box"), ("box", "link"), ("kept", "box")):
                (out / old).rename(out / new)

    thread = threading.Thread(target=exchange)
    thread.start()
    seen = set()
    try:
        for _ in range(LOOKS):
            with suppress(OSError):
                seen.add(read_below(out, out / "box" / "a.xmp"))
    finally:
        ended.set()
        thread.join()
    assert seen == {b"box"}
