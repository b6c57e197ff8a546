"""Controls a run that the window started: its thread and progress."""
