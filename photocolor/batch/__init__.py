"""Colors many photos in a run that can be interrupted at any point: plan, manifest, workers."""
