"""XMP packets: parsed, edited, split over segments, and written for a result."""
