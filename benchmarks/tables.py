"""The Markdown tables of docs/performance.md, between their markers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.stages import MODEL_STAGES

Values = dict[str, Any]


def write_tables(results: Values, page: Path) -> None:
    """Replaces what stands between `<!-- NAME -->` and `<!-- end NAME -->` for every section that was measured."""
    text = page.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        if name not in results:
            continue
        block = f"<!-- {name} -->\n{table(results[name])}\n<!-- end {name} -->"
        text, count = re.subn(rf"<!-- {name} -->.*?<!-- end {name} -->", lambda _, b=block: b, text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{page} has {count} places for the table {name}")
    page.write_text(text, encoding="utf-8")


def table_of(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def machine_line(machine: Values) -> str:
    """What it was measured on."""
    return f"{machine['processor']}, {machine['cpus']} processors, Python {machine['python']}."


def photo_table(rows: list[Values]) -> str:
    """One photo: multiples of the floor first."""
    head = ["photo", "× floor", "floor, s", "photocolor, s", "photocolor, processor s"]
    return table_of(
        head,
        [
            [
                named(row),
                f"**{row['product']['wall']['median'] / row['floor']['wall']['median']:.1f}**",
                spread(row["floor"]["wall"]),
                spread(row["product"]["wall"]),
                spread(row["product"]["cpu"]),
            ]
            for row in rows
        ],
    )


def stage_table(rows: list[Values]) -> str:
    """One photo of each kind, stage by stage, in processor seconds."""
    head = ["stage", *(named(row) for row in rows)]
    lines = [[stage, *(f"{row['stages'][stage]['median']:.3f}" for row in rows)] for stage in rows[0]["stages"]]
    totals = [sum(spread["median"] for spread in row["stages"].values()) for row in rows]
    shares = [
        sum(row["stages"][s]["median"] for s in MODEL_STAGES) / total for row, total in zip(rows, totals, strict=True)
    ]
    lines.append(["**together**", *(f"**{total:.3f}**" for total in totals)])
    lines.append(["the floor", *(f"{row['floor']['median']:.3f}" for row in rows)])
    multiples = [total / row["floor"]["median"] for row, total in zip(rows, totals, strict=True)]
    lines.append(["together × floor", *(f"{multiple:.1f}" for multiple in multiples)])
    lines.append(["share of the model", *(f"{share:.0%}" for share in shares)])
    return table_of(head, lines)


def memory_table(rows: list[Values]) -> str:
    """The whole command."""
    head = ["photo", "peak MB", "s", "processor s"]
    return table_of(
        head, [[named(row), f"{row['peak_mb']:.0f}", f"{row['wall_s']:.2f}", f"{row['cpu_s']:.2f}"] for row in rows]
    )


def batch_table(rows: list[Values]) -> str:
    """Folders: time per photo as a multiple of the floor."""
    head = ["folder", "× floor per photo", "× floor, start excluded", "MP/s", "cores busy", "peak MB of a process", "s"]
    return table_of(
        head,
        [
            [
                f"{row['photos']} × {row['megapixels']:g} MP",
                f"**{row['wall_s'] / row['photos'] / row['floor_s']:.1f}**",
                f"**{row['running_s'] / row['floor_s']:.1f}**",
                f"{row['photos'] * row['megapixels'] / row['wall_s']:.1f}",
                f"{row['cpu_s'] / row['wall_s']:.2f}",
                f"{row['peak_mb']:.0f}",
                f"{row['wall_s']:.1f}",
            ]
            for row in rows
        ],
    )


def growth_table(rows: list[Values]) -> str:
    """More and more photos."""
    head = ["photos of 0.3 MP", "s", "ms per photo", "peak MB of a process"]
    return table_of(
        head,
        [
            [
                f"{row['photos']:,}",
                f"{row['wall_s']:.1f}",
                f"{row['wall_s'] / row['photos'] * 1000:.0f}",
                f"{row['peak_mb']:.0f}",
            ]
            for row in rows
        ],
    )


def start_table(found: Values) -> str:
    """From nothing."""
    rows = [[name, spread(pair["wall"]), spread(pair["cpu"])] for name, pair in found.items()]
    return table_of(["command", "s", "processor s"], rows)


def peers_table(found: Values) -> str:
    """The row beside the peers'."""
    shapes = ", ".join(f"{width} × {height}" for height, width in found["shapes"])
    middle = sorted(found["seconds"])[len(found["seconds"]) // 2]
    around = f"{found['around_s']:.2f} processor s, {found['around_mb'] / 1000:.2f} GB of the whole command; in bands"
    head = ["network", "params M", "GMAC", "input", "ONNX Runtime CPU s", "peak RSS MB"]
    head.append(f"a {found['megapixels']:g}-megapixel photo, network excluded")
    own = ["photocolor", f"{found['parameters_m']:.1f}", f"{found['gmac']:.1f}", shapes, f"{middle:.2f}"]
    return table_of(head, [[*own, f"{found['peak_mb']:.0f}", around], *PEERS])


PEERS = [
    ["eccv16", "32.2", "41.8", "256", "0.46", "455", "about 24 s, 2.6 GB; Lab in float64, ab bilinear"],
    ["siggraph17", "34.2", "101.0", "256", "0.85", "648", "the same"],
    ["pix2pix U-Net 256", "54.4", "6.0", "256", "0.11", "491", "saves 256 × 256: the photo is lost"],
    ["DDColor tiny", "55.0", "96.5", "512", "1.9", "2322", "about 7 s, 2.2 GB; float32 Lab, ab nearest"],
    ["DDColor large", "227.9", "262.2", "512", "3.8", "3065", "the same"],
    ["DeOldify artistic", "63.7", "957.5", "560", "9.9", "3722", "about 3.3 s, 0.7 GB; squashed to 560, 8-bit YUV"],
    ["DeOldify stable", "218.2", "689.8", "560", "8.1", "3917", "the same"],
]
"""Measured in 2026-11 on a machine of the same kind, busy: ratios hold within a factor of two."""


def beside_table(found: Values) -> str:
    """A row for each tool: seconds of each photo, and the processor's seconds and memory of the largest."""
    sizes = found["megapixels"]
    head = ["tool", "params M", "GMAC", *(f"{size:g} MP, s" for size in sizes)]
    head += [f"{sizes[-1]:g} MP, processor s", "peak MB"]
    rows = []
    for tool, row in found["tools"].items():
        walls = [sorted(run["wall_s"][i] for run in row["runs"]) for i in range(len(sizes))]
        cells = [tool, *(f"{row[key]:.1f}" if key in row else "" for key in ("parameters_m", "gmac"))]
        cells += [f"{median(wall):.2f} ({wall[0]:.2f}–{wall[-1]:.2f})" for wall in walls]
        cells.append(f"{median(run['cpu_s'][-1] for run in row['runs']):.2f}")
        rows.append([*cells, f"{max(run['peak_mb'][-1] for run in row['runs']):.0f}"])
    return table_of(head, rows)


def finder_table(rows: list[Values]) -> str:
    """The search for damage beside coloring."""
    head = ["photo", "search, s", "search, processor s", "processor s per MP"]
    head += ["command, peak MB", "coloring, s", "coloring, processor s"]
    lines = []
    for row in rows:
        search, product = row["search"], row["product"]
        cells = [named(row), spread(search["wall"]), spread(search["cpu"])]
        cells.append(f"**{search['cpu']['median'] / row['megapixels']:.3f}**")
        cells.append(f"{row['peak_mb']:.0f}")
        lines.append([*cells, spread(product["wall"]), spread(product["cpu"])])
    return table_of(head, lines)


def gpu_table(found: Values) -> str:
    """Rows of a GPU, or the reason why there are none."""
    if "none" in found:
        return f"Not measured: {found['none']}."
    rows = [
        [
            name,
            "; ".join(
                f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items()
            ),
        ]
        for name, row in found.items()
    ]
    return table_of(["how", "found"], rows)


def named(row: Values) -> str:
    """A photo's size and kind."""
    return f"{row['megapixels']:g} MP {row['kind']}"


def spread(values: dict[str, float]) -> str:
    """A median with its spread."""
    return f"{values['median']:.2f} ({values['low']:.2f}–{values['high']:.2f})"


TABLES: dict[str, Callable[[Any], str]] = {
    "machine": machine_line,
    "photo": photo_table,
    "stages": stage_table,
    "memory": memory_table,
    "batch": batch_table,
    "growth": growth_table,
    "start": start_table,
    "peers": peers_table,
    "beside": beside_table,
    "finder": finder_table,
    "gpu": gpu_table,
}
