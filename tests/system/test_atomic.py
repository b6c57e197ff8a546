from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import photos
import pytest

from photocolor.errors import DiskFull, OutputError, TargetBlocked
from photocolor.image.decode import decode
from photocolor.image.encode import encode
from photocolor.settings import FileSettings, OutputFormat
from photocolor.system.atomic import AtomicFile, is_temporary
from photocolor.system.writing.refusal import output_error

TOKEN = "0123abcd"  # noqa: S105 - part of a file name
KILLS = 12


def _names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_target_appears_whole_and_the_temporary_file_is_gone(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "photo.jpg"
    with AtomicFile(target, TOKEN) as file:
        assert file.path.parent == target.parent
        file.path.write_bytes(b"whole")
        assert not target.exists()
        file.commit()
    assert target.read_bytes() == b"whole"
    assert _names(tmp_path) == ["a", "a/b", "a/b/photo.jpg"]


def test_without_commit_nothing_is_left(tmp_path: Path) -> None:
    with AtomicFile(tmp_path / "photo.jpg", TOKEN) as file:
        file.path.write_bytes(b"half")
    assert _names(tmp_path) == []


def test_an_error_inside_leaves_what_was_there_before(tmp_path: Path) -> None:
    target = tmp_path / "photo.jpg"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), AtomicFile(target, TOKEN) as file:
        file.path.write_bytes(b"half")
        raise ZeroDivisionError
    assert _names(tmp_path) == ["photo.jpg"]
    assert target.read_bytes() == b"old"


def test_a_file_already_there_is_replaced_and_a_stale_temporary_one_does_not_stand_in_the_way(tmp_path: Path) -> None:
    target = tmp_path / "photo.jpg"
    target.write_bytes(b"old")
    (tmp_path / f".pc-{TOKEN}.tmp").write_bytes(b"stale and longer than the new one")
    with AtomicFile(target, TOKEN) as file:
        file.path.write_bytes(b"new")
        file.commit()
    assert target.read_bytes() == b"new"
    assert _names(tmp_path) == ["photo.jpg"]


def test_a_link_planted_under_the_temporary_name_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious.tif"
    precious.write_bytes(b"precious")
    (tmp_path / f".pc-{TOKEN}.tmp").symlink_to(precious)
    with AtomicFile(tmp_path / "photo.jpg", TOKEN) as file:
        file.path.write_bytes(b"new")
        file.commit()
    assert precious.read_bytes() == b"precious"


def test_results_have_the_permissions_that_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with AtomicFile(tmp_path / "photo.jpg", TOKEN) as file:
            file.commit()
    finally:
        os.umask(before)
    assert (tmp_path / "photo.jpg").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("token", ["", "123", "0123ABCD", "0123abcd0", "../../ab", "0123abc\n"])
def test_a_token_that_sweeping_would_not_know_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(ValueError, match="eight hex digits"):
        AtomicFile(tmp_path / "photo.jpg", token)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EACCES, OutputError),
        (errno.EROFS, OutputError),
        (errno.EIO, OutputError),
        (errno.ENAMETOOLONG, TargetBlocked),
        (errno.ENOTDIR, TargetBlocked),
        (errno.EILSEQ, TargetBlocked),
        (errno.EFBIG, TargetBlocked),
    ],
)
def test_causes_of_the_system_become_errors_of_ours(tmp_path: Path, number: int, kind: type[Exception]) -> None:
    target = tmp_path / "photo.jpg"
    with pytest.raises(kind, match=r"photo\.jpg") as caught, AtomicFile(target, TOKEN) as file:
        file.path.write_bytes(b"half")
        raise OSError(number, os.strerror(number))
    assert type(caught.value) is kind
    assert isinstance(caught.value.__cause__, OSError)
    assert _names(tmp_path) == []


def test_an_error_of_a_library_without_a_cause_of_the_system_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="encoder error -2"), AtomicFile(tmp_path / "photo.jpg", TOKEN):
        raise OSError("encoder error -2")
    assert _names(tmp_path) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOENT])
def test_what_a_file_system_takes_in_no_name_is_named_with_the_remedy(tmp_path: Path, number: int) -> None:
    folder = tmp_path / "Box 1: 1931"
    error = output_error(OSError(number, os.strerror(number), folder.name), folder / "who?\n.jpg")
    assert isinstance(error, TargetBlocked) and error.message.endswith(r"no \n : ? in names")
    assert error.hint.startswith("Rename the photo")
    assert "names" not in output_error(OSError(errno.EINVAL, "Invalid argument"), tmp_path / "plain.jpg").message


