"""The pages of mentors and mentees, at an address of their own: what a link in an email opens."""
