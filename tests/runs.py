"""Builders for runs over little trees of scripted sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from photocolor.batch.plan.targets import make_plan
from photocolor.batch.pools.choose import open_pool
from photocolor.batch.pools.pool import Crew, Opener, Pool
from photocolor.batch.records.in_progress import read_in_progress, remove_temporaries_of, unsettled
from photocolor.batch.records.manifest import Recipe, recall
from photocolor.batch.reporter import Summary
from photocolor.batch.resume import ResumeDecider
from photocolor.batch.runner import Run, run
from photocolor.outcome import Fingerprint, Job, Outcome

RECIPE = Recipe("fake", "f" * 64, "0123456789abcdef", {"strength": 1.0})
INLINE = Crew(inline=True, workers=1, threads=1)
PROCESSES = Crew(inline=False, workers=2, threads=1)


def write_tree(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def read_tree(root: Path) -> dict[str, bytes]:
    """Everything below a folder, except what photocolor keeps for itself."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files if ".photocolor" not in path.parts}


def job_for(source: Path, target: Path, token: str = "0123abcd") -> Job:  # noqa: S107 -- the temporary file's
    stat = source.stat()
    return Job(source, target, target.name, Fingerprint(stat.st_size, stat.st_mtime_ns), token)


@dataclass
class Listener:
    """A reporter that keeps what it is told, and can act on it."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stages: list[tuple[str, str, int, int]] = field(default_factory=list)
    on_work: Callable[[Job, str], None] = lambda job, stage: None
    ended: int = 0

    def begin(self, summary: Summary) -> None:
        """Keeps the summary."""
        self.summary = summary

    def note(self, message: str) -> None:
        """Keeps the sentence."""
        self.notes.append(message)

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Keeps the stage, then acts."""
        self.stages.append((job.relative, stage, done, total))
        self.on_work(job, stage)

    def finished(self, outcome: Outcome) -> None:
        """Keeps the outcome."""
        self.outcomes.append(outcome)

    def end(self) -> None:
        """Counts the ends; there must be one."""
        self.ended += 1

    def by_name(self) -> dict[str, Outcome]:
        """The outcomes by relative path."""
        return {outcome.job.relative: outcome for outcome in self.outcomes}


def run_tree(
    source: Path, out: Path, opener: Opener, crew: Crew = INLINE, *, recipe: Recipe = RECIPE, overwrite: bool = False
) -> tuple[Summary, Listener]:
    listener = Listener()
    return run_with(listener, source, out, opener, crew, recipe=recipe, overwrite=overwrite), listener


def run_with(
    listener: Listener,
    source: Path,
    out: Path,
    opener: Opener,
    crew: Crew,
    *,
    recipe: Recipe = RECIPE,
    overwrite: bool = False,
) -> Summary:
    return run_pool(listener, source, out, open_pool(crew, opener), recipe=recipe, overwrite=overwrite)


def run_pool(
    listener: Listener, source: Path, out: Path, pool: Pool, *, recipe: Recipe = RECIPE, overwrite: bool = False
) -> Summary:
    past = recall(out)
    in_progress = unsettled(read_in_progress(out), past)
    remove_temporaries_of(out, in_progress)
    decider = ResumeDecider(past, recipe, in_progress, overwrite)
    return run(Run(make_plan([source], out), decider, pool, listener))
