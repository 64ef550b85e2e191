"""The links of emails, for the door: each is looked up by the hash of its token."""

from activities.adapters.postgres.facts.task_links import LinkFacts, LinkHolder

__all__ = ("LinkFacts", "LinkHolder")
