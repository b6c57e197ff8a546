"""A run that the window started: its controls, thread and progress."""
