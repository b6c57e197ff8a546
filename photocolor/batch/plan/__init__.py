"""Which photos a run has, and where their results go."""
