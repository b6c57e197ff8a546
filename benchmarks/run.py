"""Measures speed and memory on the machine at hand; writes JSON and the tables of docs/performance.md.

python -m benchmarks.run                        everything; a quarter of an hour on two cores that are otherwise idle
python -m benchmarks.run --only photo,batch     some sections again; what the JSON has of the others stays
python -m benchmarks.run --quick                half a minute, to prove that it works; writes a JSON and no tables

Sections: photo (one photo against its floor), stages (where its time goes), memory (whole commands), batch (folders),
growth (1 to 1,000 photos), start (from nothing), peers (the network alone), profile (texts beside the tables), finder
(the search for damage), gpu.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks.sections import FULL, QUICK, SECTIONS, Bench
from benchmarks.tables import write_tables
from photocolor.system.machine import usable_cpus

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="half a minute; writes no tables")
    parser.add_argument("--only", metavar="SECTIONS", help="comma-separated; all others stay as the JSON has them")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results.json", metavar="FILE")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="keeps the pictures there for the next time")
    wanted = parser.parse_args()
    sections = wanted.only.split(",") if wanted.only else list(SECTIONS)
    if unknown := set(sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; sections: {', '.join(SECTIONS)}")
    results: dict[str, Any] = {}
    if wanted.json.exists() and not wanted.quick:
        results = json.loads(wanted.json.read_text(encoding="utf-8"))
    results["machine"] = {"processor": processor(), "cpus": usable_cpus(), "python": platform.python_version()}
    with nullcontext(wanted.scratch) if wanted.scratch else tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), QUICK if wanted.quick else FULL)
        bench.folder.mkdir(parents=True, exist_ok=True)
        for section in sections:
            results[section] = SECTIONS[section](bench)
            wanted.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            if not wanted.quick:
                write_tables(results, PAGE)


def processor() -> str:
    """The processor's name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
