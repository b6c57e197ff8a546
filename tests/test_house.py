"""The laws of the house, read from the source: who may import whom, and which library lives where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "photocolor"

FLOORS = (
    {"__main__"},
    {"cli", "desktop", "api"},
    {"report", "preview"},
    {"verify"},
    {"batch"},
    {"storage"},
    {"pipeline"},
    {"engine", "metadata", "image"},
    {"hints"},
    {"render"},
    {"models", "tiling", "color", "containers", "beside"},
    {"settings", "system"},
    {"distribution"},
    {"choices", "errors", "outcome"},
    {"exit_code", "xmp_places"},
)
"""From the top of the house to its ground; a package imports itself and lower floors."""

FENCES = {
    "onnxruntime": {"engine"},
    "cv2": {"color", "hints", "image", "render", "system"},
    "PIL": {"image", "metadata"},
    "typer": {"cli"},
    "c2pa": {"metadata"},
    "cryptography": {"metadata"},
    "ray": {"batch/pools/ray_pool.py"},
    "fsspec": {"storage/opening.py", "storage/sftp.py"},
    "paramiko": {"storage/sftp.py"},
    "s3fs": set(),
    "adlfs": set(),
    "gcsfs": set(),
    "PySide6": {"desktop"},
    "psd_tools": {"image/layers/photoshop.py"},
    "torch": set(),
    "training": set(),
}

MODULE_LINES = 300
FOLDER_MODULES = 15


def floor_of(package: str) -> int:
    """The floor on which a package or top module lives."""
    return next(level for level, names in enumerate(FLOORS) if package in names)


def imports(path: Path) -> list[str]:
    """All module names that a file imports, also inside of functions."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def modules() -> list[Path]:
    """Every module of the product."""
    return sorted(path for path in PRODUCT.rglob("*.py"))


def room(path: Path) -> str:
    """The package or top module a file belongs to; "" for the package's own __init__."""
    first = path.relative_to(PRODUCT).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PRODUCT)))
def test_the_photo_walks_forward(path: Path) -> None:
    here = room(path)
    for name in imports(path):
        if not name.startswith("photocolor.") or not here:
            continue
        there = name.split(".")[1]
        if there in ("__version__", here):
            continue
        assert floor_of(here) < floor_of(there), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PRODUCT)))
def test_libraries_stay_behind_their_fences(path: Path) -> None:
    place = path.relative_to(PRODUCT).as_posix()
    for name in imports(path):
        allowed = FENCES.get(name.split(".")[0])
        if allowed is not None:
            assert any(place.startswith(home) for home in allowed), f"{place} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PRODUCT)))
def test_a_module_is_one_story(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


def test_a_folder_can_be_seen_at_once() -> None:
    counts = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert {str(folder): count for folder, count in counts.items() if count > FOLDER_MODULES} == {}


def test_the_picture_in_the_docs_shows_these_floors_and_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = text.split("```")[1]
    assert [set(line.split()) for line in picture.split("\n") if line.strip()] == list(FLOORS)
    table = text.split("## The rooms")[1].split("## ")[0]
    named = set(re.findall(r"^\| (.+?) \|", table, re.MULTILINE))
    rooms = {room.strip("` ") for cell in named for room in cell.split(",")}
    assert rooms - {"room", "---"} == set().union(*FLOORS) - {"__main__"}
    built = {path.name.removesuffix(".py") for path in PRODUCT.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert built - {"__init__", "__pycache__"} == set().union(*FLOORS)


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/extending.md", "CONTRIBUTING.md"])
def test_every_file_and_folder_that_the_map_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+|[\w/]+\.(?:py|md))`", text)
    named += re.findall(r"\b((?:scripts|tests)/[\w/]+(?:\.py)?)", text)
    assert len(named) > 5
    for name in named:
        assert any((top / name).exists() for top in (ROOT, PRODUCT)), f"{page} names {name}"


def test_extending_counts_the_files_that_its_walks_name() -> None:
    """The numbers in the table are those of the numbered lists; a module that is new is named by its folder."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| an? (\w+)[^|]*\| (\d+)[^|]*\| (\d|–) \| (\d)", text, re.MULTILINE)
    walks = dict(re.findall(r"^## An? (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert [kind for kind, *_ in table] == list(walks) == ["option", "network", "loss", "format"]
    for kind, code, docs, tests in table[:3]:
        steps = re.findall(r"^\d+\. .*?(?=^\d+\. |^$)", walks[kind], re.MULTILINE | re.DOTALL)
        firsts = [match[1] for step in steps if (match := re.match(r"\d+\. [^`]*`([\w/.]+)`", step))]
        kinds = [first.split("/")[0] for first in firsts]
        assert (kinds.count("photocolor") + kinds.count("training"), kinds.count("tests")) == (int(code), int(tests))
        assert kinds.count("docs") == (0 if docs == "–" else int(docs))


