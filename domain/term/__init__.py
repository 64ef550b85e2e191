"""A term in one region: what belongs to no single relationship."""
