"""Replay and checks of the journal."""
