"""Every error a person can meet: what happened, what to do about it, and the exit code it ends with."""

from __future__ import annotations

from typing import ClassVar

from photocolor.exit_code import ExitCode as ExitCode


class PhotocolorError(Exception):
    """The one base class.

    `reason` is the stable word in the manifest and in `--json`; `hint` says what the user can do.

    Args:
        message: what happened, with the value that caused it.
        hint: what to do; the class's own hint when empty.
        lines: what it happened to, where that is a list.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL
    reason: ClassVar[str] = "internal"
    default_hint: ClassVar[str] = "This is a defect of photocolor; please report it with this message."

    def __init__(self, message: str, hint: str = "", lines: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint, lines)  # all arguments, or the error cannot be unpickled in the parent
        self.message = "\n  ".join((message, *lines))
        self.hint = hint or self.default_hint

    @property
    def lines(self) -> tuple[str, ...]:
        """Returns what happened, and each thing that it happened to, line by line."""
        return (self.args[0], *self.args[2])

    def __str__(self) -> str:
        return self.message


# -- usage: the command itself cannot be carried out as written -------------------------------------------------------


class UsageError(PhotocolorError):
    """A setting that cannot be meant."""

    exit_code = ExitCode.USAGE
    reason = "usage"
    default_hint = "The help names what may be given."


class ConfigError(UsageError):
    """The TOML file of settings cannot be read or has an unknown key."""

    reason = "config"
    default_hint = "Correct the named line of the configuration file."


class ReferenceInvalid(UsageError):
    """The photo whose palette was asked for cannot be used."""

    reason = "reference_invalid"
    default_hint = "Give --reference a photo in color that photocolor can read."


class CertificateInvalid(UsageError):
    """The certificate or the key that shall sign the results cannot be used."""

    reason = "certificate_invalid"
    default_hint = "Give a C2PA signing certificate with its chain as PEM, and its private key."


class TargetCollision(UsageError):
    """Two sources would be written to one target."""

    reason = "target_collision"
    default_hint = "Rename one source of each pair, or run them into different folders."


# -- one photo: it fails, the batch goes on ---------------------------------------------------------------------------


class PhotoError(PhotocolorError):
    """One photo cannot be colored; the others go on."""

    exit_code = ExitCode.SOME_FAILED
    reason = "photo"
    default_hint = "Look at the file; the other photos are not affected."


class NotAnImage(PhotoError):
    """The file's bytes are not a picture of a kind photocolor knows."""

    reason = "not_an_image"
    default_hint = "Check the file; its name may promise a format that its content is not."


class TruncatedPhoto(PhotoError):
    """The picture ends before it is whole, or is damaged."""

    reason = "truncated"
    default_hint = "Compare it with its origin, and copy it again if they differ; else the original is damaged."


class UnsupportedPhoto(PhotoError):
    """A picture that photocolor cannot treat exactly, so it does not guess."""

    reason = "unsupported"
    default_hint = "Convert it to TIFF or PNG with 8 or 16 bits, gray or RGB, and run that."


class TooLarge(PhotoError):
    """More pixels than --max-pixels allows; found in the header, before any memory is taken."""

    reason = "too_large"
    default_hint = "If the file is trusted, raise --max-pixels."


class TooLittleMemory(PhotoError):
    """The photo takes more memory than one photo may have; found in the header, before any of it is taken."""

    reason = "too_little_memory"
    default_hint = "Raise --max-memory, use fewer --workers, or save the photo as TIFF in strips or tiles."


class UnreadableSource(PhotoError):
    """The operating system does not let the source be read."""

    reason = "unreadable"
    default_hint = "Check the file's permissions and the medium it lies on."


class StorageFailed(PhotoError):
    """The remote storage did not give the photo, or did not take its result, also after several attempts."""

    reason = "storage"
    default_hint = "Run the same command again; if it fails again, look at the state of the storage."


class HintsInvalid(PhotoError):
    """A sidecar file, of color hints or a mask by hand, is damaged; nothing is done without what a person said."""

    reason = "hints_invalid"
    default_hint = "Correct the named line, or remove the sidecar file."


class SourceVanished(PhotoError):
    """The source was there when the run was planned, and is gone."""

    reason = "vanished"
    default_hint = "Restore the file and run the same command again."


