"""Loads what a worker needs once, in the process that all workers are forked from (see `forkserver`).

That process must stay one without threads: what another thread holds would be held forever in every worker.
"""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from multiprocessing import forkserver

import photocolor
from photocolor.batch.pools.forkserver import PACKAGE_VARIABLE

if photocolor.__file__ != os.environ.get(PACKAGE_VARIABLE, photocolor.__file__):
    for name in [name for name in sys.modules if name.split(".")[0] == "photocolor"]:
        del sys.modules[name]  # workers load the right one themselves
    raise ImportError("this is not the photocolor that the run belongs to")

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's library starts its threads when it is loaded

import photocolor.batch.pools.worker
import photocolor.image.tiff.strip_reader
import photocolor.pipeline.photo
from photocolor.engine.runtime import load_runtime
from photocolor.errors import EnvironmentFault
from photocolor.image.codec_table import CODECS
from photocolor.metadata.formats.table import METADATA

for table in (CODECS, METADATA):
    for name in ("jpeg", "tiff", "png"):  # what archives hold; a worker loads others when it meets one
        table[name]

if getattr(sys.modules["__main__"], "main", None) is forkserver.main:  # whatever else loads this ends as ever
    atexit.register(os._exit, 0)  # Python takes 0.1 s to take apart what is loaded, and who waits for its streams, too

with suppress(EnvironmentFault):  # a worker meets it again and can tell
    load_runtime()
