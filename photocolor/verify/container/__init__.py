"""Checks what the container of a result holds and says beside its pixels."""