def at_run_time(path: Path) -> set[str]:
    """Returns the product's modules that a module imports when it runs, also inside of functions."""
    tree, names = ast.parse(path.read_text(encoding="utf-8")), set[str]()
    guarded = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    only_types = {id(part) for node in guarded for statement in node.body for part in ast.walk(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in only_types:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


COMMANDS = {PRODUCT / "cli", ROOT / "training" / "cli"}
"""Their functions' docstrings are the help of commands, in the imperative."""
VERB_FIRST = re.compile(r"[A-Z][a-z]+s\b")
HEADLESS_SHARE = 0.01
"""Of all docstrings: there is now and then a sentence that begins with something else."""
PRIVATE_WORDS = frozenset({"atlas", "survey", "sieve", "easel", "artist", "studio", "nursery", "appetite", "leaflet"})
"""Names that the house had and nobody else: what each thing is called now stands in docs/architecture.md."""


@pytest.mark.parametrize("package", [PRODUCT, ROOT / "training"], ids=lambda path: path.name)
def test_a_docstring_says_what_its_function_does(package: Path) -> None:
    texts = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": text
        for path in sorted(package.rglob("*.py"))
        if path.parent not in COMMANDS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (text := ast.get_docstring(node))
    }
    headless = [f"{place}: {text.splitlines()[0]}" for place, text in texts.items() if not VERB_FIRST.match(text)]
    assert len(headless) <= HEADLESS_SHARE * len(texts), "begin with a verb: " + "; ".join(headless)


def test_no_name_is_of_a_private_language() -> None:
    odd = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for name in sorted(set(re.findall(r"\b[A-Za-z_]\w*", path.read_text(encoding="utf-8"))))
        if PRIVATE_WORDS & {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)} and name != "Artist"  # of EXIF
    ]
    assert not odd, odd


def test_no_import_runs_in_a_circle() -> None:
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in modules()}
    left = {name: at_run_time(path) & (named.keys() - {name}) for name, path in named.items()}
    while free := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in free}
    assert {name: needs & left.keys() for name, needs in left.items()} == {}


def is_broad(handler: ast.ExceptHandler) -> bool:
    """True for handlers that catch everything."""
    caught = handler.type
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


def test_broad_excepts_stand_in_two_places_only() -> None:
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and is_broad(node):
                found.append(path.relative_to(PRODUCT).as_posix())
    assert sorted(set(found)) == ["batch/guard.py", "cli/app.py"]


def test_a_run_on_this_machine_loads_neither_ray_nor_anything_of_a_network(tmp_path: Path) -> None:
    code = (
        "import sys; from photocolor.cli.app import run_app; code = run_app();"
        "far = {'ray', 'fsspec', 's3fs', 'botocore', 'aiohttp', 'ssl', 'urllib.request'};"
        "print(code, sorted(far & set(sys.modules)))"
    )
    command = ["restore", str(ROOT / "samples"), "--out", str(tmp_path / "out"), "--dry-run"]
    answer = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "0 []"


def test_importing_photocolor_loads_nothing_heavy() -> None:
    code = "import photocolor, sys; print(sorted({'numpy', 'cv2', 'onnxruntime', 'PIL', 'typer'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_every_page_of_docs_that_code_names_is_there() -> None:
    named = {
        (page, str(path.relative_to(ROOT)))
        for folder in ("photocolor", "training", "benchmarks", "scripts", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".toml")
        for page in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text())
    }
    assert len(named) > 20
    assert [(page, path) for page, path in sorted(named) if not (ROOT / page).is_file()] == []
