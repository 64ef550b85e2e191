"""The rules of educator mentoring, as pure functions over frozen values.

Nothing in this package reads a clock, a file, a network or a random source: "now" is always an argument.
"""
