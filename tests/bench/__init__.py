"""Measurements outside the test suite: ratios to a floor that is measured in the same run."""
