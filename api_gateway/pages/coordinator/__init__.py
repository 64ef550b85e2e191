"""The pages of coordinators, which other staff read as far as they may see them."""
