"""`photocolor doctor` tells people and programs the same, and its exit code can be trusted."""

from __future__ import annotations

import json
from pathlib import Path

import finders
import pytest
import typer
from typer.testing import CliRunner

from photocolor.cli.doctor import doctor as doctor_command
from photocolor.engine import doctor
from photocolor.errors import ExitCode

app = typer.Typer()
app.command()(doctor_command)


def test_a_sound_installation_exits_with_zero_and_says_so():
    done = CliRunner().invoke(app, [])
    assert done.exit_code == ExitCode.OK
    assert "All is well." in done.stdout
    assert "checksum right" in done.stdout


def test_json_is_one_object_with_all_that_the_tables_show():
    done = CliRunner().invoke(app, ["--json"])
    assert done.exit_code == ExitCode.OK
    report = json.loads(done.stdout)
    assert report["healthy"] is True
    assert report["devices"][0]["name"] == "cpu"
    assert report["devices"][0]["run_s"] > 0
    assert {"photocolor", "python", "packages", "runtimes", "cpus", "memory_bytes", "model_sha256"} <= report.keys()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_fault_exits_with_environment_and_shows_the_whole_repair_command(
    options: list[str], monkeypatch: pytest.MonkeyPatch
):
    repair = "two are installed; repair with: " + "/a/long/path/python -m pip uninstall " * 4 + "[end]"
    monkeypatch.setattr(doctor, "runtime_conflict", lambda: repair)
    done = CliRunner().invoke(app, options)
    assert done.exit_code == ExitCode.ENVIRONMENT
    assert repair in done.stdout
    assert "All is well." not in done.stdout


def test_a_package_whose_negative_classifier_is_damaged_needs_a_repair(tmp_path: Path) -> None:
    package = finders.package_in(tmp_path / "package", None)
    told = json.loads(finders.run_there(package, "doctor", "--json").stdout)
    assert told["healthy"] and told["classifier"] == "negatives 1" and len(told["classifier_sha256"]) == 64
    own = package / "photocolor" / "models" / "negatives.onnx"
    own.unlink()
    own.write_bytes(b"damaged")
    done = finders.run_there(package, "doctor")
    assert done.returncode == ExitCode.ENVIRONMENT
    assert "negatives.onnx is damaged" in done.stdout and "Install photocolor again" in done.stdout


def test_causes_name_packages_in_full_on_a_narrow_terminal() -> None:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(app, [])
    assert "…" not in done.stdout
