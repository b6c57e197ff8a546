"""`photocolor preview`: its options, its progress bar, and the choice among variants."""
