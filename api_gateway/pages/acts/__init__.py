"""Acts: every command that staff may send, as a form of a page."""
