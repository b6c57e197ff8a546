"""The bridges to other programs: each with real runs of photocolor where a stand-in for its host suffices."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import photos
import pytest
from commands import ROOT
from PIL import Image
from runs import read_tree

BRIDGES = ROOT / "bridges"
HERE = f"{shlex.quote(sys.executable)} -m photocolor"
ENVIRONMENT = os.environ | {"PHOTOCOLOR": HERE, "PYTHONPATH": str(ROOT), "DISPLAY": "", "WAYLAND_DISPLAY": ""}

posix = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], env=ENVIRONMENT | environment, capture_output=True, text=True, timeout=200
    )


@posix
def test_the_service_menu_colors_what_is_selected_into_a_folder_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "old photos"
    folder.mkdir()
    selected = [folder / "a b.png", folder / "it's.jpg"]
    selected[0].write_bytes(photos.png(photos.gray()))
    selected[1].write_bytes(photos.jpeg(photos.gray()))
    entry = configparser.ConfigParser(interpolation=None, strict=True)
    entry.optionxform = str  # type: ignore[assignment, method-assign]  # the names of keys have capitals
    entry.read_string((BRIDGES / "kde" / "photocolor.desktop").read_text(encoding="utf-8"))
    actions = entry["Desktop Entry"]["Actions"].strip(";").split(";")
    assert {f"Desktop Action {action}" for action in actions} | {"Desktop Entry"} == set(entry.sections())
    assert {entry["Desktop Entry"][key] for key in ("Type", "X-KDE-ServiceTypes")} == {
        "Service",
        "KonqPopupMenu/Plugin",
    }
    program, files = entry["Desktop Action color"]["Exec"].split()
    assert files == "%F"
    answer = run(BRIDGES / "kde" / program, *selected)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert set(read_tree(folder / "color")) == {"a b.png", "it's.jpg"}
    (folder / "bad.png").write_bytes(b"no picture")
    answer = run(BRIDGES / "kde" / program, folder / "bad.png")
    assert answer.returncode == 3 and "bad.png" in answer.stdout


@posix
def test_the_name_of_a_folder_commands_neither_a_terminal_nor_a_notification(tmp_path: Path) -> None:
    folder = tmp_path / "\\033[31m\\c <b>&amp; \x1b[2J"
    folder.mkdir()
    (folder / "bad.png").write_bytes(b"no picture")
    (tmp_path / "notify-send").write_text(f"#!/bin/sh\nprintf '%s' \"$2\" >'{tmp_path / 'told'}'\n")
    (tmp_path / "notify-send").chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    answer = run(BRIDGES / "kde" / "photocolor-here", folder / "bad.png", PATH=path, DISPLAY=":7")
    assert answer.returncode == 3
    assert f"{tmp_path}/\\033[31m\\c <b>&amp; [2J/color" in answer.stdout
    assert "\x1b" not in answer.stdout and "is text, not a photo" in answer.stdout
    told = (tmp_path / "told").read_text()
    assert "\\c &lt;b&gt;&amp;amp; [2J/color" in told and "<" not in told


@posix
def test_edit_in_replaces_the_copies_and_leaves_nothing_else(tmp_path: Path) -> None:
    copies = [tmp_path / "one-Edit.tif", tmp_path / "two Edit.tif"]
    before = photos.tiff(photos.gray(depth=16))
    for copy in copies:
        copy.write_bytes(before)
    answer = run(BRIDGES / "edit-in" / "photocolor-edit-in", *copies, HOME=str(tmp_path))
    assert answer.returncode == 0, (tmp_path / "photocolor-edit-in.log").read_text()
    assert all(copy.read_bytes() != before for copy in copies)
    assert {path.name for path in tmp_path.iterdir()} == {"one-Edit.tif", "two Edit.tif", "photocolor-edit-in.log"}
    copies[0].write_bytes(before[:200])
    assert run(BRIDGES / "edit-in" / "photocolor-edit-in", copies[0], HOME=str(tmp_path)).returncode != 0
    assert copies[0].read_bytes() == before[:200], "what cannot be colored stays"
    assert "one-Edit.tif" in (tmp_path / "photocolor-edit-in.log").read_text()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_node_of_comfyui_returns_a_batch_of_the_same_size_in_color(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    path = BRIDGES / "comfyui" / "__init__.py"
    spec = importlib.util.spec_from_file_location("comfyui_photocolor", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("PHOTOCOLOR", HERE)
    (node,) = module.NODE_CLASS_MAPPINGS.values()
    assert set(module.NODE_DISPLAY_NAME_MAPPINGS) == set(module.NODE_CLASS_MAPPINGS)
    gray = np.stack([photos.gray(seed=number) for number in range(2)]).astype(np.float32) / 255.0
    batch = torch.from_numpy(np.repeat(gray[..., None], 3, axis=-1))
    (colored,) = getattr(node(), node.FUNCTION)(batch, strength=1.0, device="cpu")
    assert (colored.shape, colored.dtype) == (batch.shape, torch.float32)
    assert bool(((colored >= 0.0) & (colored <= 1.0)).all())
    assert set(node.INPUT_TYPES()["required"]) == {"image", "strength", "device"}
    with pytest.raises(RuntimeError, match="strength"):
        node().color(batch, strength=7.0, device="cpu")


def test_the_plug_in_for_gimp_3_can_be_read() -> None:
    ast.parse((BRIDGES / "gimp-3" / "photocolor-color-layer" / "photocolor-color-layer.py").read_text(encoding="utf-8"))


class StandIn(types.SimpleNamespace):
    """What the plug-in calls of libgimp, with one picture of which a copy is saved and a layer inserted.

    In GIMP 2.10.34 itself it was run by hand, as docs/bridges.md says.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.layer = b""

    def __getattr__(self, name: str) -> object:
        def call(*arguments: object) -> int:
            self.calls.append(name)
            if name == "gimp_file_save":
                Image.fromarray(photos.gray()).save(str(arguments[3], "utf-8"))  # type: ignore[call-overload]
            if name == "gimp_file_load_layer":
                self.layer = Path(str(arguments[2], "utf-8")).read_bytes()  # type: ignore[call-overload]
            return 1

        return call


