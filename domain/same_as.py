"""Entries that count as one human, as a fact for decisions that compare people.

Until somebody answers whether two entries are one human, they count as one for every limit per human.
"""

from collections.abc import Mapping

SameAs = Mapping[str, tuple[str, ...]]
"""For each named person the other entries that count as the same human; a person without any is absent."""


def one_human(same_as: SameAs | None, one: str, other: str) -> bool:
    """Return whether two entries are one, or count as one; without the fact, only an entry is itself."""
    return one == other or (same_as is not None and other in same_as.get(one, ()))
