"""What the API, the pages and the door share."""
