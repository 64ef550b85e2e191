"""The processes of mentorflow, and how any of them starts."""
