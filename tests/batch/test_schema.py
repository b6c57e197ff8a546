"""Manifest v1: what real runs write, what the schema says and what docs/manifest.md says are one thing."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import photos
import pytest
from commands import ROOT, Here
from fakes import CUDA, OutOfMemorySession, write_model
from runs import run_tree, write_tree

from photocolor.batch.records.manifest import manifest_path
from photocolor.engine.colorizer import Colorizer
from photocolor.hints.sidecar import Hints, Polygon, format_hints
from photocolor.models.registry import find_model
from photocolor.pipeline.photo import Pipeline
from photocolor.settings import ColorSettings, FileSettings, Shard

PAGE = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
SCHEMA: dict[str, Any] = json.loads(files("photocolor.batch").joinpath("manifest.schema.json").read_text("utf-8"))
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "object": "object",
    "array": "list of texts",
    "array of integer": "list of whole numbers",
    ("integer", "null"): "whole number or null",
    ("number", "null"): "number or null",
    ("object", "null"): "object or null",
}


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def lines(out: Path, shard: Shard | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in manifest_path(out, shard).read_bytes().splitlines()]


def problems(line: dict[str, Any]) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(line)]


def every_kind(folder: Path) -> Path:
    area = Hints(polygons=(Polygon(((0, 0), (1, 0), (1, 1)), "#2040c0"),))
    scans = {
        "plain.png": photos.png(photos.gray()),
        "pages.tif": photos.tiff_of([photos.gray(), photos.gray(32, 40), photos.rgb()]),
        "warned.png": photos.png(photos.gray(), chunks=[photos.icc_chunk(b"no profile at all")]),
        "hinted.jpg": photos.jpeg(photos.gray()),
        "hinted.jpg.hints.json": format_hints(area).encode(),
        "color.png": photos.png(photos.rgb(200, 200)),
        "empty.jpg": b"",
        "taken.png": photos.png(photos.gray()),
        "caf\udce9.png": photos.png(photos.gray()),
    }
    write_tree(folder.parent / "out", {"taken.png": b"a stranger's"})
    write_tree(folder, scans)
    (folder / "dangling.png").symlink_to("nowhere")
    return folder


def test_every_kind_of_line_that_real_runs_write_is_as_the_schema_says(photocolor: Here, tmp_path: Path) -> None:
    out = tmp_path / "out"
    scans = every_kind(tmp_path / "scans")
    model = write_model(tmp_path / "tint.onnx")
    command = ("restore", scans, "--out", out, "--model", model, "--device", "cpu", "--workers", 1)
    assert photocolor(*command).code == 3
    assert photocolor(*command, "--already-color", "copy", "--shard", "1/1").code == 3
    found = lines(out) + lines(out, Shard(number=1, count=1))
    assert [problem for line in found for problem in problems(line)] == []
    by_name = {(line["run"], line["relative"]): line for line in found}
    assert by_name[1, "pages.tif"]["pages"] == 3
    assert by_name[1, "warned.png"]["warnings"] and by_name[1, "hinted.jpg"]["hints_sha256"]
    reasons = {name: by_name[1, name]["reason"] for name in ("color.png", "empty.jpg", "taken.png", "dangling.png")}
    assert list(reasons.values()) == ["already_color", "not_an_image", "exists", "unreadable"]
    assert by_name[2, "color.png"]["megapixels"] == 0, "a copy"
    assert (1, "caf\udce9.png") in by_name
    assert {key for line in found for key in line} == set(documented("Every line")).union(
        *(documented(f"Lines of `{status}`") for status in ("done", "skipped", "failed"))
    )


def test_a_degraded_result_is_as_the_schema_says(tmp_path: Path) -> None:
    session = OutOfMemorySession(until_tile=256, until_batch=2, provider=CUDA)
    model = find_model(str(write_model(tmp_path / "tint.onnx")))
    pipeline = Pipeline(Colorizer(session), model, ColorSettings(detail=768, tile_px=512), FileSettings())
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(photos.gray(768, 768))})
    run_tree(scans, tmp_path / "out", lambda threads: pipeline)
    (line,) = lines(tmp_path / "out")
    assert problems(line) == []
    assert line["status"] == "done", line.get("message")
    assert line["degraded"] and line["tiles"] > 0


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"run": 0}, {"seconds": -1}, {"pages": None}, {"status": "failed"}, {"extra": 1}, {"doubt": 2}],
)
def test_the_schema_refuses_what_is_not_so(change: dict[str, object]) -> None:
    line = examples()[0]
    assert problems(line) == []
    assert problems(line | change)


def test_the_lines_on_the_page_are_such_lines() -> None:
    assert [line["status"] for line in examples()] == ["done", "skipped", "failed"]
    assert [problem for line in examples() for problem in problems(line)] == []


def test_the_page_names_every_field_with_its_type_and_no_other() -> None:
    assert documented("Every line") == {name: typed(rule) for name, rule in SCHEMA["properties"].items()}
    for kind in SCHEMA["oneOf"]:
        own = {name: typed(rule) for name, rule in kind["properties"].items() if name != "status"}
        assert documented(f"Lines of `{kind['properties']['status']['const']}`") == own
        assert set(kind["required"]) == set(own), "every field is always there"
    assert set(SCHEMA["required"]) == set(SCHEMA["properties"])


def examples() -> list[dict[str, Any]]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)]


def documented(section: str) -> dict[str, str]:
    """The fields of a table with their types."""
    text = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.MULTILINE))


def typed(rule: dict[str, Any]) -> str:
    if "$ref" in rule:
        return typed(SCHEMA["$defs"][rule["$ref"].rsplit("/", 1)[1]])
    if "type" not in rule:
        values = rule.get("enum", [rule.get("const")])
        return "whole number" if isinstance(values[0], int) else "text"
    kind = rule["type"]
    if kind == "array" and rule["items"]["type"] == "integer":
        kind = "array of integer"
    return WORDS[tuple(kind) if isinstance(kind, list) else kind]
