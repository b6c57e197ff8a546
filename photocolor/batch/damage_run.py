"""A search for damage: a run like any other, whose results are masks and whose sources are only read."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

from photocolor.batch.control import PausablePool, RunControl
from photocolor.batch.inspector import FileTargetInspector
from photocolor.batch.plan.memory_need import largest_photo_bytes, memory_per_worker
from photocolor.batch.plan.targets import FilePlan, make_plan
from photocolor.batch.pools.choose import choose_crew, open_pool
from photocolor.batch.pools.opener import DamageOpener
from photocolor.batch.pools.pool import Pool
from photocolor.batch.records.in_progress import on_damage, read_in_progress, remove_temporaries_of, unsettled
from photocolor.batch.records.lock import OutputLock, make_output_folder
from photocolor.batch.records.manifest import Past, Recipe, Record, recall
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.resume import ResumeDecider
from photocolor.batch.runner import Run, run
from photocolor.errors import UsageError
from photocolor.image.mask_file import read_note
from photocolor.models.finder import FinderFile, find_finder
from photocolor.outcome import Job
from photocolor.pipeline.extra_files import PNG_SUFFIX, TIFF_SUFFIX, mask_name
from photocolor.pipeline.footprint import allowed_bytes
from photocolor.settings import Settings
from photocolor.system.safe_files import read_regular


def plan_masks(settings: Settings) -> FilePlan:
    """Returns every scan with the mask that it gets: its own name with `.mask.png`, or `.mask.tif` for a TIFF.

    Raises:
        UsageError: a source is missing or named twice, or `out` is no folder.
    """
    return make_plan(settings.sources, settings.out, naming=mask_name)


def write_masks(
    plan: FilePlan, settings: Settings, finder: Path | None, reporter: Reporter, control: RunControl | None = None
) -> Summary:
    """Finds the damage of all scans of a plan that need it; the sources stay untouched.

    Args:
        plan: the scans.
        settings: of the run; those about color mean nothing.
        finder: the finder's ONNX file; None for the bundled one.
        reporter: hears of it.
        control: pauses and cancels it from another thread.

    Raises:
        PhotocolorError: the run is refused, and the output folder was not touched; or its records cannot be written.
    """
    model = find_finder(finder)
    _refuse_results(recall(settings.out, plan.shard), settings.out)
    control = control or RunControl()
    pool = _pool(plan, settings, DamageOpener(settings, finder, model.sha256))
    make_output_folder(settings.out, settings.sources)
    with OutputLock(settings.out, plan.shard) as lock:
        decider = mask_decider(plan, settings, model, reporter)
        if lock.held:
            remove_temporaries_of(settings.out, decider.in_progress)
        return run(Run(plan, decider, PausablePool(pool, control), reporter, control.stop))


def mask_decider(plan: FilePlan, settings: Settings, model: FinderFile, reporter: Reporter) -> ResumeDecider:
    """Returns what decides which scans need work, by what earlier searches into the folder left."""
    past, damaged = recall(settings.out, plan.shard), Counter[str]()
    in_progress = unsettled(read_in_progress(settings.out, plan.shard, damaged), past)
    for sentence in on_damage(past.damaged, damaged, settings.out):
        reporter.note(sentence)
    return ResumeDecider(past, mask_recipe(model), in_progress, settings.overwrite, MaskInspector())


def mask_recipe(model: FinderFile) -> Recipe:
    """Returns what, besides the scan, decides a mask: the finder alone."""
    digest = hashlib.sha256(b"search for damage, masks of one bit").hexdigest()[:16]
    return Recipe(model.card.name, model.sha256, digest, {})


class MaskInspector(FileTargetInspector):
    """Looks at masks; what lies beside a scan for its colors changes no mask."""

    def hints_sha256(self, job: Job) -> str:
        """Returns "": color hints mean nothing here."""
        return ""

    def sidecars_change(self, job: Job, record: Record) -> str:
        """Returns "": XMP files mean nothing here."""
        return ""

    def blocked_copies(self, job: Job, record: Record) -> str:
        """Returns "": nor do they here."""
        return ""

    def is_own_result(self, job: Job) -> bool:
        """Returns whether what lies at the target says that it is the mask of this source."""
        try:
            note = read_note(read_regular(job.target, links=False)[0])
        except OSError:
            return False
        return bool(note) and note.get("source_sha256") == self.source_sha256(job)


def _refuse_results(past: Past, out: Path) -> None:
    """Raises if the folder belongs to a run that colors: its report and its checks would mix both."""
    if any(not place.endswith((PNG_SUFFIX, TIFF_SUFFIX)) for place in past.done):
        raise UsageError(
            f"{out} holds the results of photocolor restore", "Choose a folder of its own for the masks as --out."
        )


def _pool(plan: FilePlan, settings: Settings, opener: DamageOpener) -> Pool:
    """Returns the pool for a search, which always runs on the processors."""
    allowed = allowed_bytes(settings.max_memory)
    fitting = max(1, allowed // largest_photo_bytes(plan.jobs(), settings))
    crew = choose_crew(settings.workers, len(plan), on_gpu=False, fitting=fitting)
    share = replace(settings, max_memory=memory_per_worker(settings, allowed, crew.workers))
    return open_pool(replace(crew, limit_s=settings.photo_timeout_s), replace(opener, settings=share))
