from __future__ import annotations

import ast
from dataclasses import replace

import photos
import pytest
from commands import ROOT

from photocolor.containers import formats
from photocolor.containers.formats import FORMATS
from photocolor.errors import UnsupportedPhoto
from photocolor.image.codec_table import CODECS
from photocolor.image.decode import decode
from photocolor.image.encode import target_format
from photocolor.metadata.formats.table import METADATA
from photocolor.settings import OutputFormat


def _constants(node: ast.Compare) -> set[object]:
    sides = [node.left, *node.comparators]
    return {part.value for side in sides for part in ast.walk(side) if isinstance(part, ast.Constant)}


def test_every_row_has_all_its_parts() -> None:
    names = [row.name for row in FORMATS]
    assert list(CODECS) == list(METADATA) == names
    for row in FORMATS:
        codec, metadata = CODECS[row.name], METADATA[row.name]
        assert ((codec.write is None) != (codec.write_rows is None)) == row.writable
        assert ((metadata.write is None) != (metadata.append is None)) == row.writable
        assert (metadata.read_page is not None) == row.pages
        assert row.lossless or row.has_quality
        assert row.metadata.exif_most_bytes > 0 and all(side > 0 for side in (row.max_side_px, row.most_bits))
        assert row.media_type in ("", f"image/{row.name}")


@pytest.mark.parametrize("asked", [OutputFormat.KEEP, OutputFormat.WEBP])
def test_a_format_that_is_only_read_is_refused_as_a_result_by_name(
    asked: OutputFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tuple(replace(row, writable=row.name != "webp") for row in FORMATS)
    monkeypatch.setattr(formats, "FORMATS", rows)
    with pytest.raises(UnsupportedPhoto, match="WebP is only read") as caught:
        target_format(decode(photos.webp(), 100), asked)
    assert "--format" in caught.value.hint
    assert target_format(decode(photos.webp(), 100), OutputFormat.PNG).name == "png"


def test_no_module_compares_with_the_name_of_a_format() -> None:
    names, found = {row.name for row in FORMATS}, list[str]()
    for path in sorted((ROOT / "photocolor").rglob("*.py")):
        compared = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Compare)]
        found += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in compared if names & _constants(node)]
    assert found == []
