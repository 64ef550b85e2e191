"""The rules of educator mentoring, as pure functions over frozen values.

Nothing in this package reads a clock, a file, a network or a source of chance: "now" is always an argument.
"""
