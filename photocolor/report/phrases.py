"""The sentences of a report: names, numbers and durations as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from photocolor.batch.plan.retry import Retry
from photocolor.batch.reporter import Summary
from photocolor.outcome import Done, Failed
from photocolor.system.printable import clean

NAMES_SHOWN = 20
SKIP_PHRASES = {
    "done": "done by an earlier run",
    "exists": "their result exists and is not photocolor's own; --overwrite replaces it",
    "already_color": "in color already; --already-color force colors them anyway",
}


def shortened(name: str, width: int) -> str:
    """Returns the name in at most `width` letters, cut in the middle: its folder and its suffix both tell something."""
    if len(name) <= width:
        return name
    head = max(0, (width - 1) // 3)
    return name[:head] + "…" + name[len(name) - (width - 1 - head) :]


def duration(seconds: float) -> str:
    """Hours, minutes and seconds; days where there are any."""
    whole = round(seconds)
    days, rest = divmod(whole, 86400)
    clock = f"{rest // 3600}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days} d {clock}" if days else clock


def count(number: int, noun: str = "photo") -> str:
    """Returns a number with its noun, in the singular for one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def failure(outcome: Failed) -> str:
    """Returns one line on a photo that failed."""
    return f"failed: {clean(outcome.job.origin)}: {clean(outcome.message)} [{outcome.reason}]"


def remarks(outcome: Done) -> list[tuple[str, str]]:
    """Returns what a person should know about a result: the phrase alone, and the line with the photo's name."""
    degraded = [(phrase, "degraded") for phrase in outcome.degraded]
    warnings = [(sentence, "warning") for sentence in outcome.warnings]
    name = clean(outcome.job.origin)
    return [(phrase, f"{kind}: {name}: {clean(phrase)}") for phrase, kind in degraded + warnings]


def speed(megapixels: float, seconds: float) -> str:
    """Returns megapixels per second."""
    return f"{megapixels / seconds:.1f} MP/s" if seconds > 0 else "– MP/s"


def passed_over(passed: Mapping[str, int]) -> str:
    """Returns one sentence on what a walk did not take; empty if it took everything."""
    parts = [f"{number:,} × {kind}" for kind, number in passed.items() if number]
    return f"Passed over in the folders: {', '.join(parts)}." if parts else ""


def left_out(retry: Retry) -> list[str]:
    """Sentences on failed photos that are not tried again."""
    sentences = [f"Passed over, because it is gone: {clean(path)}" for path in retry.gone[:NAMES_SHOWN]]
    if len(retry.gone) > NAMES_SHOWN:
        sentences.append(f"{len(retry.gone) - NAMES_SHOWN:,} more are gone.")
    if retry.elsewhere:
        number = count(len(retry.elsewhere), "failed photo")
        sentences.append(f"{number} of other sources, such as {clean(retry.elsewhere[0])}, not tried again.")
    return sentences


def summary_rows(summary: Summary) -> list[tuple[str, int, str]]:
    """Returns the closing table: what, how many photos, and in what way."""
    rows = [("done", summary.done, _done_in(summary))]
    rows += [("skipped", number, SKIP_PHRASES.get(reason, reason)) for reason, number in summary.skipped.most_common()]
    rows += [("failed", number, reason) for reason, number in summary.failed.most_common()]
    rows += [("degraded", summary.degraded, "done with something made smaller, see above")] * bool(summary.degraded)
    rows += [("warned", summary.warned, "done with a warning, see above")] * bool(summary.warned)
    left = summary.photos - summary.settled
    rows += [("not done", left, "the same command goes on with them")] * bool(left)
    return rows


def _done_in(summary: Summary) -> str:
    figures = (
        f"{summary.megapixels:,.1f} MP in {duration(summary.seconds)}, {speed(summary.megapixels, summary.seconds)}"
    )
    devices = ", ".join(
        device if len(summary.devices) == 1 else f"{device} ({number:,})"
        for device, number in summary.devices.most_common()
        if device  # a copied photo needed none
    )
    return f"{figures}, on {devices}" if devices else figures
