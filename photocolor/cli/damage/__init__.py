"""`photocolor damage`: a search for a collection's damage."""
