"""What a result says was changed besides its color, as far as it can be checked, and what the manifest says of it."""
