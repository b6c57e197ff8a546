"""The site is built from the repository's own pages, and a link that leads nowhere ends its build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT
from groups import advice, missing_group

if missing_group("mkdocs"):
    pytest.skip(advice("mkdocs"), allow_module_level=True)

PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """All that the site is made of."""
    for name in (*PAGES, "mkdocs.yml", "compose.yaml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    for name in ("docs", "scripts", "benchmarks/profiles"):
        shutil.copytree(ROOT / name, tmp_path / name)
    schema = "photocolor/batch/manifest.schema.json"
    (tmp_path / schema).parent.mkdir(parents=True)
    shutil.copyfile(ROOT / schema, tmp_path / schema)
    return tmp_path


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    variables = os.environ | {"PHOTOCOLOR_PYTHON": sys.executable, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run([folder / "scripts" / "site"], env=variables, capture_output=True, text=True)


def test_the_site_has_every_page_and_every_link_leads_somewhere(checkout: Path) -> None:
    done = build(checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {path.stem for path in (checkout / "docs").glob("*.md")}
    names |= {"index", "changelog", "contributing", "security"}
    assert names <= {path.stem for path in (checkout / "site").glob("*.html")}
    index = (checkout / "site" / "index.html").read_text(encoding="utf-8")
    assert 'src="images/gallery/after/ansel-adams-1942.jpg"' in index and "https://fonts" not in index


def test_the_site_shows_signs_as_they_are_meant(checkout: Path) -> None:
    """Python-Markdown takes the stars of a*, b* for emphasis, and shows the backslash before a bar in code."""
    assert build(checkout).returncode == 0
    wrong = []
    for path in (checkout / "site").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        cells = " ".join(re.findall(r"<td[^>]*>.*?</td>", html, re.DOTALL))
        wrong += [f"{path.name}: {found}" for found in re.findall(r".{20}\\\|.{20}", cells)]
        wrong += [
            f"{path.name}: {found}" for found in re.findall(r".{0,9}\w<em>[^<]*</em>|<em>[ ,.;:)/][^<]*</em>", html)
        ]
    assert wrong == []


@pytest.mark.parametrize(
    "link", ["[gone](gone.md)", "[gone](cli.md#no-such-heading)", "![gone](images/gone.jpg)", "[gone](../gone.md)"]
)
def test_a_link_that_leads_nowhere_ends_the_build(checkout: Path, link: str) -> None:
    with (checkout / "docs" / "faq.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{link}\n")
    done = build(checkout)
    assert done.returncode != 0
    assert "gone" in done.stdout + done.stderr or "no-such-heading" in done.stdout + done.stderr
