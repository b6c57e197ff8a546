"""Carries out the settings of `restore`: plans the run, then shows the plan or colors the photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from photocolor.batch.plan.plan import Plan
from photocolor.batch.plan.respelled import named_as_before
from photocolor.batch.plan.strays import misnamed
from photocolor.batch.plan.targets import FilePlan, make_plan
from photocolor.batch.records.in_progress import on_damage
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.resume import Action, ResumeDecider
from photocolor.batch.start import color_plan, color_remote_plan, decider_of, recipe_of, remote_decider_of
from photocolor.errors import NothingToDo, OutputError, UsageError
from photocolor.report.phrases import NAMES_SHOWN, count, estimated, left_out, passed_over
from photocolor.settings import Mend, RemoteLocations, Settings, Shard

if TYPE_CHECKING:
    from photocolor.batch.remote.plan import RemotePlan


def color_all(settings: Settings, reporter: Reporter, only: Path | None = None) -> Summary:
    """Carries out the whole run.

    Args:
        settings: of the run.
        reporter: receives the reports of the run.
        only: a list of the photos that are worked on; None for all.

    Raises:
        PhotocolorError: the run is refused, and the output folder was not touched; or its records cannot be written.
    """
    if settings.remote is not None:
        from photocolor.batch.remote.index_faults import index_kept

        _refuse_list(only)
        with index_kept():
            return color_remote_plan(_remote_plan(settings, settings.remote, reporter), settings, reporter)
    return color_plan(_file_plan(settings, reporter, only), settings, reporter)


def show_plan(
    settings: Settings, reporter: Reporter, only: Path | None = None, *, as_json: bool, quiet: bool = False
) -> None:
    """Prints what a run would do and how long it would take; writes nothing into the output folder.

    Args:
        settings: of the run.
        reporter: receives sentences about the plan as a whole.
        only: a list of the photos that are worked on; None for all.
        as_json: print objects.
        quiet: leave out what the run would take, which costs some seconds to find out.

    Raises:
        PhotocolorError: the run would be refused.
    """
    if settings.remote is not None:
        from photocolor.batch.remote.index_faults import index_kept

        _refuse_list(only)
        with index_kept():
            remote = _remote_plan(settings, settings.remote, reporter)
            decider = remote_decider_of(remote, settings, recipe_of(settings), reporter)
            _show(remote, decider, settings, as_json=as_json)
        faults = remote.faults
    else:
        plan = _file_plan(settings, reporter, only)
        decider = decider_of(plan, settings, recipe_of(settings), reporter)
        plan = named_as_before(plan, decider.past, reporter.note)
        todo = _show(plan, decider, settings, as_json=as_json)
        faults = plan.faults
    for fault in faults:
        reporter.note(f"{fault.path} cannot be read: {fault.message}")
    if settings.remote is None and settings.cluster is None and todo and not quiet:
        from photocolor.batch.trial import trial

        try:
            estimate = trial([plan.entries[number].found for number in todo], settings)
        except OutputError as error:  # there is no place for temporary files; the plan is told already
            reporter.note(f"No estimate of time and space: {error.message}. {error.hint}")
        else:
            reporter.note(estimated(estimate))


def _show(plan: Plan, decider: ResumeDecider, settings: Settings, *, as_json: bool) -> list[int]:
    """Prints the plan; returns the positions of the photos that need work."""
    from photocolor.engine.providers import choose
    from photocolor.pipeline.mending.hand import hand_mask_fault
    from photocolor.report.dry_run import Planned, print_plan

    choose(settings.device)
    todo: list[int] = []
    mends = settings.files.mend is not Mend.NONE

    def planned() -> Iterator[Planned]:
        for number, job in enumerate(plan.jobs()):
            verdict = decider.decide(job)
            if verdict.action is not Action.SKIP:
                todo.append(number)
                if mends and (fault := hand_mask_fault(job.source, settings.files.max_megapixels)) is not None:
                    verdict = replace(verdict, detail=f"will fail: {fault.message}. {fault.hint}")
            yield Planned(job, verdict)

    print_plan(planned(), len(plan), as_json=as_json)
    return todo


def _refuse_list(only: Path | None) -> None:
    if only is not None:
        raise UsageError("--only chooses among files of this machine", "Name the objects themselves as sources.")


def _file_plan(settings: Settings, reporter: Reporter, only: Path | None = None) -> FilePlan:
    """Returns the photos of a run over files."""
    if settings.retry_failed and only is not None:
        raise UsageError("--only and --retry-failed both choose the photos", "Use one of them.")
    if settings.retry_failed:
        return _planned_again(settings, reporter)
    plan = make_plan(settings.sources, settings.out, settings.files.format)
    if plan.passed:
        reporter.note(passed_over(plan.passed))
    for sentence in misnamed(plan.strays):
        reporter.note(sentence)
    if not plan and not plan.faults:
        message = f"no photo was found in {', '.join(map(str, settings.sources))}"
        if settings.fail_if_empty:
            raise NothingToDo(message)
        reporter.note(f"Nothing to do: {message}.")
        return plan
    if only is not None:
        plan = _listed(plan, only, settings, reporter)
    return _shared_out(plan, settings.shard, reporter)


def _listed(plan: FilePlan, only: Path, settings: Settings, reporter: Reporter) -> FilePlan:
    """Returns the photos that a list names, and reports those that it names in vain."""
    from photocolor.batch.plan.masks import is_photo_name  # few runs choose their photos
    from photocolor.batch.plan.only import choose_only

    chosen = choose_only(plan, only)
    for line in chosen.unknown[:NAMES_SHOWN]:
        reporter.note(f"Named in {only}, and not found in the sources: {line}")
    if len(chosen.unknown) > NAMES_SHOWN:
        reporter.note(f"{count(len(chosen.unknown) - NAMES_SHOWN, 'more line')} of {only} not found.")
    several = "" if is_photo_name(only.name) else f"{count(len(chosen.plan))} of "
    sentence = f"{several}{only}; {count(chosen.others, 'other')} left alone"
    if not chosen.plan and settings.fail_if_empty:
        raise NothingToDo(sentence, "Write the photos' paths into the list, one a line.")
    reporter.note(f"Working on {sentence}." if chosen.plan else f"Nothing to do: {sentence}.")
    return chosen.plan


def _remote_plan(settings: Settings, ends: RemoteLocations, reporter: Reporter) -> RemotePlan:
    """Returns the photos of a run whose sources or results are remote."""
    from photocolor.batch.remote.plan import plan_remote  # what is remote is loaded where it is needed

    plan = plan_remote(settings)
    if plan.passed:
        reporter.note(passed_over(plan.passed))
    for sentence in misnamed(plan.strays):
        reporter.note(sentence)
    if not plan and not plan.faults:
        message = f"no photo was found in {', '.join(ends.sources or map(str, settings.sources))}"
        if settings.fail_if_empty:
            raise NothingToDo(message)
        reporter.note(f"Nothing to do: {message}.")
    elif settings.shard:
        reporter.note(f"This is {settings.shard}: {count(len(plan))}.")
    return plan


def _planned_again(settings: Settings, reporter: Reporter) -> FilePlan:
    """Returns the photos that failed last, and a sentence on each other kind."""
    from photocolor.batch.plan.retry import plan_retry  # as above

    retry = plan_retry(settings.sources, settings.out, settings.files.format, settings.shard)
    for sentence in (*left_out(retry), *misnamed(retry.plan.strays)):
        reporter.note(sentence)
    tried = len(retry.plan) + len(retry.plan.faults)
    others = f"{count(retry.others, 'other')} in the manifest {'is' if retry.others == 1 else 'are'} left alone"
    if tried:
        reporter.note(f"Trying {count(tried, 'failed photo')} again; {others}.")
        return retry.plan
    message = f"no photo of these sources failed in the run that met it last; {others}"
    for sentence in on_damage(retry.damaged, Counter(), settings.out):
        reporter.note(sentence)
    if settings.fail_if_empty:
        raise NothingToDo(message, "Without --retry-failed the same command does all that is missing.")
    reporter.note(f"Nothing to do: {message}.")
    return retry.plan


def _shared_out(plan: FilePlan, shard: Shard | None, reporter: Reporter) -> FilePlan:
    """Returns the part of the plan that this shard does; the whole plan was checked before."""
    if shard is None:
        return plan
    mine = plan.only(shard)
    reporter.note(f"This is {shard}: {len(mine):,} of {count(len(plan))}.")
    return mine
