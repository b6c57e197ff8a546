"""The pool of a Ray cluster: actors wherever there is room; a job lost with its node is done elsewhere."""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from photocolor.batch.guard import failed
from photocolor.batch.pools.pool import PHOTO_BYTES, Broken, ClusterCrew, Event, Finished, Opener, Progress, timed_out
from photocolor.batch.pools.ray_actor import THREADS, Actor
from photocolor.batch.pools.worker import FatalMessage, OutcomeMessage, Ready
from photocolor.errors import Canceled, EnvironmentFault, WorkerDied
from photocolor.outcome import Job, OutputFolder
from photocolor.system.atomic import temporary_path
from photocolor.system.machine import usable_cpus

STORE_BYTES = 100 * 2**20
"""Object store of a cluster that a run starts for itself; jobs and outcomes are a few hundred bytes each."""
STILLBORN_LIMIT = 2
"""Workers that may die one after the other before any was ready, or as many as there are, if that is more."""
GOODBYE_S = 1.0
"""How long `close` waits for killed workers before it removes their temporary files."""

DETAIL = "Worker exit detail:"
"""What stands before the cause in Ray's message about a lost worker."""
CONNECT_S = 10.0
JOIN_HINT = "ray status tells whether it lives; where it wants a token, set RAY_AUTH_MODE=token as on its nodes."
CONTROL_GROUP = "reins"
"""Ray's name for the thread of an actor that hears `stop` while another thread colors."""


def join_cluster(address: str) -> None:
    """Connects this process to a cluster once; without an address to a running one, or else to one of its own.

    Raises:
        EnvironmentFault: there is no cluster at the address, or Ray cannot start.
    """
    if ray.is_initialized():
        return
    _refuse_silent(address)
    quiet = {"log_to_driver": False, "logging_level": "error", "configure_logging": True}
    try:
        ray.init(address=address or "auto", **quiet)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        if address or os.environ.get("RAY_ADDRESS"):
            where = address or os.environ["RAY_ADDRESS"]
            raise EnvironmentFault(f"the Ray cluster at {where} cannot be joined: {error}", JOIN_HINT) from error
        own = {"num_cpus": usable_cpus(), "include_dashboard": False, "object_store_memory": STORE_BYTES}
        try:
            ray.init(**own, **quiet)
        except (RuntimeError, ValueError, OSError) as why:
            hint = "Let RAY_TMPDIR name a folder that may be written, has space, and has a short path."
            raise EnvironmentFault(f"Ray cannot start a cluster of its own: {why}", hint) from why
    finally:
        ray._private.worker._worker_logs_enabled = False  # it prints to standard output, which is for data


