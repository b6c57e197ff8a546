"""Files, memory and processors: what any program needs from the machine below it."""
