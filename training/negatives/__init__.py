"""Training the classifier that tells scanned negatives from positives."""
