"""Money that is owed, and the orders that pay it."""
