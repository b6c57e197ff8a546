"""The Markdown tables of docs/performance.md, between their markers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from benchmarks.stages import MODEL_STAGES, STAGES


def write_tables(results: dict[str, Any], page: Path) -> None:
    """Replaces what stands between `<!-- NAME -->` and `<!-- end NAME -->` for each table."""
    text = page.read_text(encoding="utf-8")
    for name, table in (
        ("photo", photo_table(results)),
        ("stages", stage_table(results)),
        ("batch", batch_table(results)),
    ):
        block = f"<!-- {name} -->\n{table}\n<!-- end {name} -->"
        text, count = re.subn(rf"<!-- {name} -->.*?<!-- end {name} -->", lambda _, b=block: b, text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{page} has {count} places for the table {name}")
    page.write_text(text, encoding="utf-8")


def photo_table(results: dict[str, Any]) -> str:
    """One photo: multiples of the floor first."""
    lines = [
        "| photo | × floor | floor s | photocolor s | processor s | cold command s | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in results["one_photo"]:
        floor, product = row["floor"]["wall"], row["product"]["wall"]
        lines.append(
            f"| {row['megapixels']:g} MP {row['kind']} | {product['median'] / floor['median']:.1f} | "
            f"{seconds(floor)} | {seconds(product)} | {row['product']['cpu']['median']:.2f} | "
            f"{row['cold']['wall_s']:.2f} | {row['cold']['peak_mb']:.0f} |"
        )
    return "\n".join(lines)


def stage_table(results: dict[str, Any]) -> str:
    """The 24-megapixel photos, stage by stage, in processor seconds."""
    rows = [row for row in results["one_photo"] if row["megapixels"] == 24]
    lines = ["| stage | " + " | ".join(row["kind"] for row in rows) + " |", "|---|" + "---|" * len(rows)]
    for stage in STAGES:
        lines.append(f"| {stage} | " + " | ".join(f"{cpu(row, stage):.3f}" for row in rows) + " |")
    shares = [sum(cpu(row, s) for s in MODEL_STAGES) / sum(cpu(row, s) for s in STAGES) for row in rows]
    return "\n".join([*lines, "| share of the model | " + " | ".join(f"{share:.0%}" for share in shares) + " |"])


def batch_table(results: dict[str, Any]) -> str:
    """Folders: time per photo as a multiple of the floor."""
    lines = ["| folder | × floor per photo | MP/s | cores busy | peak MB of a process |", "|---|---|---|---|---|"]
    for row in results["batches"]:
        multiple = row["wall_s"] / row["photos"] / row["floor_s"]
        lines.append(
            f"| {row['photos']} × {row['megapixels']:g} MP | {multiple:.1f} | "
            f"{row['photos'] * row['megapixels'] / row['wall_s']:.1f} | {row['cpu_s'] / row['wall_s']:.2f} | "
            f"{row['peak_mb']:.0f} |"
        )
    return "\n".join(lines)


def cpu(row: dict[str, Any], stage: str) -> float:
    """Median processor seconds of a stage."""
    return float(row["stages"][stage]["cpu"]["median"])


def seconds(spread: dict[str, float]) -> str:
    """A median with its spread."""
    return f"{spread['median']:.2f} ({spread['low']:.2f}–{spread['high']:.2f})"
