"""The command line of training: one module for its options, one for each group of commands."""
