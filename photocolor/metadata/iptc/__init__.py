"""IPTC-IIM: its datasets, their names, Photoshop's image resources that hold them, and their way into XMP."""
