"""The script that counts the code's shape, on a package built here whose counts are known."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "scripts" / "house_figures.py"

COUNTED = '''"""A module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from box.other import helper

if TYPE_CHECKING:
    from box.typed import Typed


class Shown:
    """A class."""

    def bare(self):
        return 1  # noqa: X100

    def _hidden(self): ...


def branches(a: Typed, b: int) -> list[int]:
    """A function of three lines and six branches."""
    # why it is so
    if a and b:  # says more
        return [x for x in range(b) if x]
    return [1] if b else []


def guarded() -> None:
    try:
        helper()
    except (ValueError, Exception):
        from box.later import late

        late()
'''


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "counted.py").write_text(COUNTED)
    (folder / "other.py").write_text("def helper(): ...\n")
    (folder / "typed.py").write_text("import box.counted\n\nclass Typed: ...\n")
    (folder / "later.py").write_text("import box.counted\n\ndef late(): ...\n")
    return tmp_path


def test_each_count_is_what_a_person_counts(script: dict[str, Any], box: Path) -> None:
    figures = script["measure"](box, "box")
    bodies = {place.split()[-1]: count for count, place in figures.bodies}
    branches = {place.split()[-1]: count for count, place in figures.complexities}
    assert len(figures.lines) == 5
    assert bodies == {"bare": 1, "_hidden": 1, "branches": 3, "guarded": 6, "helper": 1, "late": 1}
    assert branches["branches"] == 1 + len(("if", "and", "for", "if", "conditional expression"))
    assert branches["guarded"] == 2
    assert figures.comments == 2  # a directive is none
    assert [place.split("/")[-1] for place in figures.broad] == ["counted.py:33"]
    assert (figures.documented, figures.public) == (3, 12)


def test_an_import_for_types_or_inside_of_a_function_closes_no_circle(script: dict[str, Any], box: Path) -> None:
    assert script["measure"](box, "box").circles == []


@pytest.mark.parametrize("line", ["from box import counted", "import box.counted", "from . import counted"])
def test_a_circle_at_load_is_found_however_it_is_imported(script: dict[str, Any], box: Path, line: str) -> None:
    (box / "box" / "other.py").write_text(f"try:\n    {line}\nfinally:\n    pass\n")
    assert script["measure"](box, "box").circles == [["box.counted", "box.other"]]


def test_a_folder_is_crowded_from_sixteen_modules_on(script: dict[str, Any], box: Path) -> None:
    for number in range(11):
        (box / "box" / f"more{number}.py").write_text("")
    assert script["measure"](box, "box").crowded == []
    (box / "box" / "one_more.py").write_text("")
    assert script["measure"](box, "box").crowded == [(16, "box")]


def test_no_module_of_the_house_needs_itself_to_load_and_training_is_not_crowded(script: dict[str, Any]) -> None:
    figures = {package: script["measure"](ROOT, package) for package in script["PACKAGES"]}
    assert [each.circles for each in figures.values()] == [[], []]
    assert figures["training"].crowded == []


def test_it_prints_one_table_and_refuses_a_revision_that_git_does_not_know() -> None:
    answer = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True)
    rows = [line for line in answer.stdout.splitlines() if line.startswith("|")]
    assert [row.split("|")[1].strip() for row in rows] == ["", "---", "**photocolor**", "**training**"]
    assert len({row.count("|") for row in rows}) == 1
    refused = subprocess.run([sys.executable, str(SCRIPT), "--revision", "no-such"], capture_output=True, text=True)
    assert refused.returncode == 1 and "no-such" in refused.stderr
