"""Handles IPTC-IIM: its datasets, their names, the Photoshop resources that hold them, and their mapping to XMP."""
