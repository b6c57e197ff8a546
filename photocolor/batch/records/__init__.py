"""What an output folder remembers of its runs: manifest, notes, locks."""
