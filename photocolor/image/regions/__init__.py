"""Parts of a picture that are known for what they show: faces and lettering, and what a person marked."""
