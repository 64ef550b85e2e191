"""The demo's own identity provider: the staff of the demo by one click, through the same flow as any provider's."""