def test_what_lies_in_the_way_fails_this_photo_and_not_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetBlocked), AtomicFile(tmp_path / "file" / "photo.jpg", TOKEN):
        pass
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(TargetBlocked), AtomicFile(tmp_path / "folder.jpg", TOKEN) as file:
        file.commit()
    with pytest.raises(TargetBlocked), AtomicFile(tmp_path / ("x" * 300), TOKEN) as file:
        file.commit()
    assert _names(tmp_path) == ["file", "folder.jpg"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_an_output_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission"), AtomicFile(tmp_path / "photo.jpg", TOKEN):
        pass


@pytest.mark.parametrize("wanted", ["jpeg", "png", "tiff", "webp"])
def test_a_disk_that_is_full_is_told_and_finished_results_stay(tiny_disk: Path, wanted: str) -> None:
    (tiny_disk / "done.jpg").write_bytes(b"done")
    photo = decode(photos.tiff(photos.gray(300, 400)), 10)
    with pytest.raises(DiskFull), AtomicFile(tiny_disk / "photo.tif", TOKEN) as file:
        encode(file.path, photos.rgb(300, 400), photo, FileSettings(format=OutputFormat(wanted), quality=100))
        file.commit()
    assert _names(tiny_disk) == ["done.jpg"]
    assert (tiny_disk / "done.jpg").read_bytes() == b"done"


@pytest.mark.parametrize("wanted", ["jpeg", "png", "tiff", "webp"])
def test_a_file_larger_than_its_disk_takes_fails_this_photo_and_leaves_nothing(tmp_path: Path, wanted: str) -> None:
    photo = decode(photos.tiff(photos.gray(300, 400)), 10)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(TargetBlocked, match="too large"), AtomicFile(tmp_path / "photo.tif", TOKEN) as file:
            encode(file.path, photos.rgb(300, 400), photo, FileSettings(format=OutputFormat(wanted), quality=100))
            file.commit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert _names(tmp_path) == []


_WRITER = """
import sys
from pathlib import Path
from photocolor.system.atomic import AtomicFile
folder = Path(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    with AtomicFile(folder / f"{number % 3}.bin", f"{number % 3:08x}") as file:
        with file.path.open("wb") as out:
            for _ in range(64):
                out.write(bytes([number % 256]) * 8192)
        file.commit()
    number += 1
"""


def test_killed_at_any_moment_a_final_name_never_holds_a_part(tmp_path: Path) -> None:
    for kill in range(KILLS):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        with writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(0.003 + 0.017 * kill)
            writer.kill()
        for path in tmp_path.glob("*.bin"):
            data = path.read_bytes()
            assert len(data) == 64 * 8192
            assert len(set(data)) == 1
    assert list(tmp_path.glob("*.bin"))
    assert all(path.suffix == ".bin" or is_temporary(path.name) for path in tmp_path.iterdir())


@pytest.mark.parametrize("name", [".pc-0123abcd.tmp", ".pc-ffffffff.tmp"])
def test_our_own_temporary_names_are_known(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize("name", ["photo.tmp", ".pc-0123abcd.jpg", ".pc-0123abc.tmp", "x.pc-0123abcd.tmp", ".pc-.tmp"])
def test_other_names_are_left_alone(name: str) -> None:
    assert not is_temporary(name)


def test_every_cause_names_the_target(tmp_path: Path) -> None:
    error = output_error(OSError(errno.ENOSPC, "No space left on device"), tmp_path / "photo.jpg")
    assert "photo.jpg" in error.message
    assert error.hint


LARGE = b"x" * (1 << 24)


def test_a_large_file_is_synced_while_it_is_read_again_and_only_then_gets_its_name(tmp_path: Path) -> None:
    target = tmp_path / "photo.tif"
    with AtomicFile(target, TOKEN) as file:
        file.content.write_bytes(LARGE)
        file.begin_sync()
        assert not target.exists()
        file.commit()
    assert target.read_bytes() == LARGE
    assert _names(tmp_path) == ["photo.tif"]


def test_a_large_file_that_the_medium_refuses_does_not_get_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("photocolor.system.atomic.os.fsync", refuse)
    with pytest.raises(DiskFull), AtomicFile(tmp_path / "photo.tif", TOKEN) as file:
        file.content.write_bytes(LARGE)
        file.begin_sync()
        file.commit()
    assert _names(tmp_path) == []


def test_a_large_file_that_is_given_up_while_it_is_synced_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="given up"), AtomicFile(tmp_path / "photo.tif", TOKEN) as file:
        file.content.write_bytes(LARGE)
        file.begin_sync()
        raise ValueError("given up")
    assert _names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_is_never_replaced(tmp_path: Path, kind: str) -> None:
    """Root who gave /dev/null as a target from Python had none afterwards."""
    target = tmp_path / "photo.jpg"
    if kind == "pipe":
        os.mkfifo(target)
    elif os.geteuid() == 0:
        os.mknod(target, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    else:
        pytest.skip("making a device needs root")
    before = target.lstat()
    with pytest.raises(TargetBlocked, match="it is no regular file"), AtomicFile(target, TOKEN) as file:
        file.commit()
    assert os.path.samestat(before, target.lstat())
    assert _names(tmp_path) == ["photo.jpg"]
