#!/usr/bin/env python3
"""A plug-in for GIMP 2.10: lays the colors of photocolor over the picture, as a layer of mode LCh Color.

Install: copy it to ~/.config/GIMP/2.10/plug-ins/ and make it executable. It is then in the menu Colors. The command is
photocolor, or what PHOTOCOLOR names.

GIMP 2.10 of today's distributions has no Python of its own any more. A plug-in is any program that speaks to libgimp,
so this one does by ctypes, with whatever Python 3 there is.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

NAME = b"photocolor-color-layer"
INT32, IMAGE, DRAWABLE, STATUS = 0, 13, 16, 21
EXECUTION_ERROR, SUCCESS = 0, 3
INTERACTIVE, NONINTERACTIVE = 0, 1
PLUGIN, RGB, LCH_COLOR = 1, 0, 26
"""Values of GimpPDBArgType, GimpPDBStatusType, GimpRunMode, GimpPDBProcType, GimpImageBaseType and GimpLayerMode."""


class Data(ctypes.Union):
    """Represents libgimp's GimpParamData, whose largest members take four doubles."""

    _fields_ = (("int32", ctypes.c_int32), ("room", ctypes.c_double * 4))


class Param(ctypes.Structure):
    """Represents libgimp's GimpParam."""

    _fields_ = (("type", ctypes.c_int), ("data", Data))


class ParamDef(ctypes.Structure):
    """Represents libgimp's GimpParamDef."""

    _fields_ = (("type", ctypes.c_int), ("name", ctypes.c_char_p), ("description", ctypes.c_char_p))


RUN = ctypes.CFUNCTYPE(
    None,
    ctypes.c_char_p,
    ctypes.c_int,
    ctypes.POINTER(Param),
    ctypes.POINTER(ctypes.c_int),
    ctypes.POINTER(ctypes.POINTER(Param)),
)
CALL = ctypes.CFUNCTYPE(None)


class PlugInInfo(ctypes.Structure):
    """Represents libgimp's GimpPlugInInfo."""

    _fields_ = (("init", CALL), ("quit", CALL), ("query", CALL), ("run", RUN))


gimp = ctypes.CDLL("libgimp-2.0.so.0")
gimp.gimp_message.argtypes = [ctypes.c_char_p]
returned = (Param * 1)()


def query() -> None:
    """Tells GIMP what the plug-in is called and where it belongs in the menus."""
    asked = (ParamDef * 3)(
        ParamDef(INT32, b"run-mode", b"The run mode"),
        ParamDef(IMAGE, b"image", b"The picture"),
        ParamDef(DRAWABLE, b"drawable", b"The photograph"),
    )
    texts = (
        NAME,
        b"Lay the colors of photocolor over the picture",
        b"Colors a copy of the picture with photocolor and inserts the result as a layer of mode LCh Color, which "
        b"keeps the lightness of what lies below.",
        *(b"The photocolor authors", b"Apache-2.0", b"2026", b"Color with _photocolor", b"RGB*, GRAY*"),
    )
    gimp.gimp_install_procedure(*texts, PLUGIN, 3, 0, asked, None)
    gimp.gimp_plugin_menu_register(NAME, b"<Image>/Colors")


def run(
    name: bytes,
    count: int,
    params: ctypes._Pointer[Param],
    returns: ctypes._Pointer[ctypes.c_int],
    values: ctypes._Pointer[ctypes._Pointer[Param]],
) -> None:
    """Colors the picture; libgimp calls it."""
    returned[0].type, returned[0].data.int32 = STATUS, SUCCESS
    returns[0] = 1
    values[0] = ctypes.cast(returned, ctypes.POINTER(Param))
    trouble = lay_colors_over(params[1].data.int32)
    if trouble:
        gimp.gimp_message(trouble.encode())
        returned[0].data.int32 = EXECUTION_ERROR


def lay_colors_over(image: int) -> str:
    """Inserts the layer; returns what went wrong, or ""."""
    with tempfile.TemporaryDirectory(prefix="photocolor-") as place:
        scan, out = Path(place) / "photo.png", Path(place) / "color"
        flat = gimp.gimp_image_duplicate(image)
        drawable = gimp.gimp_image_flatten(flat)
        saved = gimp.gimp_file_save(NONINTERACTIVE, flat, drawable, str(scan).encode(), b"photo.png")
        gimp.gimp_image_delete(flat)
        if not saved:
            return "photocolor: GIMP could not write a copy of the picture"
        command = [*shlex.split(os.environ.get("PHOTOCOLOR", "photocolor")), "restore", str(scan), "--out", str(out)]
        try:
            answer = subprocess.run(
                [*command, "--already-color", "force", "--quiet"], capture_output=True, text=True, check=False
            )
        except OSError as error:
            return f"photocolor cannot be started: {error}. Install it, or set PHOTOCOLOR to its command."
        if answer.returncode:
            return f"photocolor: {answer.stderr.strip()}"
        gimp.gimp_image_undo_group_start(image)
        if gimp.gimp_image_base_type(image) != RGB:
            gimp.gimp_image_convert_rgb(image)
        layer = gimp.gimp_file_load_layer(NONINTERACTIVE, image, str(out / scan.name).encode())
        gimp.gimp_image_insert_layer(image, layer, 0, 0)
        gimp.gimp_item_set_name(layer, b"Color")
        gimp.gimp_layer_set_mode(layer, LCH_COLOR)
        gimp.gimp_image_undo_group_end(image)
        gimp.gimp_displays_flush()
    return ""


if __name__ == "__main__":
    info = PlugInInfo(CALL(), CALL(), CALL(query), RUN(run))
    arguments = (ctypes.c_char_p * len(sys.argv))(*(argument.encode() for argument in sys.argv))
    sys.exit(gimp.gimp_main(ctypes.byref(info), len(sys.argv), arguments))
