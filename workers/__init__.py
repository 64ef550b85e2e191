"""The processes of mentorflow, and how each of them starts."""
