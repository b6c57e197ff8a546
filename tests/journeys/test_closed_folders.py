"""A folder that may not be entered is one failed line of a run, and one photo missing for verify."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import photos
import pytest
from commands import ROOT
from fakes import write_model
from runs import write_tree

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="giving up root's right to enter every folder needs Linux, root and setpriv",
)

WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", sys.executable, "-m", "photocolor")


def without_rights(*words: object) -> subprocess.CompletedProcess[str]:
    """The command as somebody who may not enter what belongs to others."""
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*WITHOUT_RIGHTS, *map(str, words)], capture_output=True, text=True, env=variables, check=False
    )


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    photo = photos.jpeg(photos.gray())
    made = write_tree(tmp_path / "scans", {"1.jpg": photo, "closed/2.jpg": photo, "lost+found/.keep": b""})
    for name, mode in (("closed", 0o700), ("lost+found", 0o700)):
        os.chown(made / name, 54321, 54321)
        (made / name).chmod(mode)
    return made


def test_a_photo_that_may_not_be_read_is_named_once(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": photos.jpeg(photos.gray())})
    os.chown(scans / "1.jpg", 54321, 54321)
    (scans / "1.jpg").chmod(0o600)
    answer = without_rights("restore", scans, "--out", tmp_path / "out", "--workers", 1, "--device", "cpu")
    assert answer.returncode == 3
    assert f"failed: {scans}/1.jpg: cannot be read: Permission denied" in answer.stderr


def test_a_photo_that_nobody_may_read_does_not_close_the_report(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {name: photos.jpeg(photos.gray()) for name in ("1.jpg", "2.jpg", "3.jpg")})
    (scans / "1.jpg").chmod(0)
    out, model = tmp_path / "out", write_model(tmp_path / "tint.onnx")
    words = ("restore", scans, "--out", out, "--model", model, "--device", "cpu")
    assert without_rights(*words).returncode == 3
    page = out / "photocolor-report.html"
    for _ in range(2):  # the second replaces the first
        answer = without_rights("report", out)
        assert answer.returncode == 0, answer.stderr
        assert stat.S_IMODE(page.stat().st_mode) == 0o644
    (scans / "2.jpg").chmod(0)  # its result is shown
    assert without_rights("report", out).returncode == 0
    assert stat.S_IMODE(page.stat().st_mode) == 0o400, "whoever made it may read it"
    assert without_rights("report", out).returncode == 0


def test_a_watch_colors_a_photo_that_may_be_read_from_now_on(tmp_path: Path) -> None:
    folder, out = write_tree(tmp_path / "in", {"1.jpg": photos.jpeg(photos.gray())}), tmp_path / "out"
    model = write_model(tmp_path / "tint.onnx")
    os.chown(folder / "1.jpg", 54321, 54321)
    (folder / "1.jpg").chmod(0o600)
    words = ("watch", folder, "--out", out, "--interval", "0.5", "--model", model, "--device", "cpu", "--workers", 1)
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([*WITHOUT_RIGHTS, *map(str, words)], env=variables, stderr=subprocess.PIPE) as process:
        try:
            assert until(lambda: statuses(out) == ["failed"])
            time.sleep(2)
            assert statuses(out) == ["failed"], "it is not tried again and again"
            (folder / "1.jpg").chmod(0o644)
            assert until(lambda: statuses(out) == ["failed", "done"])
        finally:
            process.terminate()


def statuses(out: Path) -> list[str]:
    manifest = out / ".photocolor" / "manifest.jsonl"
    lines = manifest.read_text(encoding="utf-8").splitlines() if manifest.exists() else []
    return [json.loads(line)["status"] for line in lines]


def until(holds: Callable[[], bool]) -> bool:
    end_s = time.monotonic() + 60
    while not holds() and time.monotonic() < end_s:
        time.sleep(0.1)
    return holds()


def test_a_run_that_may_only_be_read_has_its_report_elsewhere(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": photos.jpeg(photos.gray())})
    model, out = write_model(tmp_path / "tint.onnx"), tmp_path / "out"
    assert without_rights("restore", scans, "--out", out, "--model", model, "--device", "cpu").returncode == 0
    for folder in (out, out / ".photocolor"):
        os.chown(folder, 54321, 54321)
        folder.chmod(0o755)
    before = sorted(out.rglob("*"))
    refused = without_rights("report", out)
    assert refused.returncode == 5 and f"Error: {out} may only be read" in refused.stderr
    assert f"photocolor report {out} --to report.html" in refused.stderr
    answer = without_rights("report", out, "--to", tmp_path / "report.html")
    assert answer.returncode == 0, answer.stderr
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count('id="p0"') == 1 and 'const FOLDER = ""' in page, "the pictures are in the page"
    assert sorted(out.rglob("*")) == before


def test_it_is_one_failed_line_and_verify_misses_it(tmp_path: Path, scans: Path) -> None:
    model, out = write_model(tmp_path / "tint.onnx"), tmp_path / "out"
    restore = ("restore", scans, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, "--json")
    answer = without_rights(*restore)
    rows = {(row := json.loads(line))["relative"]: row for line in answer.stdout.splitlines()}
    assert (answer.returncode, set(rows)) == (3, {"1.jpg", "closed", "lost+found"}), answer.stderr
    assert rows["1.jpg"]["status"] == "done"
    assert {rows[name]["reason"] for name in ("closed", "lost+found")} == {"unreadable"}
    verify = without_rights("verify", scans, out, "--json")
    found = {(row := json.loads(line))["source"]: row["status"] for line in verify.stdout.splitlines()}
    assert verify.returncode == 3
    missing = {str(scans / name): "missing" for name in ("closed", "lost+found")}
    assert found == {str(scans / "1.jpg"): "verified"} | missing
    (scans / "closed").chmod(0o755)
    (scans / "lost+found").chmod(0o755)
    again = without_rights(*restore)
    assert (again.returncode, again.stdout.count('"status": "done"')) == (0, 1)
    assert without_rights("verify", scans, out).returncode == 0
