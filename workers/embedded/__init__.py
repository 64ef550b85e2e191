"""The embedded stack: one command brings up everything that a demo or a test needs, on this machine alone."""
