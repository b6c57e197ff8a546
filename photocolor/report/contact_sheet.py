"""Makes the contact sheet of a run: one HTML page with totals, before and after, and everything that went wrong."""

from __future__ import annotations

import base64
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from photocolor import __version__
from photocolor.batch.records.line import FAILED
from photocolor.errors import OutputError, TargetBlocked, UsageError
from photocolor.report import people
from photocolor.report.history import HistoryEntry, Totals
from photocolor.report.phrases import SKIP_PHRASES, count, duration, in_words
from photocolor.report.thumbnails import Shown
from photocolor.system.atomic import AtomicFile, Placement, steady_token
from photocolor.system.device_words import device_words
from photocolor.system.printable import clean
from photocolor.system.safe_files import open_regular, read_regular
from photocolor.system.strict_json import dumps
from photocolor.system.writing.readers import EVERYBODY, Readers, common, readers_of

GENERATOR = "photocolor report"
MARKS_SUFFIX = ".marks.json"
HINTS_SHOWN = 3
"""Different pieces of advice in one line of the totals; each photo has its own beside it."""
_MARK = f'<meta name="generator" content="{GENERATOR}'


@dataclass(frozen=True, slots=True)
class Sheet:
    """Describes where a contact sheet goes, and what it embeds.

    Attributes:
        path: the HTML file.
        out: the output folder that it shows.
        pictures: the folder of the small pictures.
        embeds: whether the pictures are inside of the file; else the page loads them from their folder.
        readers: who may read the page: those who may read every photo on it.
        marks: the user's verdicts on results, by their sources; those that were saved beside the page.
    """

    path: Path
    out: Path
    pictures: Path
    embeds: bool
    readers: Readers = EVERYBODY
    marks: Mapping[str, str] = field(default_factory=dict)

    def write(self, rows: Iterable[tuple[HistoryEntry, Shown]], totals: Totals) -> None:
        """Writes the page, whole or not at all; no more than one picture is in memory.

        Raises:
            UsageError: another file, or a folder, has its name.
            OutputError: it cannot be written.
        """
        refuse_other_file(self.path)
        try:
            placement = Placement(mode=self.readers.mode, group=self.readers.group)
            with AtomicFile(self.path, steady_token(self.path), placement) as file:
                with file.content.open("wb") as page:
                    for part in self._text(rows, totals):
                        page.write(part.encode())
                file.commit()
        except TargetBlocked as error:
            raise OutputError(error.message, error.hint) from error

    def _text(self, rows: Iterable[tuple[HistoryEntry, Shown]], totals: Totals) -> Iterator[str]:
        template = files("photocolor.report").joinpath("sheet.html").read_text(encoding="utf-8")
        head, after_totals = template.split("%%totals%%")
        before_rows, after_rows = after_totals.split("%%rows%%")
        before_pictures, tail = after_rows.split("%%pictures%%")
        title = escape(clean(self.out.resolve().name or str(self.out)))
        head = head.replace("%%run%%", escape(_run(totals)))
        yield head.replace("%%title%%", title).replace("%%generator%%", f"{GENERATOR} {__version__}")
        yield from _totals(totals)
        yield before_rows
        names: list[str] = []
        for number, (entry, pictures) in enumerate(rows):
            yield (",\n" if number else "") + as_script_json(self._row(entry, pictures))
            names.append(pictures.name)
        marked = as_script_json({clean(source): mark for source, mark in self.marks.items()})
        folder = "" if self.embeds else self._url(self.pictures)
        yield before_pictures.replace("%%folder%%", folder).replace("%%marks%%", marked)
        if self.embeds:
            for number, name in enumerate(names):
                yield _embedded(number, self.pictures / name) if name else ""
        yield tail

    def _row(self, entry: HistoryEntry, pictures: Shown) -> dict[str, object]:
        """Returns one photo in the form of the page's script; empty values are left out."""
        row = {
            "name": clean(entry.relative),
            "source": clean(entry.source),
            "status": clean(entry.status),
            "reason": clean(entry.reason),
            "said": clean(entry.said),
            "hint": clean(entry.hint),
            "mp": round(entry.megapixels, 2),
            "s": round(entry.seconds, 1),
            "device": clean(device_words(entry.device)),
            "why": clean(people.reason(entry.reason)),
            "path": entry.source if clean(entry.source) != entry.source else "",
            "tiles": entry.tiles,
            "pages": entry.pages if entry.pages > 1 else 0,
            "degraded": [clean(phrase) for phrase in entry.degraded],
            "warnings": [clean(phrase) for phrase in entry.warnings],
            "notes": [clean(note) for note in pictures.notes],
            "picture": pictures.name,
            "sides": pictures.sides,
            "h": pictures.height,
            "w": pictures.width,
            "result": self._url(self.out / entry.relative) if "a" in pictures.sides else "",
            "original": _file_url(entry.source) if "b" in pictures.sides else "",
        }
        filled = {key: value for key, value in row.items() if value not in ("", 0, [], ())}
        shares = {"doubt": entry.doubt, "damage": entry.damage, "mended": entry.mended}
        return filled | {key: share for key, share in shares.items() if share is not None}

    def _url(self, path: Path) -> str:
        """Returns a path relative to the page, so that both can be moved together."""
        try:
            relative = os.path.relpath(path.absolute(), self.path.absolute().parent)
        except ValueError:  # another drive on Windows
            return path.absolute().as_uri()
        return quote(os.fsencode(relative.replace(os.sep, "/")))


