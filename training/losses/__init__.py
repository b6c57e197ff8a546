"""The losses of the generator and the discriminator."""
