"""The values that the state of a relationship is made of, one module for each room."""
