from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from stat import S_IFSOCK

import photos
import pytest
from runs import RECIPE, job_for, write_tree

from photocolor.batch.records.in_progress import InProgressNote, unsettled
from photocolor.batch.records.manifest import Past, Recipe, Record, start_of
from photocolor.batch.resume import Action, ResumeDecider
from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Provenance
from photocolor.outcome import Job

SOURCE, RESULT = b"gray", b"colored"
ON_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="no such things there")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    write_tree(tmp_path, {"scans/1.jpg": SOURCE, "out/1.jpg": RESULT})
    return job_for(tmp_path / "scans" / "1.jpg", tmp_path / "out" / "1.jpg")


def record(job: Job, recipe: Recipe = RECIPE) -> Record:
    digest = hashlib.sha256(SOURCE).hexdigest()
    return Record(len(SOURCE), job.fingerprint.mtime_ns, digest, recipe.key, len(RESULT))


def decider(job: Job, **changes: object) -> ResumeDecider:
    values: dict[str, object] = {"past": Past(done={job.relative: record(job)}), "recipe": RECIPE}
    return ResumeDecider(**(values | changes))  # type: ignore[arg-type]


def again(job: Job) -> Job:
    return job_for(job.source, job.target)


def test_a_finished_photo_is_skipped(job: Job) -> None:
    verdict = decider(job).decide(job)
    assert (verdict.action, verdict.reason) == (Action.SKIP, "done")


def test_a_photo_without_result_is_colored_even_if_the_manifest_knows_it(job: Job) -> None:
    job.target.unlink()
    assert decider(job).decide(job).action is Action.COLOR


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (Recipe("fake", "f" * 64, "other settings"), "the settings changed"),
        (Recipe("other", "e" * 64, RECIPE.digest), "the model changed"),
    ],
)
def test_resume_skips_finished_photos_but_not_when_model_or_settings_changed(
    job: Job, recipe: Recipe, said: str
) -> None:
    verdict = decider(job, recipe=recipe).decide(job)
    assert (verdict.action, verdict.detail) == (Action.REDO, said)


def test_a_touched_source_with_the_same_bytes_is_still_done(job: Job) -> None:
    os.utime(job.source, ns=(1, 1))
    assert decider(job).decide(again(job)).reason == "done"


@pytest.mark.parametrize("content", [b"GRAY", b"longer than before"])
def test_a_changed_source_is_redone(job: Job, content: bytes) -> None:
    before = decider(job)
    job.source.write_bytes(content)
    os.utime(job.source, ns=(1, 1))
    verdict = before.decide(again(job))
    assert (verdict.action, verdict.detail) == (Action.REDO, "the source changed")


def test_a_file_that_photocolor_did_not_write_stays_unless_told_otherwise(job: Job) -> None:
    stranger = decider(job, past=Past())
    assert (stranger.decide(job).action, stranger.decide(job).reason) == (Action.SKIP, "exists")
    stat = job.target.stat()
    verdict = replace(stranger, overwrite=True).decide(job)
    assert (verdict.action, verdict.foreign) == (Action.OVERWRITE, (stat.st_size, stat.st_mtime_ns))


def test_a_result_that_somebody_edited_stays_unless_told_otherwise(job: Job) -> None:
    job.target.write_bytes(RESULT + b" and edited")
    verdict = decider(job).decide(job)
    assert (verdict.action, verdict.reason) == (Action.SKIP, "exists")
    assert "changed after it was written" in verdict.detail


def test_a_result_that_was_edited_within_its_length_stays_too_when_the_settings_change(job: Job) -> None:
    other = Recipe("fake", "f" * 64, "other settings")
    written_s = int(job.target.stat().st_mtime)
    known = replace(record(job), written_s=written_s, result_start=start_of(hashlib.sha256(RESULT).hexdigest()))
    past = Past(done={job.relative: known})
    assert decider(job, past=past, recipe=other).decide(job).action is Action.REDO, "as it was written"
    job.target.write_bytes(RESULT[::-1])
    os.utime(job.target, (written_s, written_s + 60))
    verdict = decider(job, past=past, recipe=other).decide(job)
    assert (verdict.action, verdict.reason) == (Action.SKIP, "exists")
    assert "was changed after it was written" in verdict.detail
    verdict = decider(job, past=past, recipe=other, overwrite=True).decide(job)
    assert verdict.action is Action.OVERWRITE and verdict.foreign is not None
    assert decider(job, past=past).decide(job).reason == "done", "nothing is to be done, so nothing is read"
    job.target.write_bytes(RESULT)
    os.utime(job.target, (written_s, written_s + 60))
    assert decider(job, past=past, recipe=other).decide(job).action is Action.REDO, "copied, so it is younger"


def test_overwrite_does_not_redo_what_is_done(job: Job) -> None:
    assert decider(job, overwrite=True).decide(job).reason == "done"


def colored(job: Job, source_sha256: str) -> None:
    """Puts a real result at the target, which says what it was made of."""
    job.target.write_bytes(photos.png(photos.rgb()))
    made = Provenance("0.1.0", "default", "2", "a" * 64, {}, source_sha256)
    graft(photos.png(photos.gray()), "png", job.target, Changes("png", made))


