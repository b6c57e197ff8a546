"""One codec for each file format, with the parts that only it needs."""
