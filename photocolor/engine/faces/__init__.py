"""A second, closer look at faces that the whole photo shows small."""
