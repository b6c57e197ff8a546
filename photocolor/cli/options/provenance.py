"""The options of `restore` about what a result records: XMP files, the visible mark, the signature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.errors import UsageError
from photocolor.settings import (
    Credential,
    Sidecars,
    VisibleMark,
)

PANEL = "What a result says"
"""The heading over these options in the help."""


def parse_credential(certificate: Path | None, key: Path | None) -> Credential | None:
    """Returns the certificate and key that sign the results; None if they are not signed.

    Raises:
        UsageError: only one of the two is given.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise UsageError("--c2pa-certificate and --c2pa-key belong together", "Give both, or neither.")
    return Credential(certificate=certificate, key=key)


SidecarFiles = Annotated[
    Sidecars,
    typer.Option(
        "--sidecars",
        metavar="|".join(Sidecars),
        rich_help_panel=PANEL,
        help="What to do with XMP files beside a photo (photo.xmp, photo.jpg.xmp): copy them beside the result, where "
        "they say what colored it; merge them into it; or leave them out.",
    ),
]
Mark = Annotated[
    VisibleMark,
    typer.Option(
        "--mark",
        metavar="|".join(VisibleMark),
        rich_help_panel=PANEL,
        help="Draw a small plate that says COLORIZED into the lower right corner; the lightness changes inside of it.",
    ),
]
C2paCertificate = Annotated[
    Path | None,
    typer.Option(
        "--c2pa-certificate",
        metavar="FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Sign the results as C2PA asks for, with this certificate and its chain (PEM); their bytes then differ "
        "from run to run.",
    ),
]
C2paKey = Annotated[
    Path | None,
    typer.Option(
        "--c2pa-key",
        metavar="FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="The private key of --c2pa-certificate (PEM, without a password).",
    ),
]
