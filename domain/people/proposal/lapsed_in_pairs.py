"""Whose running mentoring is touched where memberships end: said before anybody answers, and before a take-over."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.outcomes import MembershipWrite
from domain.people.proposal.words import with_number
from domain.told import Told, counted, joined, told

_MOST_NAMED: Final = 20
"""The most people that are named."""


def lapsed_in_pairs(builder: ProposalBuilder, writes: Iterable[MembershipWrite]) -> None:
    """Remark who mentors or is mentored now and has no membership that goes on after the import."""
    office = builder.office
    ended: dict[str, list[MembershipWrite]] = defaultdict(list)
    for each in writes:
        ended[office.standing(each.person)].append(each)
    lapsed = [person for person, of_person in ended.items() if _lapses(office, person, of_person)]
    if words := in_pairs(builder, lapsed):
        builder.remarks.append(
            told(
                "lapsed_in_pairs",
                "With this import these people have no membership that goes on, and they are in a running mentoring, "
                "which goes on until somebody decides about it: {people}.",
                people=words,
            )
        )


def touched_words(builder: ProposalBuilder, people: Iterable[str]) -> tuple[Told, ...]:
    """Return who of the people whose memberships may have ended is in a running mentoring, as a sentence."""
    words = in_pairs(builder, people)
    if words is None:
        return ()
    return (told("touched_by_lapse", "In a running mentoring now: {people}.", people=words),)


def in_pairs(builder: ProposalBuilder, people: Iterable[str]) -> Told | None:
    """Return who of some people mentors or is mentored now, in words; nothing where nobody is."""
    named = [
        told("person_in_pair", "{person} ({roles})", person=with_number(office.people[each]), roles=roles)
        for office in (builder.office,)
        for each in dict.fromkeys(map(office.standing, people))
        if (roles := _roles(office, each)) is not None
    ]
    if not named:
        return None
    more = len(named) - _MOST_NAMED
    rest = (told("and_more_members", "and {count} more", count=more),) if more > 0 else ()
    return joined((*named[:_MOST_NAMED], *rest), "; ")


def _roles(office: KnownOffice, person: str) -> Told | None:
    """Return how many a person mentors now, and whether the person is mentored; nothing for neither."""
    pairs = office.pairs_of.get(person, ())
    mentees = sum(bool(each.mentor) and office.standing(each.mentor) == person for each in pairs)
    parts = []
    if mentees:
        parts.append(
            counted("mentor_of", mentees, one="mentor of 1 mentee", other="mentor of {count} mentees")
        )
    if any(office.standing(each.mentee) == person and each.mentor for each in pairs):
        parts.append(told("is_mentee", "mentee"))
    return joined(parts, ", ") if parts else None


def _lapses(office: KnownOffice, person: str, writes: Iterable[MembershipWrite]) -> bool:
    """Return whether a person is a member today and after the import on no day to come."""
    today = office.today
    held = {each.record: (each.first, each.last) for _, each in office.memberships_of(person)}
    if not any(first <= today and (last is None or last >= today) for first, last in held.values()):
        return False
    for number, each in enumerate(writes):
        held[-1 - number if each.record is None else each.record] = (each.first, each.last)
        if each.withdrawn and each.record is not None:
            del held[each.record]
    return not any(last is None or last > today for _, last in held.values())
