"""People: what the office knows about a person, the events of a person's stream, and who may be one human."""
