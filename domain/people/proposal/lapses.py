"""Who is missing in a list that says it is complete: proposed as lapsed, never without a person's yes."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from domain.actors import Role
from domain.people.entry import Entry, Membership
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, Complete, ListKind, ListRow
from domain.people.proposal.outcomes import FieldChange, MembershipWrite, OutcomeKind
from domain.people.proposal.questions import NO, YES, Answerer
from domain.people.proposal.whose import WhoIsWho

MOST_MISSING: Final = 5
"""The most percent of a complete list's members that may be missing without a question about the list itself."""
MISSING: Final = "missing_members"
LAPSES: Final = "lapses"
LAPSES_OF_STAFF: Final = "lapses_of_staff"


def lapses(
    builder: ProposalBuilder, complete: Complete, present: set[tuple[str, str]], people: WhoIsWho
) -> Iterator[MembershipWrite]:
    """Yield the memberships to end, and note each. ``present`` are people with a class that the list has.

    Whose row is refused or waits is on the list, whatever the row says.
    """
    open_ones = tuple(_open(builder, complete))
    numbers = {*builder.lists.unread, *(row.key for row in builder.untaken(ListKind.MEMBERSHIPS))}
    untaken = {id for number in numbers for id in people.maybe(number)}
    missing = [
        (entry, held)
        for entry, held in open_ones
        if (entry.id, held.name) not in present and entry.id not in untaken
    ]
    if not missing:
        return
    file = builder.lists.files.get(ListKind.MEMBERSHIPS, "")
    if len(missing) * 100 > len(open_ones) * MOST_MISSING:
        problem = (
            f"{len(missing)} of {len(open_ones)} members are not in the list that is said to be complete. Is the list "
            "complete (yes)? If it is only a part, say no, and nobody lapses."
        )
        answer = builder.ask(
            MISSING,
            "many_members_missing",
            problem,
            (YES, NO),
            [At(file, 0)],
            never_by_itself=True,
            about=_named(missing),
        )
        if answer == NO:
            return
        if not answer:
            for entry, held in missing:
                _note(builder, entry, held, file, OutcomeKind.QUESTION, question=MISSING)
            return
    last = builder.office.today - timedelta(days=1)
    staff_too = builder.office.staff if builder.actor.role is not Role.ADMIN else frozenset[str]()
    for entry, held in missing:
        day = max(last, held.first)
        staff = entry.id in staff_too
        question = LAPSES_OF_STAFF if staff else LAPSES
        answer = builder.ask(
            question,
            "members_missing",
            "These members are not in the complete list. Did their memberships end yesterday by the office's clock, "
            f"on {last} (yes), or not (no)?",
            (YES, NO),
            [At(file, 0)],
            who=Answerer.ADMIN if staff else Answerer.IMPORTER,
            never_by_itself=True,
            about=_named([each for each in missing if (each[0].id in staff_too) is staff]),
        )
        if answer == YES:
            _note(builder, entry, held, file, OutcomeKind.LAPSED, day=day)
            yield MembershipWrite(
                person=entry.id, name=held.name, first=held.first, last=day, record=held.record
            )
        elif not answer:
            _note(builder, entry, held, file, OutcomeKind.QUESTION, question=question, day=day)


def _named(members: Iterable[tuple[Entry, Membership]]) -> Iterator[str]:
    """Yield a line for each membership: whose, the member number, the class, and since when."""
    for entry, held in members:
        number = f", number {entry.keys[0]}" if entry.keys else ""
        yield f"{entry.name}{number}, {held.name} since {held.first}"


def _open(builder: ProposalBuilder, complete: Complete) -> Iterator[tuple[Entry, Membership]]:
    """Yield the memberships that a complete list must have: of its classes and regions, and not ended."""
    today = builder.office.today
    for entry in builder.office.people.values():
        if entry.alias_of is None and entry.region in complete.regions:
            for held in entry.memberships:
                if (
                    held.name in complete.classes
                    and held.first <= today
                    and (held.last is None or held.last >= today)
                ):
                    yield entry, held


def _note(
    builder: ProposalBuilder,
    entry: Entry,
    held: Membership,
    file: str,
    outcome: OutcomeKind,
    *,
    question: str = "",
    day: date | None = None,
) -> None:
    row = ListRow(kind=ListKind.MEMBERSHIPS, at=At(file, 0), name=entry.name, values={})
    change = FieldChange(field=f"membership {held.name} until", before=held.last, after=day)
    builder.note(row, outcome, entry.id, (change,), (question,) if question else ())