def test_a_result_whose_manifest_line_was_lost_in_a_crash_is_redone(job: Job) -> None:
    in_progress = {job.relative: InProgressNote(job.relative, job.token)}
    colored(job, hashlib.sha256(SOURCE).hexdigest())
    assert decider(job, past=Past(), in_progress=in_progress).decide(job).action is Action.REDO
    job.target.write_bytes(SOURCE)  # a photo in color that was copied
    assert decider(job, past=Past(), in_progress=in_progress).decide(job).action is Action.REDO


def test_the_note_of_a_crashed_run_gives_away_no_file_that_does_not_say_it_was_made_of_this_source(job: Job) -> None:
    in_progress = {job.relative: InProgressNote(job.relative, job.token)}
    crashed = decider(job, past=Past(), in_progress=in_progress)
    for what in ("another photo", photos.png(photos.rgb()), "its name leads elsewhere", "of another source"):
        job.target.unlink()
        if what == "its name leads elsewhere":
            colored(job, hashlib.sha256(SOURCE).hexdigest())
            job.target.symlink_to(job.target.rename(job.target.with_name("x.jpg")))
        elif what == "of another source":
            colored(job, "b" * 64)
        else:
            job.target.write_bytes(what if isinstance(what, bytes) else what.encode())
        verdict = crashed.decide(job)
        assert (verdict.action, verdict.reason) == (Action.SKIP, "exists"), what


def test_the_note_of_a_crashed_run_says_nothing_once_a_line_of_that_run_or_a_later_one_knows_the_photo(
    job: Job,
) -> None:
    job.target.write_bytes(SOURCE)
    for run, action in ((2, Action.REDO), (3, Action.SKIP), (4, Action.SKIP)):
        past = Past(done={job.relative: replace(record(job), run=run)})
        in_progress = {job.relative: InProgressNote(job.relative, job.token, run=3)}
        counting = unsettled(in_progress, past)
        assert decider(job, past=past, in_progress=counting).decide(job).action is action


def test_a_result_of_the_recorded_length_that_a_crashed_run_may_have_replaced_is_redone(job: Job) -> None:
    colored(job, hashlib.sha256(SOURCE).hexdigest())
    known = replace(record(job), result_bytes=job.target.stat().st_size, run=2)
    past = Past(done={job.relative: known})
    assert decider(job, past=past).decide(job).reason == "done"
    in_progress = {job.relative: InProgressNote(job.relative, job.token, run=3)}
    assert decider(job, past=past, in_progress=in_progress).decide(job).action is Action.REDO


def test_a_foreign_file_that_a_crashed_overwrite_did_not_reach_is_still_foreign(job: Job) -> None:
    stat = job.target.stat()
    in_progress = {job.relative: InProgressNote(job.relative, job.token, (stat.st_size, stat.st_mtime_ns))}
    assert decider(job, past=Past(), in_progress=in_progress).decide(job).reason == "exists"


def test_a_photo_that_the_pipeline_left_alone_is_left_alone_until_something_changes(job: Job) -> None:
    job.target.unlink()
    left = Record(len(SOURCE), job.fingerprint.mtime_ns, "", RECIPE.key, 0, "already_color")
    past = Past(passed={job.relative: left})
    assert decider(job, past=past).decide(job).reason == "already_color"
    assert decider(job, past=past, recipe=Recipe("fake", "f" * 64, "forced")).decide(job).action is Action.COLOR
    os.utime(job.source, ns=(1, 1))
    assert decider(job, past=past).decide(again(job)).action is Action.COLOR


@pytest.mark.parametrize(("kind", "put"), [
    ("a link", lambda place: place.symlink_to("elsewhere.jpg")), ("a folder", Path.mkdir),
    pytest.param("a named pipe", lambda place: os.mkfifo(place), marks=ON_UNIX),
    pytest.param("a socket", lambda place: os.mknod(place, S_IFSOCK | 0o600), marks=ON_UNIX),
])  # fmt: skip
def test_what_is_no_file_in_the_way_is_never_replaced_and_said_to_be_moved(
    job: Job, kind: str, put: Callable[[Path], None]
) -> None:
    job.target.unlink()
    put(job.target)
    for overwrite in (False, True):
        verdict = decider(job, overwrite=overwrite).decide(job)
        assert (verdict.action, verdict.reason) == (Action.SKIP, "exists")
        assert verdict.detail == f"{kind} has the result's name, and is never replaced: move it away"


def test_new_changed_and_removed_color_hints_are_a_reason_to_redo(job: Job) -> None:
    sidecar = job.source.with_name("1.jpg.hints.json")
    sidecar.write_text("{}")
    verdict = decider(job).decide(job)
    assert (verdict.action, verdict.detail) == (Action.REDO, "the color hints changed")
    known = replace(record(job), hints_sha256=hashlib.sha256(b"{}").hexdigest())
    with_hints = decider(job, past=Past(done={job.relative: known}))
    assert with_hints.decide(job).reason == "done"
    sidecar.unlink()
    assert with_hints.decide(job).action is Action.REDO
