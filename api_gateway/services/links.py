"""The links of emails, for the door: each is looked up by the hash of its token."""

from activities.adapters.postgres.facts.task_links import LinkFacts, LinkHolder
from activities.adapters.postgres.facts.tokens import hashed as token_hash

__all__ = ("LinkFacts", "LinkHolder", "token_hash")
