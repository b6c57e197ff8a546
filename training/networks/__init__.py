"""Generators, discriminators, and the pretrained networks of losses."""
