"""Stage contact: the two get in touch."""
