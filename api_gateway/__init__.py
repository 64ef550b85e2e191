"""The JSON API: who asks, parse, one command or one view, answer."""
