"""A stand-in for Slurm: `sbatch`, `srun` and `scontrol` as programs, and a scheduler that runs their queue.

It does what the example script asks for: options in the script's head and on the command line, arrays, dependencies,
requeuing, a copy of the script made at submission, log files by pattern, and a node that fails.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

SBATCH = """#!{python}
import json, os, pathlib, re, sys
queue = pathlib.Path(os.environ["STAND_IN_SLURM"])
arguments, options = sys.argv[1:], {{}}
while arguments and arguments[0].startswith("--"):
    name, _, value = arguments.pop(0)[2:].partition("=")
    options[name] = value
script = pathlib.Path(arguments[0]).read_text()
head = dict(re.findall(r"^#SBATCH --([\\w-]+)=?(.*)$", script, re.MULTILINE))
number = 100 + len(list(queue.glob("*.json")))
(queue / f"{{number}}.script").write_text(script)  # Slurm runs a copy, too
job = {{"options": head | options, "arguments": arguments[1:], "folder": os.getcwd()}}
(queue / f"{{number}}.json").write_text(json.dumps(job))
print(number if "parsable" in options else f"Submitted batch job {{number}}")
"""
SRUN = """#!/bin/sh
[ -n "$SLURM_JOB_ID" ] || exit 1
exec "$@"
"""
SCONTROL = """#!/bin/sh
[ "$1" = requeue ] || exit 1
touch "$STAND_IN_SLURM/requeued-$2"
sleep 60  # Slurm ends the task meanwhile
"""


@dataclass
class Slurm:
    """A cluster of one machine.

    Args:
        folder: for programs, queue and logs.
        slots: how many tasks may be at work at once.

    Attributes:
        ended: exit codes of each attempt by job and task.
    """

    folder: Path
    slots: int = 2
    ended: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.queue, programs = self.folder / "queue", self.folder / "bin"
        for each in (self.queue, programs):
            each.mkdir(parents=True)
        for name, text in {"sbatch": SBATCH.format(python=sys.executable), "srun": SRUN, "scontrol": SCONTROL}.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
        self.environment = os.environ | {"PATH": path, "STAND_IN_SLURM": str(self.queue)}

    def run(
        self, on_start: Callable[[int, int, subprocess.Popen[bytes]], None] = lambda job, task, process: None
    ) -> None:
        """Runs the queue to its end; `on_start` may kill a task's processes, as a node that fails does."""
        over: set[int] = set()
        for path in sorted(self.queue.glob("*.json")):
            number, job = int(path.stem), json.loads(path.read_text())
            kind, _, before = job["options"].get("dependency", "").partition(":")
            assert kind in ("", "afterany") and (not before or int(before) in over)
            tasks = _tasks(job["options"].get("array", "1"))
            with ThreadPoolExecutor(self.slots) as nodes:
                list(nodes.map(lambda task, n=number, j=job, all_=tasks: self._task(n, task, all_, j, on_start), tasks))
            over.add(number)

    def _task(
        self,
        number: int,
        task: int,
        tasks: list[int],
        job: dict[str, dict[str, str]],
        on_start: Callable[[int, int, subprocess.Popen[bytes]], None],
    ) -> None:
        options, codes = job["options"], self.ended.setdefault((number, task), [])
        log = Path(str(job["folder"])) / options["output"].replace("%A", str(number)).replace("%a", str(task))
        wish = self.queue / f"requeued-{number}_{task}"
        while True:
            ids = {"JOB_ID": number * 1000 + task, "ARRAY_JOB_ID": number, "ARRAY_TASK_ID": task}
            ids |= {"ARRAY_TASK_COUNT": len(tasks), "ARRAY_TASK_MIN": tasks[0], "ARRAY_TASK_MAX": tasks[-1]}
            ids |= {"CPUS_PER_TASK": options["cpus-per-task"], "RESTART_COUNT": len(codes)}
            variables = self.environment | {f"SLURM_{name}": str(value) for name, value in ids.items()}
            command = ["bash", str(self.queue / f"{number}.script"), *map(str, job["arguments"])]
            with log.open("ab") as out:
                process = subprocess.Popen(
                    command, env=variables, stdout=out, stderr=out, cwd=str(job["folder"]), start_new_session=True
                )
                on_start(number, task, process)
                while process.poll() is None and not wish.exists():
                    time.sleep(0.05)
                if wish.exists():
                    os.killpg(process.pid, signal.SIGKILL)
                codes.append(process.wait())
            failed_node = codes[-1] == -signal.SIGKILL and "requeue" in options
            if not failed_node:
                return
            wish.unlink(missing_ok=True)


def _tasks(array: str) -> list[int]:
    first, last = re.fullmatch(r"(\d+)(?:-(\d+))?", array).groups()  # type: ignore[union-attr]
    return list(range(int(first), int(last or first) + 1))
