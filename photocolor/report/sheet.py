"""The contact sheet of a run: one HTML page with totals, before and after, and whatever went wrong."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from photocolor import __version__
from photocolor.batch.lines import write_failure
from photocolor.errors import UsageError
from photocolor.image.atomic import temporary_path
from photocolor.report.ledger import Entry, Totals
from photocolor.report.pictures import Shown
from photocolor.report.words import SKIP_PHRASES, clean, count, duration

GENERATOR = "photocolor report"
_MARK = f'<meta name="generator" content="{GENERATOR}'


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a contact sheet goes, and what it takes with it.

    Attributes:
        path: the HTML file.
        out: the output folder that it shows.
        pictures: the folder of the small pictures.
        embeds: whether the pictures are inside of the file; else the page loads them from their folder.
    """

    path: Path
    out: Path
    pictures: Path
    embeds: bool

    def write(self, rows: Iterable[tuple[Entry, Shown]], totals: Totals) -> None:
        """Writes the page, whole or not at all; no more than one picture is in memory.

        Raises:
            UsageError: another file, or a folder, has its name.
            OutputError: it cannot be written.
        """
        refuse_other_file(self.path)
        unfinished = temporary_path(self.path, secrets.token_hex(4))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("w", encoding="utf-8", newline="\n") as page:
                page.writelines(self._text(rows, totals))
                page.flush()
                os.fsync(page.fileno())
            unfinished.replace(self.path)
        except OSError as error:
            raise write_failure(self.path, error) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _text(self, rows: Iterable[tuple[Entry, Shown]], totals: Totals) -> Iterator[str]:
        template = files("photocolor.report").joinpath("sheet.html").read_text(encoding="utf-8")
        head, after_totals = template.split("%%totals%%")
        before_rows, after_rows = after_totals.split("%%rows%%")
        before_pictures, tail = after_rows.split("%%pictures%%")
        title = escape(clean(self.out.resolve().name or str(self.out)))
        yield head.replace("%%title%%", title).replace("%%generator%%", f"{GENERATOR} {__version__}")
        yield from _totals(totals)
        yield before_rows
        names: list[str] = []
        for number, (entry, shown) in enumerate(rows):
            yield (",\n" if number else "") + as_script_json(self._row(entry, shown))
            names.append(shown.name)
        yield before_pictures.replace("%%folder%%", "" if self.embeds else self._url(self.pictures))
        if self.embeds:
            for number, name in enumerate(names):
                yield _embedded(number, self.pictures / name) if name else ""
        yield tail

    def _row(self, entry: Entry, shown: Shown) -> dict[str, object]:
        """One photo as the page's script knows it; what is empty is left out."""
        row = {
            "name": clean(entry.relative),
            "source": clean(entry.source),
            "status": entry.status,
            "reason": entry.reason,
            "said": clean(entry.said),
            "hint": entry.hint,
            "mp": round(entry.megapixels, 2),
            "s": round(entry.seconds, 1),
            "device": entry.device,
            "tiles": entry.tiles,
            "pages": entry.pages if entry.pages > 1 else 0,
            "degraded": [clean(phrase) for phrase in entry.degraded],
            "warnings": [clean(phrase) for phrase in entry.warnings],
            "notes": shown.notes,
            "picture": shown.name,
            "sides": shown.sides,
            "h": shown.height,
            "w": shown.width,
            "result": self._url(self.out / entry.relative) if "a" in shown.sides else "",
            "original": _file_url(entry.source) if "b" in shown.sides else "",
        }
        told = {key: value for key, value in row.items() if value not in ("", 0, [], ())}
        return told if entry.doubt is None else told | {"doubt": entry.doubt}

    def _url(self, path: Path) -> str:
        """A path as the page reaches it: relative, so that both can be moved together."""
        try:
            relative = os.path.relpath(path.absolute(), self.path.absolute().parent)
        except ValueError:  # another drive on Windows
            return path.absolute().as_uri()
        return quote(os.fsencode(relative.replace(os.sep, "/")))


def refuse_other_file(path: Path) -> None:
    """Only a page that this command wrote is replaced.

    Raises:
        UsageError: something else has the name.
    """
    try:
        with path.open("rb") as file:
            ours = _MARK.encode() in file.read(2000)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be replaced: {error.strerror or error}", "Choose another --to.") from error
    if not ours:
        raise UsageError(f"{path} is there already, and is no page of this command", "Choose another --to.")


def as_script_json(value: object) -> str:
    """JSON in ASCII that cannot end the script element it stands in, whatever a file is named."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _file_url(source: str) -> str:
    path = Path(source)
    return path.as_uri() if path.is_absolute() else ""


def _embedded(number: int, path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<script type="text/plain" id="p{number}">{data}</script>\n'


def _totals(totals: Totals) -> Iterator[str]:
    done = f"{totals.megapixels:,.1f} megapixels"
    if totals.seconds:
        done += f", {duration(totals.seconds)} of work"
    if totals.devices:
        done += f", on {_listed(totals.devices)}"
    if totals.models:
        done += f", model {_listed(totals.models)}"
    yield _line("all", totals.photos, "photos", "every photo with its last outcome", "")
    yield _line("done", totals.done, "done", done, "")
    yield from _remarks(totals)
    for reason, number in totals.skipped.most_common():
        yield _line(f"skipped:{reason}", number, f"skipped: {reason}", SKIP_PHRASES.get(reason, ""), "")
    for reason, number in totals.failed.most_common():
        yield _line(f"failed:{reason}", number, f"failed: {reason}", totals.hints.get(reason, ""), "bad")


def _remarks(totals: Totals) -> Sequence[str]:
    rows = (
        ("degraded", totals.degraded, "something had to be made smaller, because memory was short"),
        ("warned", totals.warned, "with a warning"),
    )
    return [_line(kind, number, kind, how, "odd") for kind, number, how in rows if number]


def _line(show: str, number: int, what: str, how: str, style: str) -> str:
    link = f'<a href="#show={quote(show)}">{escape(what)}</a>'
    return (
        f'<tr class="{style}"><th scope="row">{link}</th><td class="number">{number:,}</td>'
        f"<td>{escape(clean(how))}</td></tr>\n"
    )


def _listed(counted: dict[str, int]) -> str:
    if len(counted) == 1:
        return next(iter(counted))
    return ", ".join(f"{name} ({count(number)})" for name, number in counted.items() if number)
