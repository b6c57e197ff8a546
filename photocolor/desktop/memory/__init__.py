"""What the window remembers: the history of what was done, its settings, and the folders that were open."""
