"""One person: the page with all that the office has, and the forms that change it."""
