"""A run over many photos that is never lost: plan, manifest, workers."""
