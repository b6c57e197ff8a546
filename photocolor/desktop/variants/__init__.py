"""The answers that the model holds possible for the open photo."""
