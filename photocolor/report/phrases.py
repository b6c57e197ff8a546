"""Words the sentences of a report: names, numbers and durations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from photocolor.batch.reporter import Summary
from photocolor.batch.resume import AS_BEFORE
from photocolor.outcome import Done, Failed, Skipped
from photocolor.report import people
from photocolor.storage.address import is_address
from photocolor.system.device_words import device_words
from photocolor.system.printable import as_argument, clean, command_line

if TYPE_CHECKING:
    from photocolor.batch.plan.passed import Passed
    from photocolor.batch.plan.retry import Retry
    from photocolor.batch.trial import Estimate

NAMES_SHOWN = 20
SKIP_NOUNS = {"already_color": "in color already", "negative": "a negative"}
SKIP_PHRASES = {
    "done": "done by an earlier run",
    "exists": "something else has their result's name; --overwrite replaces it if it is a file",
    "already_color": "in color already; --already-color force colors them anyway",
    "negative": "negatives; --negatives invert makes positives of them first",
}


def shortened(name: str, width: int) -> str:
    """Returns the name in at most `width` characters, cut in the middle, because both ends identify it."""
    if len(name) <= width:
        return name
    head = max(0, (width - 1) // 3)
    return name[:head] + "…" + name[len(name) - (width - 1 - head) :]


def duration(seconds: float) -> str:
    """Returns hours, minutes and seconds; days if there are any."""
    whole = round(seconds)
    days, rest = divmod(whole, 86400)
    clock = f"{rest // 3600}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days} d {clock}" if days else clock


def about(seconds: float) -> str:
    """Returns an estimated time, with no more digits than that deserves."""
    for unit, length_s in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 1.5 * length_s:
            number = seconds / length_s
            return f"{number:.1f} {unit}" if number < 10 and unit != "min" else f"{number:,.0f} {unit}"
    return f"{max(1, round(seconds))} s"


def size(number: float) -> str:
    """Returns a number of bytes in powers of 1000."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if number >= factor:
            return f"{number / factor:,.1f} {unit}" if number < 10 * factor else f"{number / factor:,.0f} {unit}"
    return f"{number / 1000:,.0f} kB"


def estimated(estimate: Estimate) -> str:
    """Returns a sentence about what a run will take."""
    if estimate.seconds is None or estimate.result_bytes is None:
        if estimate.given_up:
            return (
                "No estimate of time and space: the trial was ended before one photo was done. "
                "Photos are large here, or the machine has much else to do; the run itself takes its time."
            )
        return "No estimate of time and space: none of the photos that were tried could be colored."
    text = (
        f"{count(estimate.photos)} to color take about {about(estimate.seconds)} here, and "
        f"{size(estimate.result_bytes)} of space, judged by {estimate.tried:,} colored on trial; "
        f"{size(estimate.free_bytes)} are free."
    )
    return text + " That is too little." * (estimate.result_bytes > estimate.free_bytes)


