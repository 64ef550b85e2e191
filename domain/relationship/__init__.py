"""One relationship: its state, what may be done to it at each stage, and what follows."""
