"""Headers inside of the coded data of AV1, HEVC and JPEG 2000, which are read bit by bit."""