def count(number: int, noun: str = "photo") -> str:
    """Returns a number with its noun, in the singular for one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def failure(outcome: Failed) -> str:
    """Returns one line about a photo that failed."""
    name = clean(outcome.job.origin)
    return f"failed: {name}: {clean(outcome.message).removeprefix(f'{name} ')}"


def remarks(outcome: Done | Skipped) -> list[tuple[str, str]]:
    """Returns what is to be said about a photo, and for which of several it is the same: as a line with its name."""
    if isinstance(outcome, Skipped):
        return _stale(outcome) if outcome.stale_result else _left_alone(outcome)
    degraded = [(phrase, "degraded") for phrase in outcome.degraded]
    warnings = [(sentence, "warning") for sentence in outcome.warnings]
    name = clean(outcome.job.origin)
    return [(phrase, f"{kind}: {name}: {clean(phrase)}") for phrase, kind in degraded + warnings]


def _left_alone(outcome: Skipped) -> list[tuple[str, str]]:
    """Returns the line about a photo that has no result of photocolor; none if it has one."""
    if outcome.reason == "done":
        return []
    why = why_skipped(outcome.reason, outcome.detail)
    return [(f"skipped: {outcome.reason}", f"skipped: {clean(outcome.job.origin)}: {clean(why)}")]


def why_skipped(reason: str, detail: str) -> str:
    """Returns why a photo is left alone; a detail that says only when that was found out is told with its reason."""
    if detail and not detail.startswith(AS_BEFORE):
        return detail
    return ", ".join(filter(None, (SKIP_NOUNS.get(reason, reason), detail)))


def _stale(outcome: Skipped) -> list[tuple[str, str]]:
    reason = SKIP_NOUNS.get(outcome.reason, outcome.reason)
    name, place = clean(outcome.job.origin), clean(outcome.job.destination)
    stays = f"the photo is skipped ({reason}), but {place} stays from an earlier run of another photo or other settings"
    advice = "move it away, with what lies beside it, if it is not wanted"
    return [(f"stale: {outcome.reason}", f"warning: {name}: {stays}; {advice}")]


def speed(megapixels: float, photos: int, seconds: float, per_minute: str = " photos/min") -> str:
    """Returns megapixels per second and photos per minute.

    Args:
        megapixels: colored so far, in millions of pixels.
        photos: colored so far.
        seconds: that this took, on the wall's clock.
        per_minute: the second unit, where there is little room.
    """
    if seconds <= 0:
        return f"– MP/s, –{per_minute}"
    rate = 60 * photos / seconds
    return (
        f"{megapixels / seconds:.1f} MP/s, {rate:,.0f}{per_minute}"
        if rate >= 10
        else (f"{megapixels / seconds:.1f} MP/s, {rate:.1f}{per_minute}")
    )


def passed_over(passed: Passed) -> str:
    """Returns one sentence about what a walk did not take; empty if it took everything."""
    parts = [f"{number:,} × {passed.in_words(kind)}" for kind, number in passed.items() if number]
    return f"Passed over in the folders: {', '.join(parts)}." if parts else ""


def results_place(summary: Summary) -> str:
    """Returns the sentence that says where the results lie; empty if there are none."""
    if not summary.out or not (summary.done or summary.skipped["done"]):
        return ""
    place = f"The results are in {clean(summary.out)}"
    if is_address(summary.out):
        return place  # a report is made of a folder of this machine
    return f"{place}; to look at them: {clean(command_line(['photocolor', 'report', as_argument(summary.out)]))}"


def left_out(retry: Retry) -> list[str]:
    """Returns sentences about failed photos that are not tried again."""
    sentences = [f"Passed over, because it is gone: {clean(path)}" for path in retry.gone[:NAMES_SHOWN]]
    if len(retry.gone) > NAMES_SHOWN:
        sentences.append(f"{len(retry.gone) - NAMES_SHOWN:,} more are gone.")
    if retry.elsewhere:
        number = count(len(retry.elsewhere), "failed photo")
        sentences.append(f"{number} of other sources, such as {clean(retry.elsewhere[0])}, not tried again.")
    return sentences


def summary_rows(summary: Summary) -> list[tuple[str, int, str]]:
    """Returns the rows of the closing table: outcome, number of photos, and details."""
    rows = [("done", summary.done, _done_in(summary))]
    rows += [("skipped", number, SKIP_PHRASES.get(reason, reason)) for reason, number in summary.skipped.most_common()]
    rows += [("failed", number, people.reason(reason)) for reason, number in summary.failed.most_common()]
    rows += [("hinted", summary.hinted, "with what their .hints.json files say")] * bool(summary.hinted)
    rows += [("with XMP", summary.with_xmp, "with the XMP files beside them")] * bool(summary.with_xmp)
    if summary.mendable:
        rows.append(("mended", summary.mended, "with spots painted over; the mask beside each result says where"))
    if summary.searched:
        rows.append(("with marks", summary.marked, f"of {summary.searched:,} that were searched for damage"))
    rows += [("degraded", summary.degraded, "done with something made smaller, see above")] * bool(summary.degraded)
    rows += [("warned", summary.warned, "done with a warning, see above")] * bool(summary.warned)
    rows += [("stale", summary.stale, "skipped, and a result of an earlier run stays, see above")] * bool(summary.stale)
    left = summary.photos - summary.settled
    rows += [("not done", left, "the same command goes on with them")] * bool(left)
    return rows


def in_words(devices: Counter[str]) -> dict[str, int]:
    """Returns the results of each device by its name for people, most first; copied photos needed none."""
    words: Counter[str] = Counter()
    for device, number in devices.items():
        if device:
            words[device_words(device)] += number
    return dict(words.most_common())


def _done_in(summary: Summary) -> str:
    if not summary.done:
        return f"in {duration(summary.seconds)}"
    figures = (
        f"{summary.megapixels:,.1f} MP in {duration(summary.seconds)}, "
        f"{speed(summary.megapixels, summary.done, summary.seconds)}"
    )
    words = in_words(summary.devices)
    devices = ", ".join(device if len(words) == 1 else f"{device} ({number:,})" for device, number in words.items())
    return f"{figures}, on {devices}" if devices else figures
