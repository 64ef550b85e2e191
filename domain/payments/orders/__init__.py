"""Orders, the attempts to pay one obligation (MONEY 4 and 5, rail ``manual``): one file for each part of their life."""
