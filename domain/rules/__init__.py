"""A program as data: everything that its file says, and the part that decisions need."""
