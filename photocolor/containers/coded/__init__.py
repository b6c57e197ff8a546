"""Reads headers inside of the coded data of AV1, HEVC and JPEG 2000, bit by bit."""
