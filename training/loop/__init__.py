"""The training loop: its state, checkpoints, log and steps."""
