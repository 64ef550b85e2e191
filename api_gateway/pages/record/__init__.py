"""One relationship as a page: what is read of it once, and the parts that show it."""
