"""Every email of a simulated year, held against what the office recorded."""
