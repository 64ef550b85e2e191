"""Stage matching: who becomes the mentor."""
