from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from training_scenes import write_scenes

from photocolor.models.card import read_card
from training.cli.app import main

ROOT = Path(__file__).resolve().parents[2]


def training(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """One command as a person runs it."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "training", *arguments],
        cwd=cwd,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(900)  # seconds of work, but seven processes that each load torch
def test_the_whole_chain_prepare_train_kill_resume_evaluate_compare_export(tmp_path: Path) -> None:
    """recipes/smoke.toml, with a kill -9 in the middle."""
    write_scenes(tmp_path / "photos", 120)
    assert (
        training(
            "prepare", "photos", "--out", "runs/data/smoke", "--size", "80", "--near-duplicates", "-1", cwd=tmp_path
        ).returncode
        == 0
    )
    command = [sys.executable, "-m", "training", "train", "smoke", "--device", "cpu", "--threads", "1"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
    )
    checkpoint = tmp_path / "runs" / "smoke" / "last.pt"
    while not checkpoint.is_file() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    resumed = training("train", "smoke", "--device", "cpu", "--threads", "1", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert "640 images" in resumed.stdout

    exported = training("export", "runs/smoke", cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    model = tmp_path / "runs" / "models" / "smoke.onnx"
    assert read_card(model).has_doubt

    arguments = ["--data", "runs/data/smoke", "--split", "val", "--size", "64"]
    evaluated = training("evaluate", str(model), *arguments, "--write-card", "--beside", str(model), cwd=tmp_path)
    assert evaluated.returncode == 0, evaluated.stderr
    told = json.loads(model.with_suffix(".quality.json").read_text())
    results = told["results"]
    assert set(results) == {"gray", "mean ab", "smoke", "smoke (2)", "real"}
    assert told["differences"]["− smoke (2)"]["auc"] == {"mean": 0, "low": 0, "high": 0}
    assert told["differences"]["− gray"]["auc"]["mean"] > 0 and told["steadiness"]["size_512"] >= 0
    assert results["smoke"]["auc"]["mean"] > results["gray"]["auc"]["mean"]
    assert json.loads(read_card(model).extra["quality"])["auc"] == pytest.approx(
        results["smoke"]["auc"]["mean"], abs=0.01
    )

    compared = training("compare", "runs/smoke", str(model), *arguments, "--out", "runs/report.html", cwd=tmp_path)
    assert compared.returncode == 0, compared.stderr
    report = (tmp_path / "runs" / "report.html").read_text()
    assert "smoke (2)" in report and report.count("<img") >= 4

    drawn = training("sheets", str(model), *arguments, "--scans", "photos/wall", "--out", "runs/sheets", cwd=tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    names = {path.name.split("-")[0] for path in (tmp_path / "runs" / "sheets").glob("*.png")}
    assert names == {"test", "worst", "scan", "scans"}


def test_describe_prints_the_sums_and_draws_the_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "smoke", "--picture", str(tmp_path / "smoke.png")]) == 0
    told = capsys.readouterr().out
    assert "GMAC" in told and "discriminator (both)" in told
    assert (tmp_path / "smoke.png").stat().st_size > 5000


def test_a_wrong_recipe_is_a_usage_error_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "defualt"]) == 2
    assert "Known recipes" in capsys.readouterr().err


def test_the_product_never_imports_training() -> None:
    sources = list((ROOT / "photocolor").rglob("*.py"))
    assert sources and not any(
        "import training" in (text := path.read_text(encoding="utf-8")) or "from training" in text for path in sources
    )


def test_evaluation_of_a_perfect_answer_is_perfect(prepared: Path) -> None:
    from training.data.prepared import load
    from training.evaluation.evaluate import measure, test_photo, training_colors

    data = load(prepared, "train")
    weight_of, mean = training_colors(data)
    photo = test_photo(data, 0, 64, weight_of)
    values = measure(photo, photo.ab, None)
    assert values["auc"] == pytest.approx(100) == values["auc_rebalanced"]
    assert values["ciede2000"] == pytest.approx(0) and values["within_2"] == 100
    gray = measure(photo, np.zeros_like(photo.ab), None)
    assert gray["auc"] < 95 and gray["colorfulness"] < 1
    assert -110 < mean[0] < 110 and photo.weights.min() > 0


@pytest.mark.parametrize(
    ("kind", "widths", "side"), [("unet256", (4, 8), 0), ("cifar", (4, 8, 8), 32), ("rgb150", (4, 4), 50)]
)
def test_photocolor_restores_a_photo_with_an_exported_model_of_any_size_rule(
    prepared: Path, tmp_path: Path, kind: str, widths: tuple[int, ...], side: int
) -> None:
    from PIL import Image
    from rich.console import Console
    from training_scenes import scene

    from training.exporting.export import export
    from training.loop.trainer import train
    from training.network_settings import Generator
    from training.settings import Data, Export, Phase, Recipe, Train

    generator = Generator(kind, "rgb", widths=widths, depth=4, norm="instance", fixed_px=side)
    settings = Train((Phase(8, side or 32, 4),), strip_every=0)
    recipe = Recipe("small", settings, data=Data(str(prepared)), generator=generator, export=Export(working_size=64))
    train(recipe, tmp_path / "run", Console(quiet=True), device="cpu")
    export(tmp_path / "run", tmp_path / "m.onnx", Console(quiet=True))
    Image.fromarray(scene(1, (90, 130))).convert("L").save(tmp_path / "old.png")
    code = "import sys; from photocolor.cli.app import main; sys.exit(main())"
    arguments = ["restore", "--model", "m.onnx", "--device", "cpu", "--out", "colored", "old.png"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "colored" / "old.png") as result:
        assert result.size == (130, 90) and result.mode == "RGB"
