"""`photocolor damage`: a survey of a collection's damage."""
