from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import Here

from photocolor.cli.config import known_options, read_config
from photocolor.cli.restore import restore
from photocolor.errors import ConfigError

KNOWN = known_options(restore)


def read(tmp_path: Path, text: str) -> dict[str, object]:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return read_config(path, KNOWN)


def test_every_option_but_those_of_one_call_may_stand_in_a_file(photocolor: Here) -> None:
    offered = set(re.findall(r"^  --([a-z0-9-]+)", photocolor("restore", "--help").out, re.MULTILINE))
    assert set(KNOWN) == offered - {"config", "dry-run", "only", "retry-failed", "shard"}
    assert {"out", "detail", "tile", "already-color", "json"} <= set(KNOWN)


def test_values_arrive_under_the_names_of_the_parameters(tmp_path: Path) -> None:
    text = 'detail = 1024\nstrength = 1\nalready-color = "copy"\nmax-pixels = 250.5\noverwrite = true\nformat = "png"\n'
    assert read(tmp_path, text) == {
        "detail": "1024",
        "strength": 1,
        "already_color": "copy",
        "max_pixels": 250.5,
        "overwrite": True,
        "format_": "png",
    }
    assert read(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("\n\ntiel = 512", "line 3: unknown key 'tiel'", "'tile'"),
        ("max_pixels = 5", "line 1: unknown key 'max_pixels'", "'max-pixels'"),
        ("[color]\nstrength = 1", "line 1: unknown key 'color'", ""),
        ('"odd key" = 1', "line 1: unknown key 'odd key'", ""),
        ("sources = []", "unknown key 'sources'", ""),
        ("dry-run = true", "unknown key 'dry-run'", ""),
        ("zzzzzzzzzzzzzz = 1", "unknown key", "Known keys: address, already-color"),
        ('quiet = true\ntile = "512"', "line 2: tile = '512' is not a whole number", ""),
        ("tile = 512.0", "tile = 512.0 is not a whole number", ""),
        ("tile = true", "tile = True is not a whole number", ""),
        ("tile = 32", "tile = 32 is outside 64 to 4096", ""),
        ("workers = 0", "workers = 0 is outside 1 to any number", ""),
        ("strength = 2.5", "strength = 2.5 is outside 0 to 2", ""),
        ("strength = nan", "strength = nan is outside 0 to 2", ""),
        ("detail = true", "detail = True is not a text in quotes or a whole number", ""),
        ('overwrite = "yes"', "overwrite = 'yes' is not true or false", ""),
        ('format = "gif"', "format = 'gif' is none of keep, jpeg, png, tiff, webp", ""),
        ("model = 5", "model = 5 is not a text in quotes", ""),
        ("quiet =", "is not valid TOML", ""),
        ("quiet = true\nquiet = false", "is not valid TOML", ""),
    ],
)
def test_what_means_nothing_is_refused_with_its_line(tmp_path: Path, text: str, said: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert said in caught.value.message
    assert "settings.toml" in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_config(tmp_path / "missing.toml", KNOWN)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        read_config(tmp_path / "binary.toml", KNOWN)
