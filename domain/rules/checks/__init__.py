"""What a program file must not say: one module for each part of the file. Nothing here runs later."""
