"""`mentorflow import` and `mentorflow export`: lists into the office, and out of it."""
