"""Hooks of the site's build: pages and files that lie beside docs/ take part, and their links are turned.

MkDocs reads docs/ alone. README, CHANGELOG, CONTRIBUTING and SECURITY are where every repository has them, and some
pages link to files of the code; a checkout shows all of that without a site, so the site follows and not the files.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""Pages beside docs/ by their place in the site."""
_OUTSIDE = re.compile(r"\]\(\.\./((?:benchmarks|photocolor|scripts|samples|training)/[^)#]+|compose\.yaml)")
"""A link from a page of docs/ to a file of the code."""
_CODE_OF_TABLE = re.compile(r"<td[^>]*>(?:(?!</td>).)*</td>", re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Adds the laboratory notes to the navigation, whichever there are."""
    notes = sorted((ROOT / "docs" / "notes").glob("*.md"))
    config.nav = [*(config.nav or ()), {"Notes": [f"notes/{path.name}" for path in notes]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what lies beside docs/."""
    for name, place in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=_turned(text)))
    for name in sorted(_files_linked_from(files)):
        files.append(File.generated(config, f"files/{name}", content=(ROOT / name).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Turns links that lead out of docs/: to the pages and files that `on_files` added."""
    if "/" in page.file.src_uri:
        return markdown
    for name, place in PAGES.items():
        markdown = markdown.replace(f"](../{name}", f"]({place}")
    return _OUTSIDE.sub(r"](files/\1", markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Shows a bar within code of a table without the backslash that GitHub wants before it."""
    return _CODE_OF_TABLE.sub(lambda code: code[0].replace("\\|", "|"), html)


def _turned(text: str) -> str:
    """Returns a page from beside docs/ with the links that it has inside docs/."""
    text = text.replace("](docs/", "](")
    for name, place in PAGES.items():
        text = text.replace(f"]({name}", f"]({place}")
    return text


def _files_linked_from(files: Files) -> set[str]:
    pages = [file.content_string for file in files.documentation_pages() if "/" not in file.src_uri]
    return {name for text in pages for name in _OUTSIDE.findall(text) if (ROOT / name).is_file()}