def readers_of_all(out: Path, entries: Iterable[HistoryEntry]) -> Readers:
    """Returns who may read all sources and results of which the page shows anything.

    Nothing is seen of a photo that failed: one that nobody may read must not make a page that nobody may read.
    """
    return common(_readers_of_each(out, (entry for entry in entries if entry.status != FAILED)))


def _readers_of_each(out: Path, entries: Iterable[HistoryEntry]) -> Iterator[Readers]:
    for entry in entries:
        for path in (Path(entry.source), out / entry.relative):
            with suppress(OSError):
                yield readers_of(path.stat())


def marks_of(page: Path) -> Path:
    """Returns the path of a page's marks, beside it."""
    return page.with_name(page.stem + MARKS_SUFFIX)


def refuse_other_file(path: Path) -> None:
    """Refuses to replace a page that this command did not write.

    Raises:
        UsageError: something else has the name.
    """
    try:
        with open_regular(path, links=False) as file:
            ours = _MARK.encode() in file.read(2000)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be replaced: {error.strerror or error}", "Choose another --to.") from error
    if not ours:
        raise UsageError(f"{path} is there already, and is no page of this command", "Choose another --to.")


def as_script_json(value: object) -> str:
    """Returns ASCII JSON that cannot end the script element around it, whatever a file is named."""
    return dumps(value, compact=True).replace("<", "\\u003c")


def _file_url(source: str) -> str:
    path = Path(source)
    return path.as_uri() if path.is_absolute() else ""


def _embedded(number: int, path: Path) -> str:
    data = base64.b64encode(read_regular(path, links=False)[0]).decode()
    return f'<script type="text/plain" id="p{number}">{data}</script>\n'


def _run(totals: Totals) -> str:
    """Returns when the runs were, and with which model and settings; where photos differ, how many have which."""
    parts = [people.span(totals.first, totals.last)]
    parts += [f"{totals.runs:,} runs into this folder"] * (totals.runs > 1)
    parts += [f"model {_listed(totals.models)}"] * bool(totals.models)
    parts += [people.settings_of_all(totals.settings)]
    parts += [_listed(totals.tools)] * bool(totals.tools)
    return clean(" · ".join(part for part in parts if part))


def _totals(totals: Totals) -> Iterator[str]:
    done = f"{totals.megapixels:,.1f} megapixels"
    if totals.seconds:
        done += f", {duration(totals.seconds)} of work"
    if totals.devices:
        done += f", on {_listed(in_words(totals.devices))}"
    if totals.models:
        done += f", model {_listed(totals.models)}"
    if totals.earlier:
        done += f"; {count(totals.earlier, 'earlier result')} of them in another format or place"
    yield _line("all", totals.photos, "photos", "every photo with its last outcome", "")
    yield _line("done", totals.done, "done", done, "")
    yield from _remarks(totals)
    for reason, number in totals.skipped.most_common():
        yield _line(f"skipped:{reason}", number, f"skipped: {people.reason(reason)}", SKIP_PHRASES.get(reason, ""), "")
    for reason, number in totals.failed.most_common():
        yield _line(f"failed:{reason}", number, f"failed: {people.reason(reason)}", _hints(totals, reason), "bad")


def _hints(totals: Totals, reason: str) -> str:
    """Returns what to do about photos that failed for one reason, which may be several things."""
    every = [hint for hint, _ in totals.hints.get(reason, Counter()).most_common() if hint]
    return " · ".join([*every[:HINTS_SHOWN], *["others beside their photos"] * (len(every) > HINTS_SHOWN)])


def _remarks(totals: Totals) -> Sequence[str]:
    rows = (
        ("degraded", totals.degraded, "degraded", "something had to be made smaller, because memory was short"),
        ("warned", totals.warned, "warned", "with a warning"),
        ("scratched", totals.scratched, "damage marked", "by the finder, which misses much: others may be damaged"),
        ("mended", totals.mended, "mended", "spots or hairs were painted over; the mask beside the result says where"),
    )
    return [_line(kind, number, what, how, "odd") for kind, number, what, how in rows if number]


_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")


def _line(show: str, number: int, what: str, how: str, style: str) -> str:
    said = _OPTION.sub(r'<span class="option">\g<0></span>', escape(clean(how)))
    link = f'<a href="#show={quote(clean(show))}">{escape(clean(what))}</a>'
    return f'<tr class="{style}"><th scope="row">{link}</th><td class="number">{number:,}</td><td>{said}</td></tr>\n'


def _listed(counted: dict[str, int]) -> str:
    if len(counted) == 1:
        return next(iter(counted))
    return ", ".join(f"{name} ({count(number)})" for name, number in counted.items() if number)
