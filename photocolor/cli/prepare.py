"""What `restore` does with its settings: the plan told in words, shown or carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from photocolor.batch.plan.retry import plan_retry
from photocolor.batch.plan.targets import Plan, make_plan
from photocolor.batch.records.in_progress import on_damage
from photocolor.batch.remote.plan import RemotePlan, plan_remote
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.start import color_plan, recipe_of, sieve_of
from photocolor.engine.providers import choose
from photocolor.errors import NothingToDo
from photocolor.report.phrases import count, left_out, passed_over
from photocolor.settings import RemoteLocations, Settings, Shard


def color_all(settings: Settings, reporter: Reporter) -> Summary:
    """The whole run.

    Raises:
        PhotocolorError: the run is refused, and the output folder was not touched; or its records cannot be written.
    """
    return color_plan(_planned(settings, reporter), settings, reporter)


def show_plan(settings: Settings, reporter: Reporter, *, as_json: bool) -> None:
    """Prints what a run would do; writes nothing.

    Raises:
        PhotocolorError: the run would be refused.
    """
    from photocolor.report.dry_run import Planned, print_plan

    plan = _planned(settings, reporter)
    sieve = sieve_of(plan, settings, recipe_of(settings), reporter)
    choose(settings.device)

    def planned() -> Iterator[Planned]:
        for job in plan.jobs():
            yield Planned(job, sieve.decide(job))

    print_plan(planned(), len(plan), as_json=as_json)
    for fault in plan.faults:
        reporter.note(f"{fault.path} cannot be read: {fault.message}")


def _planned(settings: Settings, reporter: Reporter) -> Plan | RemotePlan:
    if settings.remote is not None:
        return _planned_far(settings, settings.remote, reporter)
    if settings.retry_failed:
        return _planned_again(settings, reporter)
    plan = make_plan(settings.sources, settings.out, settings.files.format)
    if plan.passed:
        reporter.note(passed_over(plan.passed))
    if not plan and not plan.faults:
        message = f"no photo was found in {', '.join(map(str, settings.sources))}"
        if settings.fail_if_empty:
            raise NothingToDo(message)
        reporter.note(f"Nothing to do: {message}.")
        return plan
    return _shared_out(plan, settings.shard, reporter)


def _planned_far(settings: Settings, ends: RemoteLocations, reporter: Reporter) -> RemotePlan:
    """The photos of a run with an end in a remote storage."""
    plan = plan_remote(settings)
    if plan.passed:
        reporter.note(passed_over(plan.passed))
    if not plan and not plan.faults:
        message = f"no photo was found in {', '.join(ends.sources or map(str, settings.sources))}"
        if settings.fail_if_empty:
            raise NothingToDo(message)
        reporter.note(f"Nothing to do: {message}.")
    elif settings.shard:
        reporter.note(f"This is {settings.shard}: {count(len(plan))}.")
    return plan


def _planned_again(settings: Settings, reporter: Reporter) -> Plan:
    """The photos that failed last, and a sentence on each kind of others."""
    retry = plan_retry(settings.sources, settings.out, settings.files.format, settings.shard)
    for sentence in left_out(retry):
        reporter.note(sentence)
    tried = len(retry.plan) + len(retry.plan.faults)
    others = f"{count(retry.others, 'other')} in the manifest {'is' if retry.others == 1 else 'are'} left alone"
    if tried:
        reporter.note(f"Trying {count(tried, 'failed photo')} again; {others}.")
        return retry.plan
    message = f"no photo of these sources failed in the run that met it last; {others}"
    for sentence in on_damage(retry.damaged, Counter()):
        reporter.note(sentence)
    if settings.fail_if_empty:
        raise NothingToDo(message, "Without --retry-failed the same command does all that is missing.")
    reporter.note(f"Nothing to do: {message}.")
    return retry.plan


def _shared_out(plan: Plan, shard: Shard | None, reporter: Reporter) -> Plan:
    """The part of the plan that this run does; the whole plan was checked before."""
    if shard is None:
        return plan
    mine = plan.only(shard)
    reporter.note(f"This is {shard}: {len(mine):,} of {count(len(plan))}.")
    return mine
