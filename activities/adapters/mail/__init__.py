"""Email: its words, its calendar objects, and the way to a mail server."""
