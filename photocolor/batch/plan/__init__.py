"""Plans a run: its photos, and where their results go."""
