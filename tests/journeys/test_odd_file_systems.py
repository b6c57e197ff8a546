"""File systems that miss something, as memory sticks and network shares do: nothing is lost, and nothing done twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import photos
import pytest
from commands import photocolor
from runs import read_tree, write_tree

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the file system's stand-in needs Linux and a C compiler",
)

MEDIUM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* MEDIUM names what the file system does not have. */
static int misses(const char *what) {
    const char *all = getenv("MEDIUM");
    return all != NULL && strstr(all, what) != NULL;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE(number) do { errno = (number); return -1; } while (0)

int fsync(int file) {
    struct stat state;
    if (misses("folder-sync") && fstat(file, &state) == 0 && S_ISDIR(state.st_mode)) REFUSE(EINVAL);
    if (misses("file-sync") && fstat(file, &state) == 0 && !S_ISDIR(state.st_mode)) REFUSE(EOPNOTSUPP);
    return REAL(fsync)(file);
}
int fchmod(int file, mode_t mode) { if (misses("permissions")) REFUSE(EPERM); return REAL(fchmod)(file, mode); }
int futimens(int file, const struct timespec times[2]) {
    if (misses("times")) REFUSE(EPERM);
    return REAL(futimens)(file, times);
}
int utimensat(int folder, const char *path, const struct timespec times[2], int flags) {
    if (misses("times")) REFUSE(EPERM);
    return REAL(utimensat)(folder, path, times, flags);
}
#define MMAP(name) void *name(void *at, size_t size, int access, int flags, int file, off_t start) { \
    if (file >= 0 && misses(flags & MAP_SHARED && access == PROT_READ ? "shared-map" : "any-map") \
        && access == PROT_READ) { errno = ENODEV; return MAP_FAILED; } \
    return REAL(name)(at, size, access, flags, file, start); }
MMAP(mmap)
MMAP(mmap64)

/* Where case does not count, photo.XMP is photo.xmp; with "numbers", each spelling has a number of its own; with
   "results", it is so only where they lie. "capital" is the same beside photos, where the file is called photo.Xmp. */
static const char *folded(const char *path, char *place) {
    size_t length = strlen(path);
    if (misses("capital") && length > 4 && length < PATH_MAX && strstr(path, "/scans/") != NULL
        && strcasecmp(path + length - 4, ".xmp") == 0) {
        memcpy(place, path, length - 3);
        strcpy(place + length - 3, "Xmp");
        return place;
    }
    if (!misses("case") || length < 4 || length >= PATH_MAX || strcmp(path + length - 4, ".XMP") != 0) return path;
    if (misses("results") && strstr(path, "/scans/") != NULL) return path;
    memcpy(place, path, length - 3);
    strcpy(place + length - 3, "xmp");
    return place;
}
#define STAT(name, kind) int name(const char *path, struct kind *state) { \
    char place[PATH_MAX]; \
    const char *real = folded(path, place); \
    int answer = REAL(name)(real, state); \
    if (answer == 0 && real == place && misses("numbers")) state->st_ino++; \
    return answer; }
STAT(stat, stat)
STAT(lstat, stat)
STAT(stat64, stat64)
STAT(lstat64, stat64)
#define STAT_AT(name, kind) int name(int folder, const char *path, struct kind *state, int flags) { \
    char place[PATH_MAX]; \
    const char *real = folded(path, place); \
    int answer = REAL(name)(folder, real, state, flags); \
    if (answer == 0 && real == place && misses("numbers")) state->st_ino++; \
    return answer; }
STAT_AT(fstatat, stat)
STAT_AT(fstatat64, stat64)
#define OPEN(name) int name(const char *path, int flags, ...) { \
    char place[PATH_MAX]; \
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
    return REAL(name)(folded(path, place), flags, mode); }
OPEN(open)
OPEN(open64)
int unlink(const char *path) { char place[PATH_MAX]; return REAL(unlink)(folded(path, place)); }
"""

