"""The search for damage as `photocolor damage` does it, in this process."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.clock import ProcessCost, whole_process
from photocolor.batch.plan.targets import make_plan
from photocolor.batch.pools.opener import DamageOpener
from photocolor.models.finder import find_finder
from photocolor.outcome import Done, NoProgress, Work
from photocolor.pipeline.extra_files import mask_name
from photocolor.settings import Settings
from photocolor.system.machine import usable_cpus


def opened(folder: Path) -> Work:
    """The package's finder, opened as for one scan."""
    return DamageOpener(Settings(sources=(), out=folder), None, find_finder().sha256)(usable_cpus())


def searched(search: Work, source: Path, out: Path) -> Done:
    """One scan from its file to its mask's place.

    Raises:
        RuntimeError: it was not searched.
    """
    job = next(iter(make_plan((source,), out, naming=mask_name).jobs()))
    outcome = search(job, NoProgress())
    if not isinstance(outcome, Done):
        raise RuntimeError(f"{source.name}: {outcome}")
    return outcome


def whole_command(source: Path, folder: Path) -> ProcessCost:
    """What `photocolor damage` costs for a scan, from nothing."""
    out = folder / "command-masks"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "photocolor", "damage", str(source), "--out", str(out), "--quiet"]
    return whole_process(command, str(folder / "cost.json"))
