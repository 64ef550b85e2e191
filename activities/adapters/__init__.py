"""The technology that implements the ports."""
