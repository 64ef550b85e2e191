"""The only way to touch the world: one class for each capability, behind ports."""
