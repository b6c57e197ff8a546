"""The results that a run's manifest names: the last one of each photo, for whatever takes a run over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from photocolor.batch.records.checked import Line
from photocolor.batch.records.gone import gone_for_good, superseded
from photocolor.batch.records.in_progress import read_in_progress, unsettled
from photocolor.batch.records.line import DONE, FAILED, SKIPPED
from photocolor.batch.records.manifest import recall
from photocolor.batch.records.untold import results_of_photocolor
from photocolor.batch.records.whole import damaged_lines, repair_command, whole_lines
from photocolor.outcome import EXISTS
from photocolor.report.phrases import count
from photocolor.system.printable import as_argument, command_line

OF_SOURCE = "the source "
MEANWHILE = "a run wrote into the manifest meanwhile; wait for its end"
"""How sentences about sources begin, and that about a run ends."""
UNNAMABLE = "its name is not valid UTF-8, which a bag cannot hold"
"""What is said of a result whose name no record of a bag can hold, in whichever way it is made anew."""


def last_results(
    out: Path, on_damage: Callable[[str], None], on_left_out: Callable[[str], None]
) -> Iterator[tuple[str, Line]]:
    """Yields each result's place below `out` with the line of the manifest that tells of it last.

    A photo that a later run left alone, because it had color then or was a negative, has no result any more, whatever
    lies there still, nor has one on which the last run failed. Nor is an earlier result in another format one that was
    removed.

    Args:
        out: the output folder of runs; it is only read.
        on_damage: is told where lines are that cannot be read. A torn last line is none: it is what a crash leaves, and
            its photo is done again.
        on_left_out: is told how many results are left out because they are gone and their photos have later ones, and
            how many photos have none, or an earlier one alone, because they failed.

    Raises:
        OutputError: the manifest cannot be read, or a newer photocolor wrote it.
    """
    last: dict[str, Line] = {}
    newest: dict[str, Line] = {}  # the same, in the order in which they were written
    failed: dict[str, Line] = {}
    met: dict[str, str] = {}  # by source the place of the result that the last run made of it, or tried to
    damaged = list[Path]()
    for line in whole_lines(out, damaged.append):
        failed.pop(line["relative"], None)
        if line["status"] != SKIPPED:
            met[line["source"]] = line["relative"]
        if line["status"] == FAILED:
            failed[line["relative"]] = line
        elif line["status"] == DONE:
            last[line["relative"]] = line
            newest.pop(line["relative"], None)
            newest[line["relative"]] = line
        elif line["reason"] != EXISTS:
            last.pop(line["relative"], None)
            newest.pop(line["relative"], None)
    for damage in damaged_lines(out) if damaged else ():
        on_damage(str(damage))
    if gone := superseded(out, newest):
        on_left_out(f"Left out, because each is gone and its photo has a later one: {count(len(gone), 'result')}.")
    with_result = {line["source"] for line in last.values()}
    without = sum(line["source"] not in with_result and relative not in last for relative, line in failed.items())
    if without:
        see = command_line(["photocolor", "report", as_argument(out)])
        on_left_out(f"Left out, because no run could color it: {count(without)}. To see why: {see}")
    stale = {relative for relative, line in failed.items() if relative in last and met[line["source"]] == relative}
    if outdated := len(stale - set(gone)):
        see = command_line(["photocolor", "report", as_argument(out)])
        why = "the last run failed on the photo, and what lies there is an earlier result"
        on_left_out(f"Left out, because {why}: {count(outdated)}. To see why: {see}")
    yield from ((relative, line) for relative, line in last.items() if relative not in gone and relative not in stale)


def untold(out: Path) -> list[str]:
    """Returns a sentence about each result in the folder of which no line of the manifest tells.

    A run was at work on it when it ended, or lines were lost.

    Raises:
        OutputError: the records cannot be read, or a newer photocolor wrote them.
    """
    past = recall(out)
    places = [place for place in unsettled(read_in_progress(out), past) if place not in past.done]
    begun = {place: "the same photocolor restore again makes it anew" for place in places if (out / place).is_file()}
    others = results_of_photocolor(out, past.done.keys() | begun.keys())
    helps = begun | dict.fromkeys(others, "photocolor restore with --overwrite makes it anew")
    return [f"{out / place} is left out: no line of the manifest tells of it; {how}" for place, how in helps.items()]


def advice(out: Path, wrong: list[str]) -> list[str]:
    """Returns what helps where something is wrong, a line for each kind of fault."""
    damaged = [str(damage) for damage in damaged_lines(out)]
    gone = tuple(f"{out / place}: " for place in gone_for_good(out))
    unnamable = [sentence for sentence in wrong if sentence.endswith(UNNAMABLE)]
    sources = [sentence for sentence in wrong if sentence.startswith(OF_SOURCE) and sentence not in unnamable]
    others = {each for each in wrong if not each.startswith(gone)} - {*damaged, *unnamable, *sources}
    lines = []
    if damaged:
        lines.append(f"To take damaged lines out of the manifest, and keep them beside it: {repair_command(out)}")
    if unnamable:
        lines.append("Give those photos other names, remove their results, and run the same photocolor restore again.")
    if sources:
        lines.append(
            "Bring such sources back, name the folder where they lie now as --sources-in, or leave --sources out."
        )
        lines.append("Of a source that was changed on purpose the same photocolor restore again makes a new result.")
    if unnamable or any(sentence.startswith(gone) for sentence in wrong):
        line = repair_command(out, "--gone")
        lines.append(f"To take results out of the manifest that are gone on purpose, with their photos: {line}")
    if any(not sentence.endswith(MEANWHILE) for sentence in others):
        lines.append(
            "Move away what was changed; the same photocolor restore again then makes it anew, and what is gone."
        )
    return lines
