"""Shows before and after as one web page with a slider: without network or files, for mouse, touch and keyboard."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from photocolor.image.display.compare import Cell, Picture, jpeg_bytes
from photocolor.system.printable import clean

NOTE = "The colors are a model's interpretation; the lightness is the photograph's own."


def page(title: str, before: Picture, cells: Sequence[Cell], software: str, xmp: bytes = b"", first: int = 0) -> str:
    """Returns the page as HTML text.

    Args:
        title: of the page, in plain text.
        before: the gray photo, (H, W, 3) uint8.
        cells: the colorings, of the same size; with several the page lets choose.
        software: the page's generator.
        xmp: a packet that says where the color comes from.
        first: which of the colorings the page opens with.
    """
    height, width = before.shape[:2]
    template = Template(files("photocolor.preview").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(clean(title)),
        software=escape(software),
        note=escape(NOTE if len(cells) > 1 else f"{cells[0].caption}. {NOTE}"),
        xmp=xmp.decode("utf-8").replace("--", "- -"),
        ratio=f"{width / height:.3f}",
        width=width,
        height=height,
        before=_uri(before),
        choices=_choices(cells, first),
        afters="\n".join(_after(cell, shown=index == first) for index, cell in enumerate(cells)),
    )


def _choices(cells: Sequence[Cell], first: int) -> str:
    """Returns radio buttons, one for each coloring; none for a single coloring."""
    if len(cells) < 2:
        return ""
    radios = [
        f'<label><input type="radio" name="choice" value="{index}"{" checked" if index == first else ""}> '
        f"{escape(cell.caption)}</label>"
        for index, cell in enumerate(cells)
    ]
    return "<fieldset><legend>Color</legend>\n" + "\n".join(radios) + "\n</fieldset>"


def _after(cell: Cell, *, shown: bool) -> str:
    hidden = "" if shown else " hidden"
    return f'<img class="after"{hidden} src="{_uri(cell.picture)}" alt="In color: {escape(cell.caption)}">'


def _uri(picture: Picture) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg_bytes(picture)).decode()
