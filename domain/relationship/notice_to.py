"""Notices of an event, by recipient: every room uses these functions to notify people."""

from domain.actors import Side
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind, notice
from domain.relationship.state import Relationship

Notices = tuple[Notice, ...]


def person(state: Relationship, stamp: Stamp, person: str, kind: NoticeKind, **data: str) -> Notices:
    """Return the notice to one person."""
    return (notice(state.id, stamp.seq, kind, person=person, **data),)


def mentee(state: Relationship, stamp: Stamp, kind: NoticeKind, **data: str) -> Notices:
    """Return the notice to the mentee."""
    return person(state, stamp, state.mentee, kind, **data)


def side(state: Relationship, stamp: Stamp, side: Side, kind: NoticeKind, **data: str) -> Notices:
    """Return the notice to one side of the pair."""
    return person(state, stamp, state.person_of(side), kind, **data)


def pair(state: Relationship, stamp: Stamp, kind: NoticeKind, **data: str) -> Notices:
    """Return the notices to mentor and mentee; before the match there is only a mentee."""
    people = (each for each in (state.mentor, state.mentee) if each)
    return tuple(notice(state.id, stamp.seq, kind, person=each, **data) for each in people)


def region(state: Relationship, stamp: Stamp, region: str, kind: NoticeKind, **data: str) -> Notices:
    """Return the notice to the contacts of a region."""
    return (notice(state.id, stamp.seq, kind, region=region, **data),)
