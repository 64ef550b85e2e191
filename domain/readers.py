"""What each kind of reader can read of records at all, to say so in words; what of one record, its ``Sight`` says."""

from domain.visibility import CLOSED, RIGHTS, Data, Reach, Who


def can_read(who: Who, data: Data) -> bool:
    """Return whether a kind of reader can read a class of data of any record."""
    return RIGHTS[who].get(data, Reach.NONE) is not Reach.NONE and data not in CLOSED.get(who, frozenset())
