"""Replay and checks."""
