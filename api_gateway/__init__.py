"""The gateway: it identifies the caller, parses, sends one command or reads one view, and answers."""
