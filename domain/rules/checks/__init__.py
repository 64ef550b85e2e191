"""What a program file must not say: one module a table of the file, each named after it.

Each check returns faults with the key path of the file and the words that say what to write instead.
"""
