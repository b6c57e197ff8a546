"""The damage finder at work."""
