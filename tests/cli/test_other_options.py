from __future__ import annotations

import re

import typer

from photocolor.cli.app import app
from photocolor.cli.group import options_of
from photocolor.cli.other_options import _MEANT, meant_by


def test_every_piece_of_advice_names_options_that_restore_has_and_shadows_none() -> None:
    group = typer.main.get_command(app)
    there = options_of(group.commands["restore"])
    for names, about, hint in _MEANT:
        assert {about, *re.findall(r"--[a-z][a-z-]*", hint)} <= there, hint
        assert there.isdisjoint(names.split()), "the command has it"


def test_no_advice_names_an_option_that_the_command_lacks() -> None:
    commands = typer.main.get_command(app).commands
    assert "--already-color" not in meant_by("--force", options_of(commands["damage"]))
    assert "--already-color" in meant_by("--force", options_of(commands["watch"]))
    assert meant_by("--verbose", options_of(commands["preview"])) == "", "it has an --out, and no manifest there"


def test_a_command_without_the_option_that_advice_is_about_gives_none() -> None:
    assert meant_by("--gpu", {"--device"}).startswith("--device cuda")
    assert meant_by("--gpu", {"--out"}) == meant_by("--nonsense", {"--device"}) == ""
