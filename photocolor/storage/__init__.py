"""Storage beyond this machine's file systems: addresses, listing, download and upload."""
