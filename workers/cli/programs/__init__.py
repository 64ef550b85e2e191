"""`mentorflow programs`."""
