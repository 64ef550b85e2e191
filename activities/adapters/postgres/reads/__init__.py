"""SQL that answers a question."""
