"""Where photos are worked on: threads, processes, or the actors of a Ray cluster."""