SIDECAR = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5"/></rdf:RDF></x:xmpmeta>'
)


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library that stands for the file system, for LD_PRELOAD."""
    folder = tmp_path_factory.mktemp("medium")
    (folder / "medium.c").write_text(MEDIUM)
    library = folder / "medium.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, folder / "medium.c", "-ldl"], check=True)
    ask = "import os, sys; os.fsync(os.open(sys.argv[1], os.O_RDONLY))"
    said = subprocess.run(
        [sys.executable, "-c", ask, folder],
        env=os.environ | {"LD_PRELOAD": str(library), "MEDIUM": "folder-sync"},
        capture_output=True,
        text=True,
    )
    assert "Invalid argument" in said.stderr, "the stand-in must work, or this shows nothing"
    return str(library)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Photos of several kinds, which only their group may read."""
    gray = photos.gray(48, 64, seed=1)
    files = {"a.jpg": photos.jpeg(gray), "b.png": photos.png(gray), "c.tif": photos.tiff(gray), "a.xmp": SIDECAR}
    scans = write_tree(tmp_path / "scans", files)
    for path in scans.iterdir():
        path.chmod(0o640)
        if os.geteuid() == 0:
            os.chown(path, -1, 12_345)  # so that the results have another group, which may not read them
    return scans


@pytest.mark.parametrize("missing", ["folder-sync permissions", "folder-sync file-sync times any-map", "shared-map"])
def test_a_run_on_a_file_system_that_misses_something_makes_the_same_results_and_the_second_redoes_nothing(
    tmp_path: Path, scans: Path, medium: str, missing: str
) -> None:
    command = ("restore", scans, "--device", "cpu", "--workers", 1, "--json", "--keep-times", "--out")
    odd = {"LD_PRELOAD": medium, "MEDIUM": missing}
    assert photocolor(*command, tmp_path / "plain").code == 0
    told = photocolor(*command, tmp_path / "color", **odd)
    assert told.code == 0, told.err
    assert read_tree(tmp_path / "color") == read_tree(tmp_path / "plain")
    rows = [json.loads(line) for line in told.out.splitlines()]
    late = [row["relative"] for row in rows if any("cannot keep the time" in each for each in row["warnings"])]
    assert late == (sorted(row["relative"] for row in rows) if "times" in missing else [])

    again = photocolor(*command, tmp_path / "color", **odd)
    assert again.code == 0 and {json.loads(line)["status"] for line in again.out.splitlines()} == {"skipped"}
    for more in (
        ("verify", scans, tmp_path / "color"),
        ("report", tmp_path / "color"),
        ("damage", scans, "--out", tmp_path / "masks"),
        ("preview", scans / "a.jpg", "--out", tmp_path / "page.html"),
        ("export-bag", tmp_path / "color", "--to", tmp_path / "bag"),
        ("export-premis", tmp_path / "color", "--to", tmp_path / "premis"),
    ):
        told = photocolor(*more, **odd)
        assert told.code == 0, f"{more[0]}: {told.err}"


@pytest.mark.parametrize(
    ("missing", "mode"), [("case", "copy"), ("case numbers results", "copy"), ("case numbers", "merge")]
)
def test_the_xmp_file_of_a_photo_goes_along_once_where_case_does_not_count(
    tmp_path: Path, scans: Path, medium: str, missing: str, mode: str
) -> None:
    command = ("restore", scans, "--device", "cpu", "--workers", 1, "--json", "--sidecars", mode, "--out")
    odd = {"LD_PRELOAD": medium, "MEDIUM": missing}
    assert photocolor(*command, tmp_path / "plain").code == 0
    for status in ("done", "skipped"):
        told = photocolor(*command, tmp_path / "color", **odd)
        assert told.code == 0, told.err
        assert {json.loads(line)["status"] for line in told.out.splitlines()} == {status}
        assert read_tree(tmp_path / "color") == read_tree(tmp_path / "plain")
    assert photocolor("verify", scans, tmp_path / "color", **odd).code == 0


def test_an_xmp_file_that_a_photo_finds_because_case_does_not_count_is_not_told_as_unused(
    tmp_path: Path, scans: Path, medium: str
) -> None:
    (scans / "a.xmp").rename(scans / "a.Xmp")
    command = ("restore", scans, "--device", "cpu", "--workers", 1, "--out")
    told = photocolor(*command, tmp_path / "color", LD_PRELOAD=medium, MEDIUM="capital")
    assert told.code == 0 and "Not used" not in told.err, told.err
    assert "a.xmp" in read_tree(tmp_path / "color")
    told = photocolor(*command, tmp_path / "plain")
    assert "a.Xmp: rename it to a.xmp" in told.err and "a.xmp" not in read_tree(tmp_path / "plain")
