"""The command photocolor; `python -m photocolor` is the same."""

from __future__ import annotations


def main() -> None:
    """Runs the command line. It is imported only here: a worker process loads this module, too."""
    from photocolor.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
