"""A program as data: everything that its file says, and what decisions need of it."""
