"""What a worker needs, loaded once in the process that all workers are forked from; see photocolor/batch/nursery.py.

That process must stay one without threads: what another thread holds would be held forever in every worker.
"""

from __future__ import annotations

import os
from contextlib import suppress

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's library starts its threads when it is loaded

import photocolor.batch.worker
import photocolor.pipeline  # noqa: F401
from photocolor.engine.runtime import load_runtime
from photocolor.errors import EnvironmentFault

with suppress(EnvironmentFault):  # a worker meets it again and can tell
    load_runtime()
