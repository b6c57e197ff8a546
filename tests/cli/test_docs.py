from __future__ import annotations

import inspect
import json
import multiprocessing
import re
import tomllib
from pathlib import Path

import pytest
from commands import ROOT, Here

from photocolor import errors
from photocolor.batch.records.line import as_record
from photocolor.batch.records.manifest import Recipe, manifest_line
from photocolor.cli.config import NOT_IN_FILES, known_options, read_config
from photocolor.cli.restore import restore
from photocolor.containers.formats import titles_with_quality
from photocolor.errors import ExitCode, PhotocolorError
from photocolor.outcome import Done, Failed, Fingerprint, Job, Skipped

ERRORS = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

OPTIONS = CLI.split("## Options")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows; a bar that is escaped is part of its cell."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def error_classes() -> dict[str, type[PhotocolorError]]:
    found = dict(inspect.getmembers(errors, inspect.isclass))
    return {name: kind for name, kind in found.items() if issubclass(kind, PhotocolorError)}


def test_every_exit_code_is_documented_and_no_other() -> None:
    documented = {int(cells[0]): cells[1] for cells in rows(ERRORS) if cells[0].isdigit()}
    assert documented == {code.value: code.name for code in ExitCode}


def test_every_error_class_is_documented_as_it_is_and_no_other() -> None:
    documented = {cells[0].strip("`"): cells[1:] for cells in rows(ERRORS) if re.match(r"`[A-Z]", cells[0])}
    actual = {
        name: [f"`{kind.reason}`", str(kind.exit_code.value), _first_sentence(kind), kind.default_hint]
        for name, kind in error_classes().items()
        if kind is not PhotocolorError
    }
    assert documented == actual
    assert f"`PhotocolorError` (reason `{PhotocolorError.reason}`, exit code 1)" in ERRORS


def test_reasons_are_unique() -> None:
    reasons = [kind.reason for kind in error_classes().values()]
    assert len(set(reasons)) == len(reasons)


def test_every_error_survives_the_way_to_another_process() -> None:
    ours, theirs = multiprocessing.Pipe()
    for kind in error_classes().values():
        ours.send((kind("what happened", "what to do"), kind("what happened")))
        error, plain = theirs.recv()
        assert (type(error), error.message, error.hint) == (kind, "what happened", "what to do")
        assert plain.hint == kind.default_hint


def option_rows() -> list[list[str]]:
    """Returns the cells of each row about an option of `restore`."""
    return [cells for cells in rows(OPTIONS) if cells[0].startswith("`--")]


def test_the_groups_of_the_documented_options_are_those_of_the_help(photocolor: Here) -> None:
    def grouped(heading: str, text: str, option: str) -> dict[str, list[str]]:
        parts = re.split(heading, text, flags=re.MULTILINE)[1:]
        groups = {name: re.findall(option, part, re.MULTILINE) for name, part in zip(*[iter(parts)] * 2, strict=True)}
        return {name: options for name, options in groups.items() if options}

    offered = grouped(r"^([A-Z].*):$", photocolor("restore", "--help").out, r"^  (--[a-z0-9-]+)")
    assert grouped(r"^### (.+)$", OPTIONS, r"^\| `(--[a-z0-9-]+)") == offered
    assert len(offered) == 6


def test_every_option_of_restore_is_documented_and_no_other(photocolor: Here) -> None:
    documented = {name for cells in option_rows() for name in re.findall(r"--[a-z0-9-]+", cells[0])}
    offered = set(
        re.findall(r"^  (--[a-z0-9-]+)(?: / (--[a-z0-9-]+))?", photocolor("restore", "--help").out, re.MULTILINE)
    )
    assert documented == {name for names in offered for name in names if name}


def test_every_option_and_format_that_the_readme_names_is_in_a_help(photocolor: Here) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = ("restore", "preview", "verify", "report", "models", "doctor")
    helped = "".join(photocolor(command, "--help").out for command in commands)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text))
    assert len(named) > 15 and not {name for name in named if not re.search(rf"{name}\b", helped)}
    formats = re.search(r"--format (\S+)", photocolor("restore", "--help").out)
    listed = re.search(r"`--format tiff` \((.*?);", text)
    assert formats and listed and re.findall(r"`(\w+)`", listed[1]) == formats[1].split("|")


def test_the_words_of_the_documented_options_are_those_of_the_help(photocolor: Here) -> None:
    text = photocolor("restore", "--help").out
    for cells in option_rows():
        assert cells[0].replace("\\|", "|").replace("`", "") in text


def test_the_help_and_the_manual_name_the_formats_that_a_quality_serves(photocolor: Here) -> None:
    phrase = titles_with_quality()
    assert phrase == "JPEG, WebP, JPEG XL, AVIF and HEIC"
    assert f"Quality of {phrase} results" in " ".join(photocolor("restore", "--help").out.split())
    assert f"Of {phrase} results" in OPTIONS


def test_the_documented_configuration_file_is_valid_and_has_every_key(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", CLI, re.DOTALL)
    assert block is not None
    path = tmp_path / "archive.toml"
    path.write_text(block[1])
    known = known_options(restore)
    read_config(path, known)
    assert set(tomllib.loads(block[1])) == set(known)
    assert not set(known) & NOT_IN_FILES


JOB = Job(Path("/scans/1.jpg"), Path("/out/1.jpg"), "1.jpg", Fingerprint(1, 1), "0123abcd")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("done", Done(JOB, "a", "b", 1, 1.0, 1.0, "CPUExecutionProvider", 1)),
        ("skipped", Skipped(JOB, "done")),
        ("failed", Failed(JOB, "truncated", "it ends early")),
    ],
)
def test_the_documented_keys_of_json_are_the_real_ones(status: str, outcome: Done | Skipped | Failed) -> None:
    table = rows(CLI.split("## A line of `--json`")[1])
    documented = {
        key for cells in table if cells[1] == "all" or status in cells[1] for key in re.findall(r"`(\w+)`", cells[0])
    }
    assert documented == set(json.loads(json.dumps(as_record(outcome))))
    line = manifest_line(outcome, Recipe("default", "a" * 64, "0" * 16))
    assert set(line) - documented == {
        "v",
        "run",
        "time",
        "tool",
        "model",
        "model_sha256",
        "settings_digest",
        "settings",
    }


def _first_sentence(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
