"""Works on photos in threads, in processes, or in the actors of a Ray cluster."""
