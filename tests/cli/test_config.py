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
        ("[color]\nstrength = 1", "line 1: unknown key 'color'", "without a table"),
        ("strength = {a = 1}", "line 1: strength = a table is not a number", ""),
        ("strength = 2026-01-01", "line 1: strength = 2026-01-01 is not a number", ""),
        ("a = " + "[" * 3000 + "]" * 3000, "is nested too deeply", ""),
        ('quiet = true\nout = ""', "line 2: out = '' is empty", ""),
        ('reference = "a\\u0000b"', "has a character that no name can have", ""),
        ('"odd key" = 1', "line 1: unknown key 'odd key'", ""),
        ("sources = []", "unknown key 'sources'", ""),
        ("dry-run = true", "unknown key 'dry-run'", ""),
        ("zzzzzzzzzzzzzz = 1", "unknown key", "Known keys: address, already-color"),
        ('quiet = true\ntile = "512"', "line 2: tile = '512' is not a whole number", ""),
        ("tile = 512.0", "tile = 512.0 is not a whole number", ""),
        ("tile = true", "tile = true is not a whole number", ""),
        ("tile = 32", "tile = 32 is outside 64 to 4096", ""),
        ("workers = 0", "workers = 0 is outside 1 to any number", ""),
        ("strength = 2.5", "strength = 2.5 is outside 0 to 2", ""),
        ("strength = nan", "strength = nan is outside 0 to 2", ""),
        ("detail = true", "detail = true is not a text in quotes or a whole number", ""),
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


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("text", "said"), [(".".join("a" * 100_000) + " = 1", "200,003 characters"), ("a = " + "[" * 9_000, "too deeply")]
)
def test_a_file_that_only_an_attacker_writes_is_refused_at_once(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"is not valid TOML: .*{said}"):
        read_config(path, KNOWN)


def test_a_mark_before_the_text_is_none_of_it_and_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbfstrength = 1\r\n")
    assert read_config(path, KNOWN) == {"strength": 1}
    texts = {
        "it is UTF-16": "strength = 1".encode("utf-16"),
        "line 2 is encoded": 'quiet = true\nout = "é"'.encode("latin-1"),
    }
    for said, text in texts.items():
        path.write_bytes(text)
        with pytest.raises(ConfigError, match=said) as caught:
            read_config(path, KNOWN)
        assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    ("command", "key", "hint"),
    [
        ("restore", "dry-run", "write --dry-run on the command line"),
        ("restore", "sources", "Name the sources on the command line"),
        ("restore", "interval", "photocolor watch has --interval"),
        ("watch", "fail-if-empty", "photocolor restore has --fail-if-empty"),
        ("watch", "shard", "photocolor restore has --shard"),
    ],
)
def test_a_key_that_belongs_elsewhere_is_answered_with_where(
    photocolor: Here, tmp_path: Path, command: str, key: str, hint: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"{key} = 1")
    answer = photocolor(command, tmp_path, "--out", tmp_path / "out", "--config", path)
    assert answer.code == 2
    assert f"unknown key '{key}'" in answer.err and hint in answer.err
