"""`compare`: writes an HTML report of several models over the same test photos: a table, and pictures side by side."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from training.color import photo_of_lab
from training.data.prepared import load
from training.evaluation.evaluate import Protocol, answer_of, evaluate, test_photo
from training.evaluation.evaluated_model import ModelFile, name_apart
from training.evaluation.metrics import Interval
from training.evaluation.results import COLUMNS, cell, save_results
from training.writing import check_writable, writing

STYLE = (
    "body{font:15px system-ui;margin:2em;max-width:1400px}table{border-collapse:collapse}td,th{padding:4px 10px;"
    "text-align:right;border-bottom:1px solid #ddd}td:first-child{text-align:left}img{width:100%;display:block}"
    ".sheet{display:grid;gap:4px}.sheet div{text-align:center}"
)


def compare(models: list[ModelFile], protocol: Protocol, out: Path, console: Console, photos: int = 24) -> None:
    """Writes `out` (HTML), and its numbers beside it as JSON and Markdown.

    Args:
        models: at least one; two of one name are told apart by a number.
        protocol: the test photos.
        out: the report; it shows test photos, so keep it out of version control if they are not yours.
        console: for progress.
        photos: how many are shown.

    Raises:
        DiskFull, OutputError: `out` cannot be written, which is found out before anything is measured.
    """
    check_writable(out)
    name_apart(models)
    results = evaluate(list(models), protocol, console)
    save_results(results, out.with_suffix(".json"), data=str(protocol.data), split=protocol.split, only=protocol.only)
    text = page(results, _pictures(models, protocol, photos), [m.name for m in models])
    with writing(out):
        out.write_text(text, encoding="utf-8")
    console.print(f"report: {out}")


def page(results: dict[str, dict[str, Interval]], rows: list[list[NDArray[np.uint8]]], names: list[str]) -> str:
    """Returns the report as one self-contained page."""
    used = [key for key in COLUMNS if any(key in row for row in results.values())]
    head = "".join(f"<th>{html.escape(COLUMNS[key])}</th>" for key in used)
    body = "".join(
        f"<tr><td>{html.escape(name)}</td>"
        + "".join(f"<td>{cell(row[key]) if key in row else ''}</td>" for key in used)
        + "</tr>"
        for name, row in results.items()
    )
    titles = "".join(f"<div>{html.escape(name)}</div>" for name in ("gray", *names, "real"))
    pictures = "".join(f'<img alt="" src="{_embedded(picture)}">' for row in rows for picture in row)
    columns = f"grid-template-columns:repeat({len(names) + 2},1fr)"
    return (
        f"<!doctype html><meta charset=utf-8><title>Comparison</title><style>{STYLE}</style><h1>Comparison</h1>"
        f"<table><tr><th></th>{head}</tr>{body}</table><h2>The same photos</h2>"
        f'<div class=sheet style="{columns}">{titles}{pictures}</div>'
    )


def _pictures(models: list[ModelFile], protocol: Protocol, count: int) -> list[list[NDArray[np.uint8]]]:
    data = load(protocol.data, protocol.split, protocol.only, protocol.limit)
    chosen = np.linspace(0, len(data) - 1, min(count, len(data))).round().astype(int).tolist()
    rows = []
    for index in chosen:
        photo = test_photo(data, index, protocol.size_px, lambda ab: np.ones(ab.shape[:2], np.float32))
        answers = [answer_of(model, photo.given) for model in models]
        colored = [photo_of_lab(photo.lightness, ab) for ab in (np.zeros_like(photo.ab), *answers)]
        rows.append([*colored, photo.rgb])
    return rows


def _embedded(pixels: NDArray[np.uint8]) -> str:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "WEBP", quality=85)
    return "data:image/webp;base64," + base64.b64encode(content.getvalue()).decode()
