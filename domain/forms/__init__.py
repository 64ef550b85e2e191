"""Forms as data: what they ask, and what answers to them must be."""
