"""Benchmarks: `python -m benchmarks.run` measures this machine and writes the tables of docs/performance.md."""