@posix
def test_the_plug_in_for_gimp_2_lays_the_result_over_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library(StandIn):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.gimp_message = types.SimpleNamespace(argtypes=None)

    monkeypatch.setattr("ctypes.CDLL", Library)
    monkeypatch.setenv("PHOTOCOLOR", HERE)
    path = BRIDGES / "gimp-2.10" / "photocolor-color-layer.py"
    spec = importlib.util.spec_from_file_location("gimp_photocolor", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.lay_colors_over(7) == ""
    assert module.gimp.layer.startswith(b"\x89PNG")
    calls = module.gimp.calls
    assert "gimp_image_convert_rgb" in calls and calls.index("gimp_image_delete") < calls.index("gimp_file_load_layer")
    assert calls.index("gimp_file_load_layer") < calls.index("gimp_image_insert_layer")
    monkeypatch.setenv("PHOTOCOLOR", "no-such-command")
    assert "cannot be started" in module.lay_colors_over(7)


DARKTABLE = """
local actions, imported, messages = {}, {}, {}
package.preload["darktable"] = function()
  return {
    preferences = { register = function() end, read = function() return os.getenv("PHOTOCOLOR") end },
    database = { import = function(path) table.insert(imported, path); return { group_with = function() end } end },
    gui = { libs = { image = { register_action = function(id, label, call) table.insert(actions, call) end } } },
    new_format = function() return { write_image = function(_, image, path)
      os.execute('cp "' .. image.path .. '/developed.tif" "' .. path .. '"') end } end,
    print = function(text) table.insert(messages, text) end,
    print_error = function() end,
  }
end
dofile(arg[1])
local images = {}
for i = 3, #arg do table.insert(images, { path = arg[2], filename = arg[i] }) end
actions[1](nil, images)
for _, path in ipairs(imported) do print("imported " .. path) end
for _, text in ipairs(messages) do print("said " .. text) end
"""


@posix
@pytest.mark.skipif(
    not (LUA := shutil.which("lua5.4") or shutil.which("lua")) and os.environ.get("CI") != "true",
    reason="there is no Lua here: scripts/packages installs it",
)
def test_the_script_of_darktable_colors_and_imports_the_selection(tmp_path: Path) -> None:
    folder = tmp_path / "it's old"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photos.jpeg(photos.gray()))
    (folder / "developed.tif").write_bytes(photos.tiff(photos.gray(depth=16)))
    (folder / "bad.png").write_bytes(b"no picture")
    (tmp_path / "host.lua").write_text(DARKTABLE)
    names = ["a.jpg", "b.nef", "bad.png"]
    answer = run(LUA, tmp_path / "host.lua", BRIDGES / "darktable" / "photocolor.lua", folder, *names)
    lines = answer.stdout.splitlines()
    assert [line for line in lines if line.startswith("imported")] == [
        f"imported {folder}/color/a.jpg",
        f"imported {folder}/color/b.tif",
    ], answer.stdout + answer.stderr
    assert "said 2 of 3 images colored" in lines
    assert "bad.png" in (folder / "color" / "photocolor.log").read_text()
    assert {path.name for path in (folder / "color").iterdir()} == {".photocolor", "a.jpg", "b.tif", "photocolor.log"}


@pytest.mark.skipif(
    not LUA and os.environ.get("CI") != "true", reason="there is no Lua here: scripts/packages installs it"
)
def test_the_script_of_darktable_writes_through_no_link_that_lies_beside_the_images(tmp_path: Path) -> None:
    folder, mine = tmp_path / "old", tmp_path / "mine"
    (folder / "color" / "developed").mkdir(parents=True)
    mine.write_text("mine")
    for place in ("photocolor.log", "developed/b.tif"):
        (folder / "color" / place).symlink_to(mine)
    (folder / "developed.tif").write_bytes(photos.tiff(photos.gray(depth=16)))
    (folder / "bad.png").write_bytes(b"no picture")
    (tmp_path / "host.lua").write_text(DARKTABLE)
    script = BRIDGES / "darktable" / "photocolor.lua"
    answer = run(LUA, tmp_path / "host.lua", script, folder, "b.nef", "bad.png")
    assert f"imported {folder}/color/b.tif" in answer.stdout, answer.stdout + answer.stderr
    assert mine.read_text() == "mine"
    log = folder / "color" / "photocolor.log"
    assert not log.is_symlink() and "bad.png" in log.read_text()


def test_no_bridge_is_in_the_package_and_each_is_in_the_docs() -> None:
    import tomllib

    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["photocolor"]
    page = (ROOT / "docs" / "bridges.md").read_text(encoding="utf-8")
    for path in BRIDGES.iterdir():
        if path.is_dir() and path.name != "__pycache__":
            assert f"bridges/{path.name}" in page, path.name
