"""Files made of boxes: JP2, JPEG XL, AVIF and HEIC."""
