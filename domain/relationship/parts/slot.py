"""A mentor's slots: one for each mentee that the mentor can take."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorSlot:
    """One of a mentor's slots, taken by this relationship until it is released."""

    id: str
    mentor: str
    number: int
    taken_at: datetime
    released_at: datetime | None = None


def lowest_free(capacity: int, taken: Collection[int]) -> int:
    """Return the lowest free slot of a mentor who can take ``capacity`` mentees, 0 for none.

    ``taken`` can have one number twice, from two entries of one human: then there is no slot beyond the capacity. Of
    two who ask for the same one at once, a unique index of the database decides who takes it.
    """
    if len(taken) >= capacity:
        return 0
    return next((number for number in range(1, capacity + 1) if number not in taken), 0)