def _refuse_silent(address: str) -> None:
    """Raises in seconds if nobody listens at the address, where Ray would try for half a minute.

    Raises:
        EnvironmentFault: there is nobody.
    """
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit():
        return
    try:
        socket.create_connection((host.rpartition("/")[2].strip("[]"), int(port)), CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise EnvironmentFault(f"the Ray cluster at {address} cannot be joined: {error}", JOIN_HINT) from error


def living_nodes() -> list[dict[str, float]]:
    """Returns the total resources of each node in the joined cluster by Ray's names: CPU, GPU, memory in bytes."""
    return [node["Resources"] for node in ray.nodes() if node["Alive"]]


class _ActorHandle:
    """Represents one actor in the driver; `answer` is its pending result, None while it is idle."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor
        self.answer: Any = actor.open.remote()
        self.ready = False
        self.job: Job | None = None
        self.since = 0.0

    def give(self, job: Job, sent: Job) -> None:
        self.job, self.since = job, time.monotonic()
        self.answer = self.actor.color.remote(sent)


class RayPool:
    """Works in actors of the cluster that this process has joined; each holds one session.

    Paths must mean the same on every node: a shared file system, or addresses in an object store.

    Args:
        opener: builds the work in each actor; importable by name on every node.
        crew: how many actors, and their share of GPUs.
    """

    def __init__(self, opener: Opener, crew: ClusterCrew) -> None:
        self._opener = opener
        self._crew = crew
        self._kind: Any = ray.remote(
            num_cpus=THREADS,
            num_gpus=crew.gpus,
            memory=PHOTO_BYTES,
            scheduling_strategy="SPREAD",
            max_restarts=0,  # the pool decides what is tried again, and counts
            concurrency_groups={CONTROL_GROUP: 1},
        )(Actor)
        self._hands: list[_ActorHandle] = []
        self._waiting: deque[Job] = deque()
        self._died_once: set[str] = set()
        self._stillborn = 0
        self._canceled = False

    @property
    def free(self) -> int:
        """Returns how many jobs can be submitted now."""
        return self._crew.workers - self.in_flight

    @property
    def in_flight(self) -> int:
        """Returns how many jobs were submitted and have no outcome yet."""
        return len(self._waiting) + sum(hand.job is not None for hand in self._hands)

    def submit(self, job: Job) -> None:
        """Submits one job."""
        self._waiting.append(job)
        if not any(hand.answer is None for hand in self._hands) and len(self._hands) < self._crew.workers:
            self._hands.append(self._start())

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """Returns the events since the last call; waits at most `timeout_s` for one."""
        events: list[Event] = list(self._hand_out())
        owed = {hand.answer: hand for hand in self._hands if hand.answer is not None}
        if not owed:
            if not events:
                time.sleep(timeout_s)
            return events
        ray.wait(list(owed), num_returns=1, timeout=0 if events else timeout_s)
        there, _ = ray.wait(list(owed), num_returns=len(owed), timeout=0)
        for answer in there:
            events.extend(self._heard(owed[answer]))
        events.extend(self._given_up())
        events.extend(self._hand_out())
        return events

    def cancel(self) -> None:
        """Asks all work in flight to end soon."""
        self._canceled = True
        for hand in self._hands:
            if hand.job is not None:
                hand.actor.stop.options(concurrency_group=CONTROL_GROUP).remote()

    def close(self) -> None:
        """Ends all actors and leaves the cluster; photos at work are given up, and their temporary files removed."""
        at_work = [hand for hand in self._hands if hand.job is not None]
        for hand in self._hands:
            ray.kill(hand.actor)
        if at_work:
            ray.wait([hand.answer for hand in at_work], num_returns=len(at_work), timeout=GOODBYE_S)
        for hand in at_work:
            self._sweep(hand.job)
        self._hands.clear()
        self._waiting.clear()

    def _start(self) -> _ActorHandle:
        return _ActorHandle(self._kind.remote(self._opener))

    def _hand_out(self) -> Iterator[Event]:
        """Gives waiting jobs to idle actors; replaces dead actors while there are jobs for them."""
        if self._canceled:
            while self._waiting:
                job = self._waiting.popleft()
                yield Finished(failed(job, Canceled(f"{job.source} was canceled")))
            return
        for hand in self._hands:
            if hand.answer is None and self._waiting:
                job = self._waiting.popleft()
                hand.give(job, self._as_sent(job))
                yield Progress(job, "at work")
        while len(self._hands) < min(self._crew.workers, self.in_flight):
            self._hands.append(self._start())

    def _as_sent(self, job: Job) -> Job:
        """Returns the job with absolute paths and a temporary name of its own, as another process needs it.

        A worker that only seemed to be dead must not write into the file of the one that took over.
        """
        token = second_token(job.token) if job.token in self._died_once else job.token
        root = job.root and OutputFolder(job.root.path.absolute())
        return replace(job, source=job.source.absolute(), target=job.target.absolute(), token=token, root=root)

    def _heard(self, hand: _ActorHandle) -> Iterator[Event]:
        try:
            answer = ray.get(hand.answer)
        except RayActorError as error:
            yield from self._bury(hand, _cause(error))
            return
        except RayError as error:  # the class itself cannot be loaded there: photocolor is missing or another one
            yield Broken(EnvironmentFault(f"a worker of the Ray cluster cannot work: {_cause(error)}"))
            return
        hand.answer = None
        job, hand.job = hand.job, None
        match answer:
            case Ready():
                hand.ready = True
                self._stillborn = 0
            case OutcomeMessage() if job is not None:
                self._died_once.discard(job.token)
                yield Finished(replace(answer.outcome, job=job))
            case FatalMessage():
                yield Broken(answer.error)

    def _given_up(self) -> Iterator[Event]:
        """Ends actors whose photos have been at work too long."""
        now, limit_s = time.monotonic(), self._crew.limit_s
        for hand in list(self._hands):
            if hand.job is not None and 0 < limit_s < now - hand.since and not self._canceled:
                self._hands.remove(hand)
                ray.kill(hand.actor)
                self._sweep(hand.job)
                self._died_once.discard(hand.job.token)
                yield timed_out(hand.job, limit_s)

    def _bury(self, hand: _ActorHandle, cause: str) -> Iterator[Event]:
        self._hands.remove(hand)
        ray.kill(hand.actor)  # one that only cannot be reached must not go on
        self._stillborn += not hand.ready
        if self._stillborn >= max(STILLBORN_LIMIT, self._crew.workers) and not self._canceled:
            yield Broken(EnvironmentFault(f"workers of the Ray cluster end before they are ready ({cause})"))
        job = hand.job
        if job is None:
            return
        self._sweep(job)
        if self._canceled:
            yield Finished(failed(job, Canceled(f"{job.source} was canceled")))
        elif job.token in self._died_once:
            self._died_once.discard(job.token)
            yield Finished(failed(job, WorkerDied(f"the worker that had it was lost, and the next one too ({cause})")))
        else:
            self._died_once.add(job.token)
            self._waiting.appendleft(job)

    def _sweep(self, job: Job | None) -> None:
        if job is not None:
            for token in (job.token, second_token(job.token)):
                temporary_path(job.target, token).unlink(missing_ok=True)


def second_token(token: str) -> str:
    """Returns another token of eight hex digits, the same for the same token."""
    return f"{int(token, 16) ^ 0xFFFFFFFF:08x}"


def _cause(error: RayError) -> str:
    """Returns the line of Ray's long message that names the cause."""
    text = str(error)
    if DETAIL in text:
        return text.split(DETAIL)[1].strip().split(". ")[0]
    return ([line.strip() for line in text.splitlines() if line.strip()] or [type(error).__name__])[-1]
