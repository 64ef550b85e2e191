"""The values that make up the state of a relationship, one module for each room."""
