"""Workflows wait, ask the domain, record what it decided, and act. They contain no rules."""
