"""Makes pictures for people to look at: small, side by side, before and after."""
