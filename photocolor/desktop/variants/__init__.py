"""The row of answers that the model holds possible for the open photo."""
