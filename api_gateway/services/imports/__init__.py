"""Imports of lists: the files become a proposal, people answer its questions, and a take-over lands it."""
