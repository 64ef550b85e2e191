"""The only way to touch the world: one class a capability, behind ports."""
