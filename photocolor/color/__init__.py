"""Exact color: lightness, gamut, profiles and joint upsampling over plain arrays."""
