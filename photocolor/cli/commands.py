"""The commands of `photocolor` by name; each is loaded when somebody asks for it.

The options of all commands take Typer a twentieth of a second, and one command line needs those of one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import typer

from photocolor.cli.command import Command
from photocolor.cli.group import Group
from photocolor.system.late_table import LateTable

Function = Callable[..., None]


class AllCommands(Group):
    """Holds all commands; those that were registered with Typer beside them come last."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        registered = self.commands
        self.commands = LateTable({name: partial(_built, name) for name in _FUNCTIONS})
        self.commands.update(registered)


def _restore() -> tuple[Function, str]:
    from photocolor.cli.restore import EXAMPLES, restore

    return restore, EXAMPLES


def _watch() -> tuple[Function, str]:
    from photocolor.cli.watch import EXAMPLE, watch

    return watch, EXAMPLE


def _verify() -> tuple[Function, str]:
    from photocolor.cli.verify import verify

    return verify, ""


def _report() -> tuple[Function, str]:
    from photocolor.cli.report import report

    return report, ""


def _damage() -> tuple[Function, str]:
    from photocolor.cli.damage.command import EXAMPLE, damage

    return damage, EXAMPLE


def _export_bag() -> tuple[Function, str]:
    from photocolor.cli.records.export import export_bag

    return export_bag, ""


def _export_premis() -> tuple[Function, str]:
    from photocolor.cli.records.export import export_premis

    return export_premis, ""


def _repair_manifest() -> tuple[Function, str]:
    from photocolor.cli.records.repair import repair_manifest

    return repair_manifest, ""


def _preview() -> tuple[Function, str]:
    from photocolor.cli.preview.command import preview

    return preview, ""


def _desktop() -> tuple[Function, str]:
    from photocolor.cli.desktop import desktop

    return desktop, ""


def _models() -> tuple[Function, str]:
    from photocolor.cli.models import models

    return models, ""


def _doctor() -> tuple[Function, str]:
    from photocolor.cli.doctor import doctor

    return doctor, ""


_FUNCTIONS: dict[str, Callable[[], tuple[Function, str]]] = {
    "restore": _restore,
    "watch": _watch,
    "verify": _verify,
    "report": _report,
    "damage": _damage,
    "export-bag": _export_bag,
    "export-premis": _export_premis,
    "repair-manifest": _repair_manifest,
    "preview": _preview,
    "desktop": _desktop,
    "models": _models,
    "doctor": _doctor,
}
"""What loads each command's function with the examples that end its help, in the order in which the help names them."""
_IN_SHORT = {
    "restore": "Color photos and folders of photos; SOURCES stay untouched.",
    "watch": "Color what lies in a folder, and what arrives there.",
    "verify": "Prove that results are still their photographs.",
    "report": "Make one HTML page of a run, with before and after.",
    "damage": "Find dust and cracks on scans; color and change nothing.",
    "export-bag": "Make a BagIt bag of a run, for an archive to take over.",
    "export-premis": "Write a run's records as PREMIS and METS, or for IIIF.",
    "repair-manifest": "Take damaged lines out of a run's manifest, and keep them.",
    "preview": "Color one photo at screen size, to look at it.",
    "desktop": "Open a window: compare, set color points, run a folder.",
    "models": "List the models, or show all that one says about itself.",
    "doctor": "Check the installation, and which devices work.",
}
"""What each command does, in one line of a terminal of 80 letters."""
_WITHOUT_ARGUMENTS = ("desktop", "models", "doctor")
"""Commands that mean something without any argument; others then show their help."""


def _built(name: str) -> Any:
    """Returns Typer's command of this name."""
    function, examples = _FUNCTIONS[name]()
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    named = alone.command(
        name,
        cls=Command,
        no_args_is_help=name not in _WITHOUT_ARGUMENTS,
        epilog=examples or None,
        short_help=_IN_SHORT[name],
    )
    named(function)
    return typer.main.get_command(alone)
