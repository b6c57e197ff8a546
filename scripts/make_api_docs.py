#!/usr/bin/env python3
"""Writes docs/api.md from the docstrings of the Python interface; tests/test_api_docs.py compares the two."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from enum import Enum
from pathlib import Path

import photocolor

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
ORDER = (
    "colorize",
    "variants",
    "Hints",
    "Point",
    "Polygon",
    "open_colorizer",
    "PhotoColorizer",
    "colorize_file",
    "colorize_array",
    "ColorSettings",
    "FileSettings",
    "Done",
    "PhotocolorError",
)
HEAD = """# From Python

`scripts/make_api_docs.py` makes this page from the docstrings. [colorize.ipynb](colorize.ipynb) is a notebook that
shows what is on it.

```python
import photocolor

photocolor.colorize("scan.jpg")  # an image of Pillow, shown by a notebook
photocolor.colorize("scan.jpg", to="color.jpg")  # a file with all its metadata, and the note of what colored it
photocolor.colorize(array)  # NumPy: uint8, uint16, or floating point from 0 to 1
photocolor.colorize(image)  # an image of Pillow
photocolor.colorize(file.read())  # the bytes of a file of the same format
photocolor.colorize(["1.jpg", "2.tif"], to="color")  # a list of any of these
```

An image or an array in memory has no place for the note that its colors are a model's: color files, or bytes, where
somebody else will see them. Whole folders are better colored by `photocolor restore`, which goes on where it was
interrupted. Errors are subclasses of `PhotocolorError` ([all of them](errors.md)), with `message`, `hint` and `reason`.

"""
SECTIONS = ("Args", "Attributes", "Returns", "Raises", "Yields")


def page() -> str:
    """Returns the whole page."""
    if set(ORDER) != set(photocolor.__all__):
        raise SystemExit(f"ORDER and photocolor.__all__ differ: {set(ORDER) ^ set(photocolor.__all__)}")
    return HEAD + "\n".join(_entry(name, getattr(photocolor, name)) for name in ORDER)


def _entry(name: str, thing: object) -> str:
    text = f"## `{name}`\n\n{_signature(name, thing)}{_markdown(inspect.getdoc(thing) or '')}"
    if inspect.isclass(thing) and name == "PhotoColorizer":
        for method, value in vars(thing).items():
            if (method == "__call__" or not method.startswith("_")) and (inspect.isfunction(value)):
                title = "colorizer(…)" if method == "__call__" else f"colorizer.{method}(…)"
                text += f"\n### `{title}`\n\n{_signature(method, value)}{_markdown(inspect.getdoc(value) or '')}"
    return text


def _signature(name: str, thing: object) -> str:
    if not callable(thing) or name == "PhotocolorError":
        return ""
    shown = inspect.signature(thing)
    parts = [_parameter(part) for part in shown.parameters.values() if part.name != "self"]
    stars = [part.name for part in shown.parameters.values() if part.kind is part.KEYWORD_ONLY]
    if stars:
        first = next(index for index, part in enumerate(parts) if part.split(":")[0] == stars[0])
        parts.insert(first, "*")
    lines = ",\n    ".join(parts)
    call = "colorizer" if name == "__call__" else name
    back = "" if shown.return_annotation in (shown.empty, "None", None) else f" -> {_plain(shown.return_annotation)}"
    return f"```python\n{call}(\n    {lines},\n){back}\n```\n\n" if parts else f"```python\n{call}(){back}\n```\n\n"


def _parameter(part: inspect.Parameter) -> str:
    default, kind = part.default, _plain(part.annotation)
    if isinstance(default, Enum):  # any of its words may be given as it stands here
        default, kind = default.value, f"Literal[{', '.join(repr(word.value) for word in type(default))}]"
    text = part.name if part.annotation is part.empty else f"{part.name}: {kind}"
    shown = json.dumps(default) if isinstance(default, str) else repr(default)
    return text if default is part.empty else f"{text} = {shown}"


def _plain(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _markdown(doc: str) -> str:
    """Returns a docstring of Google's style as Markdown: its sections become lists."""
    parts = re.split(rf"^({'|'.join(SECTIONS)}):\n", doc, flags=re.MULTILINE)
    text = parts[0].strip() + "\n"
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        items = re.split(r"\n(?=\S)", textwrap.dedent(body).strip("\n"))
        listed = [" ".join(item.split()) for item in items]
        if title in ("Returns", "Yields"):
            text += f"\n**{title}:** {' '.join(listed)}\n"
        else:
            text += f"\n**{'Arguments' if title == 'Args' else title}:**\n\n" + "".join(
                f"- {_named(item)}\n" for item in listed
            )
    return text


def _named(item: str) -> str:
    name, colon, rest = item.partition(": ")
    return f"{', '.join(f'`{part}`' for part in name.split(', '))}: {rest}" if colon else item


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
