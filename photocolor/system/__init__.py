"""What any program needs from the machine: files, memory and processors."""
