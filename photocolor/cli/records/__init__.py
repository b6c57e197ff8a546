"""The commands about the records of a run: what archives take over, and what repairs them."""
