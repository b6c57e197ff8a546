"""Starts the run of a plan; whatever can refuse a run is checked here, before the first photo."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from photocolor.batch.control import PausablePool, RunControl
from photocolor.batch.inspector import FileTargetInspector
from photocolor.batch.plan.layers import refuse_layers_in_the_way
from photocolor.batch.plan.memory_need import largest_photo_bytes, memory_per_worker
from photocolor.batch.plan.plan import Plan
from photocolor.batch.plan.respelled import named_as_before
from photocolor.batch.plan.targets import FilePlan
from photocolor.batch.pools.choose import choose_crew, open_pool
from photocolor.batch.pools.opener import PipelineOpener
from photocolor.batch.pools.pool import Opener, Pool
from photocolor.batch.records.in_progress import on_damage, read_in_progress, remove_temporaries_of, unsettled
from photocolor.batch.records.lock import OutputLock, make_output_folder
from photocolor.batch.records.manifest import Recipe, recall
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.resume import ResumeDecider
from photocolor.batch.runner import Run, run
from photocolor.engine.probe import CPU
from photocolor.engine.providers import DeviceChoice, choose
from photocolor.engine.sizes import tile_side
from photocolor.engine.worth import folder_load, if_it_pays
from photocolor.metadata.signing import open_seal
from photocolor.models.registry import find_model
from photocolor.pipeline.extra_files import refuse_layers, refuse_mending
from photocolor.pipeline.footprint import allowed_bytes
from photocolor.pipeline.reference import read_palette
from photocolor.settings import Mend, Settings, result_settings, settings_digest
from photocolor.system.machine import usable_cpus

if TYPE_CHECKING:
    from photocolor.batch.remote.plan import RemotePlan
    from photocolor.pipeline.photo import Pipeline


def color_plan(plan: FilePlan, settings: Settings, reporter: Reporter, control: RunControl | None = None) -> Summary:
    """Colors files; with `control` the run may be in any thread, and be paused and canceled from another.

    Raises:
        PhotocolorError: the run is refused, and the output folder was not touched; or its records cannot be written.
    """
    if not plan and not plan.faults:
        return Summary()
    control = control or RunControl()
    recipe = recipe_of(settings)
    pool = _pool(settings, recipe, plan, reporter)
    make_output_folder(settings.out, settings.sources)
    with OutputLock(settings.out, plan.shard) as lock:
        decider = decider_of(plan, settings, recipe, reporter)
        plan = named_as_before(plan, decider.past, reporter.note)
        if lock.held:
            remove_temporaries_of(settings.out, decider.in_progress, settings.damage_masks)
        request = Run(plan, decider, PausablePool(pool, control), reporter, control.stop)
        return run(replace(request, masks=settings.damage_masks, keep_times=settings.files.keep_times))


def color_remote_plan(
    plan: RemotePlan, settings: Settings, reporter: Reporter, control: RunControl | None = None
) -> Summary:
    """Does what `color_plan` does for photos whose sources or results are remote."""
    from photocolor.batch.remote.start import RemoteRun, color_remote  # what is remote is loaded where it is needed

    if not plan and not plan.faults:
        return Summary()
    control = control or RunControl()
    recipe = recipe_of(settings)
    pool = PausablePool(_pool(settings, recipe, plan, reporter), control)
    return color_remote(plan, RemoteRun(recipe, settings.overwrite, reporter), pool, control.stop)


def recipe_of(settings: Settings) -> Recipe:
    """Returns what decides the results' bytes; the model and the reference are found and checked here.

    Raises:
        ReferenceInvalid: there is no palette to be taken from the reference.
        EnvironmentFault: there is no such model, or it is damaged.
        UsageError: the tile does not fit the model, the certificate cannot be used, or layers would go far away.
    """
    model = find_model(settings.model)
    refuse_layers(settings)
    refuse_mending(settings)
    tile_side(settings.color, model.card)
    read_palette(settings)
    open_seal(settings.credential)
    digest = settings_digest(settings.color, settings.files)
    return Recipe(model.card.name, model.sha256, digest, result_settings(settings.color, settings.files))


def decider_of(plan: FilePlan, settings: Settings, recipe: Recipe, reporter: Reporter) -> ResumeDecider:
    """Returns what decides which photos need work, with the records of earlier runs into the folder.

    Raises:
        TargetCollision: layers would lie where a result does.
    """
    refuse_layers_in_the_way(plan, settings.files.layers)
    past, damaged = recall(settings.out, plan.shard), Counter[str]()
    in_progress = unsettled(read_in_progress(settings.out, plan.shard, damaged), past)
    for sentence in on_damage(past.damaged, damaged, settings.out):
        reporter.note(sentence)
    mends = settings.files.mend is not Mend.NONE
    finder = _digest_of_mask_finder(settings)
    inspector = FileTargetInspector(settings.files.sidecars, settings.damage_masks, finder, mends=mends)
    return ResumeDecider(past, recipe, in_progress, settings.overwrite, inspector, settings.files.layers)


def _digest_of_mask_finder(settings: Settings) -> str:
    """Returns the digest of the finder that makes the masks of a run; "" if none are wanted."""
    if settings.damage_masks is None:
        return ""
    from photocolor.models.finder import find_finder

    return find_finder(settings.finder).sha256


def remote_decider_of(plan: RemotePlan, settings: Settings, recipe: Recipe, reporter: Reporter) -> ResumeDecider:
    """Does what `decider_of` does for photos whose sources or results are remote."""
    from photocolor.batch.remote.start import RemoteRun, remote_decider

    return remote_decider(plan, RemoteRun(recipe, settings.overwrite, reporter))[0]


def _pool(settings: Settings, recipe: Recipe, plan: Plan, reporter: Reporter) -> Pool:
    """Returns the pool for the device that really works.

    One that photos share is opened here, before any file is touched.

    Raises:
        DeviceUnavailable: the device that was asked for by name cannot work.
        UsageError: there is no device of that name, or too little memory for so many workers.
        EnvironmentFault: the cluster cannot be used.
    """
    if settings.cluster is not None:
        from photocolor.batch.pools.ray_cluster import cluster_pool

        return cluster_pool(settings, settings.cluster, recipe.model_sha256, len(plan), reporter)
    load, model = folder_load(len(plan)), find_model(settings.model)
    choice = if_it_pays(choose(settings.device), load, model, settings.color, usable_cpus())
    allowed = allowed_bytes(settings.max_memory)
    fitting = max(1, allowed // largest_photo_bytes(() if settings.remote else plan.jobs(), settings))
    limit_s = settings.photo_timeout_s
    if choice.provider != CPU:
        crew = replace(choose_crew(settings.workers, len(plan), on_gpu=True, fitting=fitting), limit_s=limit_s)
        share = replace(settings, max_memory=memory_per_worker(settings, allowed, crew.workers))
        pipeline = PipelineOpener(share, recipe.model_sha256, load)(crew.threads)
        choice = _choice_of(pipeline, choice)
        if choice.provider != CPU:
            return open_pool(crew, _where_files_are(lambda threads: pipeline, settings))
    if choice.notice:
        reporter.note(choice.notice)
    crew = replace(choose_crew(settings.workers, len(plan), on_gpu=False, fitting=fitting), limit_s=limit_s)
    share = replace(settings, device="cpu", max_memory=memory_per_worker(settings, allowed, crew.workers))
    opener: Opener = PipelineOpener(share, recipe.model_sha256)
    return open_pool(crew, _where_files_are(opener, settings))


def _where_files_are(opener: Opener, settings: Settings) -> Opener:
    """Returns what opens work on files, or on copies of what lies in a remote storage."""
    if settings.remote is None:
        return opener
    from photocolor.storage.staging import open_remote

    return partial(open_remote, opener)


def _choice_of(pipeline: Pipeline, planned: DeviceChoice) -> DeviceChoice:
    """Returns the device that a session ended on; with `auto` the GPU may have turned out not to work."""
    from photocolor.engine.session import OnnxSession

    session = pipeline.colorizer.session
    return session.choice if isinstance(session, OnnxSession) else planned
