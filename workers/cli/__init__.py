"""The command `mentorflow`: one module for each group of commands."""
