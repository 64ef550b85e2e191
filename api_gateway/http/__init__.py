"""Code that turns requests into values, and values into answers."""
