"""Runs the command line of training: `python -m training`."""

import os
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin starve whatever else this machine does

from training.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
