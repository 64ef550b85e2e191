"""The pages of the tour: a router that the demo's gateway gets handed in. No installation has them."""
