"""`photocolor models` lists what there is and shows a card whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import fakes
import finders
import pytest
import typer
from typer.testing import CliRunner

from photocolor.cli.models import models
from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.finder import bundled_finder, find_finder
from photocolor.models.negatives import find_classifier
from photocolor.models.registry import find_model

app = typer.Typer()
app.command()(models)


def test_the_list_names_the_bundled_model_with_its_facts():
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 0
    for word in ("default", "256 px", "16 MB", "yes"):
        assert word in done.stdout


def test_json_lists_every_registered_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    finders.take_out_of_package(monkeypatch, tmp_path)
    rows = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    bundled = [("default", find_model("default").sha256), ("negatives", find_classifier().sha256)]
    assert [(row["model"], row["sha256"]) for row in rows] == bundled
    kinds = [("default", "9", "color"), ("negatives", "1", "negatives")]
    assert [(row["name"], row["version"], row["purpose"]) for row in rows] == kinds


def test_the_negative_classifier_is_listed_and_says_what_it_learned_from(tmp_path: Path):
    listed = " ".join(CliRunner().invoke(app, []).stdout.split())
    assert "negatives is a negative classifier, no model that colors: version 1" in listed
    card = json.loads(CliRunner().invoke(app, ["negatives", "--json"]).stdout)
    assert card["sha256"] == find_classifier().sha256 and "not commercial" in card["extra"]["data_terms"]
    copy = Path(shutil.copy(find_classifier().path, tmp_path / "n.onnx"))
    same = json.loads(CliRunner().invoke(app, [str(copy), "--json"]).stdout)
    assert same == card | {"model": str(copy), "path": str(copy)}
    with pytest.raises(ModelInvalid, match="negatives is the negative classifier, no model that colors"):
        find_model("negatives")


def test_a_finder_in_the_package_is_listed_as_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    own = finders.put_into_package(
        monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx", {"license": "Apache-2.0"})
    )
    listed = CliRunner().invoke(app, []).stdout
    assert "damage is a damage finder, no model that colors: version 1.0" in " ".join(listed.split())
    rows = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    assert [(row["model"], row["purpose"]) for row in rows] == [
        ("default", "color"),
        ("damage", "damage"),
        ("negatives", "negatives"),
    ]
    assert (rows[1]["path"], rows[1]["sha256"]) == (str(own), find_finder().sha256)
    card = json.loads(CliRunner().invoke(app, ["damage", "--json"]).stdout)
    assert card == rows[1]
    assert (card["kinds"], card["thresholds"], card["extra"]) == (
        ["dust", "hair"],
        [0.5, 0.5],
        {"license": "Apache-2.0"},
    )
    shown = CliRunner().invoke(app, ["damage"])
    assert shown.exit_code == 0 and "dust, hair" in shown.stdout


def test_the_card_of_a_finder_of_yours_is_shown_and_a_package_without_one_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    finders.take_out_of_package(monkeypatch, tmp_path)
    path = fakes.write_finder(tmp_path / "f.onnx")
    card = json.loads(CliRunner().invoke(app, [str(path), "--json"]).stdout)
    assert (card["name"], card["purpose"], card["path"]) == ("bright", "damage", str(path))
    assert isinstance(CliRunner().invoke(app, ["damage"]).exception, ModelNotFound)
    assert "damage finder" not in CliRunner().invoke(app, []).stdout


def test_the_finder_of_this_package_if_it_has_one_is_whole_and_small():
    path = bundled_finder()
    if path is not None:
        assert find_finder().card.name == "damage" and path.stat().st_size <= 4_000_000
        assert '"/' not in find_finder().card.extra.get("recipe", ""), "no paths of the machine that trained it"


def test_a_card_is_shown_whole_with_its_checksum(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx", metadata={"training": "on [bold]old[/bold] photos"})
    done = CliRunner().invoke(app, [str(path)])
    assert done.exit_code == 0
    assert find_model(path).sha256 in done.stdout
    assert "on [bold]old[/bold] photos" in done.stdout
    card = json.loads(CliRunner().invoke(app, [str(path), "--json"]).stdout)
    assert (card["name"], card["multiple"], card["fixed_px"], card["path"]) == ("tint", 32, None, str(path))
    assert card["extra"] == {"training": "on [bold]old[/bold] photos"}


def test_neither_key_nor_value_of_a_card_commands_a_terminal(tmp_path: Path):
    entries = {"\x1b[2Jkey": "v", "key": "\x1b]0;v\x07"}
    for path in (
        fakes.write_model(tmp_path / "m.onnx", metadata=entries),
        fakes.write_finder(tmp_path / "f.onnx", entries),
        fakes.write_classifier(tmp_path / "n.onnx", entries),
    ):
        done = CliRunner().invoke(app, [str(path)])
        assert done.exit_code == 0 and "key" in done.stdout
        assert not {letter for letter in done.stdout if not letter.isprintable()} - {"\n"}


def test_a_model_that_is_not_there_or_broken_is_our_error(tmp_path: Path):
    assert isinstance(CliRunner().invoke(app, ["nosuch"]).exception, ModelNotFound)
    path = fakes.write_model(tmp_path / "m.onnx", metadata={"contract": "9"})
    assert isinstance(CliRunner().invoke(app, [str(path)]).exception, ModelInvalid)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("damge", "Did you mean damage?"), ("best", "Names: default, damage, negatives; a path ends in .onnx.")],
)
def test_a_name_that_no_model_has_is_answered_with_those_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, hint: str
) -> None:
    finders.put_into_package(monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx"))
    raised = CliRunner().invoke(app, [name]).exception
    assert isinstance(raised, ModelNotFound) and raised.hint == hint and str(raised).endswith(f"named {name}")


@pytest.mark.parametrize(
    ("hours", "said"), [("0.03", "2 minutes"), ("0.00", "less than a minute"), ("0.02", "1 minute"), ("4.80", "4.80")]
)
def test_a_card_says_short_times_in_minutes(tmp_path: Path, hours: str, said: str):
    card = {"hours": hours, "training": f"5 images in {float(hours):.1f} h on cpu"}
    path = fakes.write_model(tmp_path / "m.onnx", metadata=card)
    told = CliRunner().invoke(app, [str(path)]).stdout
    assert hours in told and said in told and "0.0 h" not in told
    assert f"in {said} on" in " ".join(told.split()) or hours == "4.80"
    assert json.loads(CliRunner().invoke(app, [str(path), "--json"]).stdout)["extra"]["hours"] == hours


def test_the_bundled_models_card_says_how_many_minutes_its_last_training_took():
    told = " ".join(CliRunner().invoke(app, ["default"]).stdout.split())
    assert "hours 0.03, that is 2 minutes" in told and "images in 2 minutes on cuda" in told
