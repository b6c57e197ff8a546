"""`python -m photocolor`: the same as the command photocolor."""

from photocolor.cli.app import main

if __name__ == "__main__":
    main()
