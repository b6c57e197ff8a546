"""Records of a run as archives read them."""
