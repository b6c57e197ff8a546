"""The page and the notebook about the Python interface are in step with it."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from commands import ROOT

import photocolor

NOTEBOOK = ROOT / "docs" / "colorize.ipynb"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_api_docs", ROOT / "scripts" / "make_api_docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_docstrings_say() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert page == generator().page(), "run scripts/make_api_docs.py"
    named = set(re.findall(r"^## `(\w+)`", page, re.MULTILINE))
    assert named == set(photocolor.__all__)


def test_the_page_names_the_words_that_a_setting_takes() -> None:
    page = generator().page()
    for group in (photocolor.ColorSettings, photocolor.FileSettings):
        for one in fields(group):
            if isinstance(one.default, StrEnum):
                words = ", ".join(repr(word.value) for word in type(one.default))
                assert f"    {one.name}: Literal[{words}] = " in page


def test_every_parameter_of_the_functions_is_described() -> None:
    text = generator().page()
    for name in ("colorize", "open_colorizer", "colorize_file", "colorize_array"):
        part = text.split(f"## `{name}`\n")[1].split("\n## ")[0]
        given = re.findall(r"^    (\w+):", part.split("```")[1], re.MULTILINE)
        assert given and [one for one in given if f"- `{one}`:" not in part] == []


def run(source: str, names: dict[str, Any]) -> Any:
    """Runs a cell and returns its last word, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(NOTEBOOK), "exec"), names)  # noqa: S102 -- our own
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names) if last else None  # noqa: S307


def test_the_notebook_runs_and_shows_its_pictures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    shown = [run(cell, names) for cell in cells]
    pictures = [value._repr_png_() for value in shown if hasattr(value, "_repr_png_")]
    assert len(pictures) == 4 and all(png.startswith(b"\x89PNG") for png in pictures)
    told = capsys.readouterr().out
    assert "b'\\xff\\xd8\\xff' True" in told and " 67% done\n100% done" in told
    assert "portrait.jpg\ncameraman.jpg\nSourceVanished(" in told
    assert not any(cell.get("outputs") for cell in notebook["cells"]), "stored without outputs"
    assert Path("colorize.ipynb").exists()