class SourceChanged(PhotoError):
    """The source changed while it was read."""

    reason = "changed"
    default_hint = "Wait until nothing writes to it and run the same command again."


class SigningFailed(PhotoError):
    """The result could not be signed; nothing is kept of it."""

    reason = "signing_failed"
    default_hint = "Check that the certificate is still valid, and run the same command again."


class BadModelOutput(PhotoError):
    """The model gave NaN, infinity or the wrong shape; nothing is written from it."""

    reason = "bad_model_output"
    default_hint = "Try --device cpu, or another model."


class OutOfMemory(PhotoError):
    """The photo does not fit in memory, after every smaller way was tried."""

    reason = "out_of_memory"
    default_hint = "Use fewer --workers, a smaller --tile, or a machine with more memory."


class DeviceFailed(PhotoError):
    """The device gave up while it ran the model on this photo, and the CPU could not take over."""

    reason = "device_failed"
    default_hint = "Try --device cpu; photocolor doctor tells whether the device still works."


class TargetBlocked(PhotoError):
    """The result's name is taken by something that is no file, or it, or its size, is not possible in its place."""

    reason = "target_blocked"
    default_hint = "Move away what lies under the result's name, shorten the name, or choose another --out."


class PhotoTimedOut(PhotoError):
    """The photo was at work longer than --photo-timeout allows, and was given up; the run goes on."""

    reason = "timeout"
    default_hint = "Look at the file and the medium it lies on, then run it alone with a longer --photo-timeout."


class WorkerDied(PhotoError):
    """The process that worked on the photo died twice."""

    reason = "worker_died"
    default_hint = "Run the file alone with --workers 1; if memory was short, close other programs."


class Canceled(PhotoError):
    """The person canceled the run while this photo was at work."""

    exit_code = ExitCode.INTERRUPTED
    reason = "canceled"
    default_hint = "Run the same command again to go on."


# -- environment: nothing can run until it is mended ------------------------------------------------------------------


class EnvironmentFault(PhotocolorError):
    """The installation or the machine cannot do what was asked."""

    exit_code = ExitCode.ENVIRONMENT
    reason = "environment"
    default_hint = "photocolor doctor shows what is missing."


class ModelNotFound(EnvironmentFault):
    """There is no model of that name or at that path."""

    reason = "model_not_found"
    default_hint = "photocolor models lists the names; a path must end in .onnx."


class ModelInvalid(EnvironmentFault):
    """The model file is damaged, or does not fulfill the model contract."""

    reason = "model_invalid"
    default_hint = "Install photocolor again, or export the model again."


class DeviceUnavailable(EnvironmentFault):
    """The device that was asked for by name cannot be used."""

    reason = "device_unavailable"
    default_hint = "Use --device auto to fall back to the CPU, and photocolor doctor to see the cause."


class SigningUnavailable(EnvironmentFault):
    """Results shall be signed, and the library that signs is not installed."""

    reason = "signing_unavailable"
    default_hint = 'Install it with: pip install "photocolor[c2pa]"'


class OutputLocked(EnvironmentFault):
    """Another run writes into the same output folder."""

    reason = "output_locked"
    default_hint = "Wait for the other run, or choose another --out."


# -- output: the results cannot be written ----------------------------------------------------------------------------


class OutputError(PhotocolorError):
    """The output folder cannot be written; the run stops, all finished results are whole."""

    exit_code = ExitCode.OUTPUT
    reason = "output"
    default_hint = "Check the folder's permissions, then do the same again."


class DiskFull(OutputError):
    """No space is left for the result."""

    reason = "disk_full"
    default_hint = "Make space, then do the same again."


class NothingToDo(PhotocolorError):
    """No photo was found, and the person said that this is an error."""

    exit_code = ExitCode.NOTHING_TO_DO
    reason = "nothing_to_do"
    default_hint = "Check the sources; hidden files and the output folder are never read."


class Interrupted(PhotocolorError):
    """The person pressed Ctrl-C; all finished results are whole."""

    exit_code = ExitCode.INTERRUPTED
    reason = "interrupted"
    default_hint = "Run the same command again to go on where it stopped."


class Terminated(Interrupted):
    """The process was asked to end (SIGTERM); all finished results are whole."""

    exit_code = ExitCode.TERMINATED
    reason = "terminated"
