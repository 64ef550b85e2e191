"""Stage agreement: one text that both sign."""
