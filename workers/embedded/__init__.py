"""The embedded stack: one command starts everything that a demo or a test needs, on this machine alone."""
