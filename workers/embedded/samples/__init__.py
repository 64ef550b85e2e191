"""The demo's people and pairs: what they are (`office.toml`), and how they get into a new office."""
