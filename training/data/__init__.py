"""Turns folders of photos into batches: prepare, read, crop, age, hint."""
