"""Runs from and to SFTP, Azure and Google storages, with real servers: what `test_s3.py` promises holds there, too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import photos
import psutil
import pytest
from commands import ROOT, Answer, photocolor, started
from other_stores import ACCOUNT_KEY, SERVERS, Server, sftp_server
from runs import read_tree, write_tree

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.needs_group("cluster")]

PHOTOS = int(os.environ.get("PHOTOCOLOR_SCALE_PHOTOS", "12"))
COLOR = ("--device", "cpu", "--workers", "1", "--json", "--quiet")
SCAN = photos.png(photos.gray())
DEAD_MOST_S = 60.0
"""gcsfs tries four times within nine seconds, and is asked twice; starts on a busy machine come to that."""


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with SERVERS[request.param]() as running:
        yield running


@pytest.fixture(scope="module")
def sftp() -> Iterator[Server]:
    with sftp_server() as running:
        yield running


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kinds = (("png", photos.png), ("jpg", photos.jpeg))
    files = {}
    for number in range(PHOTOS):
        suffix, write = kinds[number % 2]
        files[f"box {number % 3}/é {number:03d}.{suffix}"] = write(photos.gray(48, 64, seed=number))
    return write_tree(tmp_path_factory.mktemp("scans"), files)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> dict[str, bytes]:
    """The results of a run over files."""
    out = tmp_path_factory.mktemp("whole")
    assert photocolor("restore", scans, "--out", out, *COLOR).code == 0
    return read_tree(out)


def restore(server: Server, place: str, *options: object, **environment: str) -> Answer:
    places = (f"{server.place}/{place}/in", "--out", f"{server.place}/{place}/out")
    return photocolor("restore", *places, *COLOR, *options, **(server.environment | environment))


def lines(answer: Answer) -> dict[str, dict[str, object]]:
    return {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}


def statuses(answer: Answer) -> dict[str, object]:
    return {name: line["status"] for name, line in lines(answer).items()}


def test_a_killed_run_goes_on_and_ends_in_the_results_of_a_run_over_files(
    server: Server, scans: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    server.put({f"killed/in/{name}": data for name, data in read_tree(scans).items()})
    command = ("restore", f"{server.place}/killed/in", "--out", f"{server.place}/killed/out", *COLOR)
    with started(*command, **server.environment) as process:
        assert process.stdout is not None
        for _ in range(PHOTOS // 3):
            process.stdout.readline()
        os.killpg(process.pid, signal.SIGKILL)
    left = server.tree("killed/out")
    shown = {name: data for name, data in left.items() if not name.rpartition("/")[2].startswith(".")}
    assert 0 < len(shown) < PHOTOS
    assert shown.items() <= whole.items(), "an object under a result's name that is not the whole result"
    answer = restore(server, "killed")
    assert answer.code == 0, answer.err
    assert set(statuses(answer).values()) <= {"done", "skipped"}
    assert server.tree("killed/out") == whole, "byte for byte, and nothing else"
    assert server.tree("killed/in") == read_tree(scans)
    assert set(statuses(restore(server, "killed")).values()) == {"skipped"}
    down = photocolor("restore", f"{server.place}/killed/in", "--out", tmp_path, *COLOR, **server.environment)
    assert down.code == 0, down.err
    assert read_tree(tmp_path) == whole, "from the storage to files"


def test_what_lies_in_the_output_is_left_alone_and_what_changed_is_done_again(server: Server) -> None:
    server.put({f"again/in/{name}.png": SCAN for name in "abd"} | {"again/out/d.png": b"somebody's own"})
    assert statuses(restore(server, "again")) == {"a.png": "done", "b.png": "done", "d.png": "skipped"}
    hints = b'{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#c03030"}]}'
    server.put({"again/in/a.png.hints.json": hints, "again/in/b.png": photos.png(photos.gray(seed=5))})
    assert statuses(restore(server, "again")) == {"a.png": "done", "b.png": "done", "d.png": "skipped"}
    assert server.tree("again/out")["d.png"] == b"somebody's own"
    assert statuses(restore(server, "again", "--overwrite")) == {
        "a.png": "skipped",
        "b.png": "skipped",
        "d.png": "done",
    }
    assert server.tree("again/out")["d.png"] != b"somebody's own"


def test_two_runs_with_different_settings_in_one_place_do_not_mix(server: Server) -> None:
    server.put({f"both/in/{number:02d}.png": photos.png(photos.gray(600, 800, seed=number)) for number in range(60)})
    places = (f"{server.place}/both/in", "--out", f"{server.place}/both/out")
    with started("restore", *places, *COLOR, **server.environment) as first:
        assert first.stdout is not None
        first.stdout.readline()
        other = restore(server, "both", "--strength", "0.5")
        assert first.poll() is None, "it came to its end too early for this test"
        first.terminate()
        first.communicate()
    assert other.code == 5
    assert "other settings is at work" in other.err
    assert len({line["settings_digest"] for line in manifest(server, "both")}) == 1
    assert not any(name.startswith(".photocolor/running-") for name in server.objects("both/out"))


def manifest(server: Server, place: str) -> list[dict[str, object]]:
    parts = server.objects(f"{place}/out/.photocolor")
    return [
        json.loads(line) for name in sorted(parts) if name.startswith("manifest-") for line in parts[name].splitlines()
    ]


def test_what_is_not_there_is_named_and_no_credential_is_said_or_written(server: Server, tmp_path: Path) -> None:
    server.put({"quiet/in/1.png": SCAN})
    done, missing = restore(server, "quiet"), restore(server, "nothing")
    assert (done.code, missing.code) == (0, 2), done.err
    assert f"the source {server.place}/nothing/in does not exist" in missing.err
    if server.secret:
        said = done.out + done.err + missing.out + missing.err
        assert server.secret not in said
        assert server.secret not in json.dumps(manifest(server, "quiet"))


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_went_away_is_named_after_seconds(kind: str) -> None:
    with SERVERS[kind]() as own:
        own.put({"gone/in/a.png": SCAN})
        own.process.kill()
        own.process.wait()
        began = time.monotonic()
        answer = restore(own, "gone")
    assert answer.code == 4
    assert f"{own.place}/gone/in cannot be looked at" in answer.err and "attempts" in answer.err
    assert "Traceback" not in answer.err
    assert time.monotonic() - began < DEAD_MOST_S


def test_wrong_credentials_of_azure_are_named_by_its_own_code() -> None:
    with SERVERS["az"]() as own:
        wrong = own.environment["AZURE_STORAGE_CONNECTION_STRING"].replace(ACCOUNT_KEY, "A" * 86 + "==")
        answer = restore(own, "any", AZURE_STORAGE_CONNECTION_STRING=wrong)
    assert answer.code == 4
    assert "AuthorizationFailure" in answer.err or "AuthenticationFailed" in answer.err, answer.err
    assert "Traceback" not in answer.err
    unset = photocolor("restore", "az://archive/in", "--out", "az://archive/out", AZURE_STORAGE_CONNECTION_STRING="")
    assert unset.code == 4 and "AZURE_STORAGE_CONNECTION_STRING" in unset.err


def test_lost_connections_of_sftp_are_made_anew_and_all_is_done(sftp: Server) -> None:
    sftp.put({f"lost/in/{number:02d}.png": photos.png(photos.gray(300, 400, seed=number)) for number in range(20)})
    places = (f"{sftp.place}/lost/in", "--out", f"{sftp.place}/lost/out")
    with started("restore", *places, *COLOR, **sftp.environment) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
            for session in psutil.Process(sftp.process.pid).children():
                session.kill()
        _, err = process.communicate()
    assert process.returncode == 0, err.decode()
    assert sorted(sftp.tree("lost/out")) == [f"{number:02d}.png" for number in range(20)]


def test_what_a_killed_upload_left_is_removed_by_the_next_run(sftp: Server) -> None:
    sftp.put({f"left/in/{number:02d}.png": SCAN for number in range(8)})
    out = sftp.extra["files"] / "left" / "out"
    places = (f"{sftp.place}/left/in", "--out", f"{sftp.place}/left/out")
    with started("restore", *places, *COLOR, **sftp.environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGKILL)
    (note,) = (out / ".photocolor").glob("at-work-*.jsonl")
    token = json.loads(note.read_text().splitlines()[-1])["token"]
    (out / f".pc-{token}.tmp").write_bytes(b"half")
    long_ago = time.time() - 3600
    os.utime(out / f".pc-{token}.tmp", (long_ago, long_ago))
    (out / ".pc-00000000.tmp").write_bytes(b"another run's")
    assert restore(sftp, "left").code == 0
    left = set(sftp.tree("left/out"))
    assert left == {f"{number:02d}.png" for number in range(8)} | {".pc-00000000.tmp"}


def test_names_links_and_special_files_of_sftp_are_taken_as_on_this_machine(sftp: Server) -> None:
    names = ("who?.png", "a#b.png", "50%.png", "ü ü.png", "a@b.png")
    sftp.put({f"names/in/{name}": SCAN for name in names})
    folder = sftp.extra["files"] / "names" / "in"
    (folder / "link.png").symlink_to(folder / names[0])
    (folder / "nowhere.png").symlink_to(folder / "gone.png")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.png")
    answer = restore(sftp, "names")
    assert answer.code == 0, answer.err
    assert set(sftp.tree("names/out")) == {*names, "link.png"}


def test_a_host_that_is_not_known_or_lets_nobody_in_is_refused_with_what_helps(sftp: Server, tmp_path: Path) -> None:
    sftp.put({"door/in/a.png": SCAN})
    home, ssh = sftp.extra["home"], tmp_path / ".ssh"
    ssh.mkdir(mode=0o700)
    key = (home / ".ssh" / "id_ed25519").read_bytes()
    known = (home / ".ssh" / "known_hosts").read_text()

    def told(message: str, hint: str) -> None:
        answer = restore(sftp, "door", HOME=str(tmp_path))
        assert answer.code == 4
        assert message in answer.err and hint in answer.err, answer.err
        assert "Traceback" not in answer.err and "1 attempt" not in answer.err

    (ssh / "id_ed25519").write_bytes(key)
    told("is in no known_hosts", "log in once with ssh")
    place, kind, _ = known.split()
    (ssh / "known_hosts").write_text(f"{place} {kind} {_other_key(tmp_path)}\n")
    told("another key than known_hosts says", "ssh-keygen -R")
    (ssh / "known_hosts").write_text(known)
    (ssh / "id_ed25519").unlink()
    told("SshAuthentication", "ssh-add")
    assert not sftp.tree("door/out")


def _other_key(folder: Path) -> str:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "other")], check=True)
    return (folder / "other.pub").read_text().split()[1]


def test_a_host_of_the_users_ssh_configuration_is_found(sftp: Server) -> None:
    sftp.put({"alias/in/a.png": SCAN})
    host, _, path = sftp.place.removeprefix("sftp://").partition("/")
    home = sftp.extra["home"]
    (home / ".ssh" / "config").write_text(f"Host attic\n  HostName 127.0.0.1\n  Port {host.partition(':')[2]}\n")
    try:
        places = (f"sftp://attic/{path}/alias/in", "--out", f"sftp://attic/{path}/alias/out")
        answer = photocolor("restore", *places, *COLOR, **sftp.environment)
    finally:
        (home / ".ssh" / "config").unlink()
    assert answer.code == 0, answer.err
    assert set(sftp.tree("alias/out")) == {"a.png"}


@pytest.mark.parametrize(("kind", "package"), [("sftp", "paramiko"), ("azure", "adlfs"), ("gcs", "gcsfs")])
def test_a_missing_package_is_one_line_that_names_the_extra(kind: str, package: str) -> None:
    scheme = {"azure": "az", "gcs": "gs"}.get(kind, kind)
    hide = f"import sys; sys.modules['{package}'] = None; from photocolor.cli.app import main; main()"
    command = [sys.executable, "-c", hide, "restore", f"{scheme}://archive/in", "--out", f"{scheme}://archive/out"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (answer.returncode, answer.stderr.count(f'pip install "photocolor[{kind}]"')) == (4, 1), answer.stderr
    assert "Traceback" not in answer.stderr
