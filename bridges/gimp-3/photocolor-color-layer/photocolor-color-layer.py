#!/usr/bin/env python3
"""A plug-in for GIMP 3: lays the colors of photocolor over the picture, as a layer of mode LCh Color.

Install: copy the folder to ~/.config/GIMP/3.0/plug-ins/ and make this file executable. It is then in the menu Colors.
The command is photocolor, or what PHOTOCOLOR names. Written for GIMP 3.0 and never run there: only read by a parser.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio, GLib

NAME = "photocolor-color-layer"


class ColorLayer(Gimp.PlugIn):
    """Represents the plug-in."""

    def do_query_procedures(self) -> list[str]:
        """Returns the name of the one procedure."""
        return [NAME]

    def do_create_procedure(self, name: str) -> Any:
        """Returns the procedure, with its place in the menus."""
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, color, None)
        procedure.set_image_types("RGB*, GRAY*")
        procedure.set_menu_label("Color with _photocolor")
        procedure.add_menu_path("<Image>/Colors")
        procedure.set_documentation("Lay the colors of photocolor over the picture", None, name)
        procedure.set_attribution("The photocolor authors", "Apache-2.0", "2026")
        return procedure


def color(procedure: Any, run_mode: Any, image: Any, drawables: Any, config: Any, data: Any) -> Any:
    """Inserts the layer, and returns GIMP's values for success or failure."""
    with tempfile.TemporaryDirectory(prefix="photocolor-") as place:
        scan, out = Path(place) / "photo.png", Path(place) / "color"
        flat = image.duplicate()
        flat.flatten()
        saved = Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, flat, Gio.File.new_for_path(str(scan)), None)
        flat.delete()
        if not saved:
            return _failed(procedure, "GIMP could not write a copy of the picture")
        command = [*shlex.split(os.environ.get("PHOTOCOLOR", "photocolor")), "restore", str(scan), "--out", str(out)]
        try:
            answer = subprocess.run(
                [*command, "--already-color", "force", "--quiet"], capture_output=True, text=True, check=False
            )
        except OSError as error:
            return _failed(procedure, f"photocolor cannot be started: {error}")
        if answer.returncode:
            return _failed(procedure, answer.stderr.strip())
        image.undo_group_start()
        if image.get_base_type() != Gimp.ImageBaseType.RGB:
            image.convert_rgb()
        result = Gio.File.new_for_path(str(out / scan.name))
        layer = Gimp.file_load_layer(Gimp.RunMode.NONINTERACTIVE, image, result)
        layer.set_name("Color")
        layer.set_mode(Gimp.LayerMode.LCH_COLOR)
        image.insert_layer(layer, None, 0)
        image.undo_group_end()
        Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


def _failed(procedure: Any, message: str) -> Any:
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, GLib.Error(f"photocolor: {message}"))


Gimp.main(ColorLayer.__gtype__, sys.argv)
