"""Benchmarks: `python -m benchmarks.run` measures this machine and writes the tables of docs/performance.md."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command sets it before NumPy is loaded
