"""A run's sign that it is at work in a remote output folder, so that no run with other settings mixes results with it.

An object storage has no lock that a killed process lets go. Each run therefore keeps a small object there and writes it
anew every few seconds. Another run that finds one with other settings looks whether it still changes: if it does, that
run is refused; if not, its owner is dead, and the object is removed. Of two that begin at once, the later name yields.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType

from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.records.manifest import Recipe
from photocolor.errors import OutputError, StorageFailed
from photocolor.settings import Shard
from photocolor.storage.address import Address, without_secrets
from photocolor.storage.opening import open_store
from photocolor.storage.refusal import advice
from photocolor.storage.store import StoredObject
from photocolor.system.strict_json import dumps, loads

RUNNING = "running-"
BEAT_S = 5.0
DEAD_S = 30.0
"""A sign that does not change for so long is that of a dead run."""
LOOK_S = 1.0
SIGN_MOST_BYTES = 4096
"""What is longer is no run's sign: one has some 120 bytes."""
CHECKING, WORKING = "checking", "working"


@dataclass(frozen=True, slots=True)
class Sign:
    """Holds what the object of a run says.

    Attributes:
        recipe: `Recipe.key`.
        shard: number and count; None for all photos.
        state: "checking" before it is sure to be alone, then "working".
        beat: grows as long as the run lives.
    """

    recipe: str
    shard: tuple[int, int] | None
    state: str
    beat: int

    def excludes(self, other: Sign) -> bool:
        """Returns whether two runs would write one photo's result with different settings."""
        disjoint = self.shard and other.shard and self.shard[1] == other.shard[1] and self.shard[0] != other.shard[0]
        return self.recipe != other.recipe and not disjoint


class Claim:
    """Claims an output folder for one run, while it is entered, by a file there that it keeps changing: its sign.

    Args:
        out: the output folder.
        recipe: of the run.
        shard: which share of the photos it works on.
        note: gets a sentence if the run has to wait.

    Raises:
        OutputError: a run with other settings is at work there, or the storage does not let it be seen.
    """

    def __init__(self, out: Address, recipe: Recipe, shard: Shard | None, note: Callable[[str], None]) -> None:
        self._out, self._store, self._note = out, open_store(out), note
        self._name = f"{RUNNING}{secrets.token_hex(8)}.json"
        self._mine = Sign(recipe.key, (shard.number, shard.count) if shard else None, CHECKING, 0)
        self._lock, self._over = threading.Lock(), threading.Event()
        self._heartbeat = threading.Thread(target=self._keep_beating, name="photocolor-claim", daemon=True)

    def __enter__(self) -> Claim:
        with ExitStack() as undo:
            undo.callback(self._end)  # after Ctrl-C, too: a sign that stays makes others wait
            try:
                self._write_sign(CHECKING)
                self._heartbeat.start()
                for name in self._living_others():
                    self._wait_or_refuse(name)
                self._write_sign(WORKING)
            except (StorageFailed, OSError) as error:
                hint = advice(error, "Check the rights of the credentials, then run the same command again.")
                said = f"the records in {self._out} cannot be written: {without_secrets(str(error))}"
                raise OutputError(said, hint) from error
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        self._over.set()
        if self._heartbeat.ident is not None:
            self._heartbeat.join()
        with suppress(StorageFailed, OSError):  # others find out that it is dead
            self._store.remove(self._place(self._name))

    def _place(self, name: str) -> Address:
        return self._out / RECORD_FOLDER / name

    def _keep_beating(self) -> None:
        while not self._over.wait(BEAT_S):
            with suppress(StorageFailed, OSError):  # the run itself meets it, and names it
                self._write_sign(None)

    def _write_sign(self, state: str | None) -> None:
        with self._lock:
            last = self._mine
            self._mine = Sign(last.recipe, last.shard, state or last.state, last.beat + 1)
            self._store.write(self._place(self._name), _text(self._mine))

    def _living_others(self) -> list[str]:
        """Returns the names of other runs' signs that may live; those that the storage calls long dead are removed."""
        objects = {item.name: item for item in self._listed()}
        own = objects.pop(self._name, None)
        living = []
        for name, item in sorted(objects.items()):
            if own and own.mtime_ns and item.mtime_ns and own.mtime_ns - item.mtime_ns > DEAD_S * 1e9:
                self._store.remove(self._place(name))
            else:
                living.append(name)
        return living

    def _listed(self) -> list[StoredObject]:
        objects = self._store.list(self._out / RECORD_FOLDER)
        signs = (item for item in objects if item.name.startswith(RUNNING) and "/" not in item.name)
        return [item for item in signs if item.size_bytes <= SIGN_MOST_BYTES]

    def _wait_or_refuse(self, name: str) -> None:
        """Returns once no run stands behind a sign that excludes this one.

        Raises:
            OutputError: one does.
        """
        first, since, is_noted = self._read(name), time.monotonic(), False
        while first is not None and first.excludes(self._mine):
            sign = self._read(name)
            if sign is None:
                return  # it came to its end
            if sign.beat != first.beat and (sign.state == WORKING or name < self._name):
                raise OutputError(
                    f"a run with another model or other settings is at work in {self._out}",
                    "Wait for its end, or choose another --out: results of both would lie side by side.",
                )
            if sign.beat == first.beat and time.monotonic() - since > DEAD_S:
                self._store.remove(self._place(name))
                return
            if sign.beat != first.beat and sign.state == CHECKING:
                since = time.monotonic()  # it lives, its name comes later in the alphabet, and it will find this run
            if not is_noted:
                self._note(f"Looking whether a run with other settings still works in {self._out} …")
                is_noted = True
            time.sleep(LOOK_S)

    def _read(self, name: str) -> Sign | None:
        """Returns what a sign says; None if it is gone, or none that this photocolor can read."""
        try:
            row = loads(self._store.read(self._place(name)))
            shard = row["shard"]
            return Sign(
                str(row["recipe"]), shard and (int(shard[0]), int(shard[1])), str(row["state"]), int(row["beat"])
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError, IndexError):
            return None


def _text(sign: Sign) -> bytes:
    row = {"recipe": sign.recipe, "shard": sign.shard, "state": sign.state, "beat": sign.beat}
    return dumps(row, compact=True).encode("ascii") + b"\n"
