"""Writes one outcome as plain JSON values, for the line of the manifest and of `--json` alike."""

from __future__ import annotations

from dataclasses import asdict

from photocolor.outcome import Done, Failed, Outcome, Skipped

DONE, SKIPPED, FAILED = "done", "skipped", "failed"
_STATUS = {Done: DONE, Skipped: SKIPPED, Failed: FAILED}


def status(outcome: Outcome) -> str:
    """Returns the word for an outcome's kind: done, skipped or failed."""
    return _STATUS[type(outcome)]


def as_record(outcome: Outcome) -> dict[str, object]:
    """Returns the outcome's fields in a stable order; names that are no UTF-8 keep their bytes as lone surrogates.

    Written with `json.dumps`, such a byte 0xE9 becomes the escape of U+DCE9, and reads back to the same name.
    """
    job = outcome.job
    record: dict[str, object] = {
        "status": status(outcome),
        "relative": job.relative,
        "source": job.origin,
        "target": job.destination,
        "source_bytes": job.fingerprint.size_bytes,
        "source_mtime_ns": job.fingerprint.mtime_ns,
    }
    return record | _particulars(outcome)


def _particulars(outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Done():
            return {
                "source_sha256": outcome.source_sha256,
                "result_sha256": outcome.result_sha256,
                "result_bytes": outcome.result_bytes,
                "megapixels": round(outcome.megapixels, 6),
                "seconds": round(outcome.seconds, 3),
                "device": outcome.device,
                "tiles": outcome.tiles,
                "pages": outcome.pages,
                "doubt": None if outcome.doubt is None else round(outcome.doubt, 4),
                "degraded": list(outcome.degraded),
                "warnings": list(outcome.warnings),
                "hints_sha256": outcome.hints_sha256,
                "integrity": outcome.integrity,
                "sidecars_sha256": outcome.sidecars_sha256,
                "sidecars": list(outcome.sidecars),
                "layers": list(outcome.layers),
                "damage": None if outcome.damage is None else dict(outcome.damage),
                "tone_curves": list(outcome.tone_curves),
                "mended": None if outcome.mended is None else asdict(outcome.mended),
                "hand_mask_sha256": outcome.hand_mask_sha256,
                "inverted": list(outcome.inverted),
                "faces": outcome.faces,
                "beside_sha256": dict(outcome.beside_sha256 or {}),
            }
        case Skipped():
            return {
                "reason": outcome.reason,
                "detail": outcome.detail,
                "source_sha256": outcome.source_sha256,
                "stale_result": outcome.stale_result,
            }
        case Failed():
            return {"reason": outcome.reason, "message": outcome.message, "hint": outcome.hint}
