"""The checks of a program file: one module for each table of the file, named after it.

Each check returns faults, with the key path in the file and words that say what to write instead.
"""
