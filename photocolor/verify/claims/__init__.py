"""What a result says was changed besides its color, as far as it can be checked."""
