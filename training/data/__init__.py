"""From folders of photos to batches: prepare, read, crop, age, hint."""
