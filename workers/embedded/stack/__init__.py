"""The servers of the embedded stack, and their supervision."""
