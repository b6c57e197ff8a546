"""`photocolor models` lists what there is and shows a card whole."""

from __future__ import annotations

import json
from pathlib import Path

import fakes
import typer
from typer.testing import CliRunner

from photocolor.cli.models import models
from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.registry import find_model

app = typer.Typer()
app.command()(models)


def test_the_list_names_the_bundled_model_with_its_facts():
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 0
    for word in ("default", "320 px", "18 MB", "yes"):
        assert word in done.stdout


def test_json_lists_every_registered_model():
    rows = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    assert [(row["model"], row["sha256"]) for row in rows] == [("default", find_model("default").sha256)]
    assert [(row["name"], row["version"]) for row in rows] == [("default", "6")]


def test_a_card_is_shown_whole_with_its_checksum(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx", metadata={"training": "on [bold]old[/bold] photos"})
    done = CliRunner().invoke(app, [str(path)])
    assert done.exit_code == 0
    assert find_model(path).sha256 in done.stdout
    assert "on [bold]old[/bold] photos" in done.stdout
    card = json.loads(CliRunner().invoke(app, [str(path), "--json"]).stdout)
    assert (card["name"], card["multiple"], card["fixed_px"], card["path"]) == ("tint", 32, None, str(path))
    assert card["extra"] == {"training": "on [bold]old[/bold] photos"}


def test_a_model_that_is_not_there_or_broken_is_our_error(tmp_path: Path):
    assert isinstance(CliRunner().invoke(app, ["nosuch"]).exception, ModelNotFound)
    path = fakes.write_model(tmp_path / "m.onnx", metadata={"contract": "9"})
    assert isinstance(CliRunner().invoke(app, [str(path)]).exception, ModelInvalid)
