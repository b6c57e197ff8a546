"""What the source's file says beside its pixels, carried into the result, with where the color comes from."""
