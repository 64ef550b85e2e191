"""What waiting rows would come to is found without the rows that no answer reaches; with them it is the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import Actor
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.likely import with_likely_changes
from domain.people.proposal.lists import Lists
from domain.people.proposal.outcomes import (
    FieldChange,
    ImportProposal,
    OutcomeKind,
    RowOutcome,
    ValuesOfRow,
)
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered
from tests.domain.people.proposal.lists_of import ADMIN, NORTH, OFFICE, lists, proposed, taken

KEYS = ("m1", "M1", "01", "1", "1.0", "m2", "m3", "m4")
PEOPLE = st.fixed_dictionaries(
    {"region": st.sampled_from(("north", "central"))},
    optional={
        "key": st.sampled_from(KEYS),
        "name": st.sampled_from(("Ann Lee", "Bo Berg", "Cy Dahl")),
        "email": st.sampled_from(("one@x.example", "two@x.example", "three@x.example")),
        "role_title": st.sampled_from(("principal", "principle", "teacher")),
        "district": st.sampled_from(("Lake", "Hill")),
        "phone": st.sampled_from(("555 0100", "555 0101", "clear")),
        "supervisor": st.sampled_from(KEYS),
    },
)
MEMBERSHIPS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(KEYS),
        "membership": st.sampled_from(("active", "activ")),
        "first": st.sampled_from((date(2020, 7, 1), date(2021, 7, 1))),
    }
)
KNOWN = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "name": st.sampled_from(("Ann Lee", "Bo Berg", "Cy Dahl")),
            "email": st.sampled_from(("one@x.example", "two@x.example", "three@x.example")),
            "role_title": st.just("principal"),
            "district": st.sampled_from(("Lake", "Hill")),
            "region": st.sampled_from(("north", "central")),
            "phone": st.sampled_from(("555 0100", "555 0101")),
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row["key"],
)


CHANGES: tuple[dict[str, Any], ...] = (
    {"phone": "555 0102"},
    {"key": None},
    {"key": None, "phone": "555 0102"},
    {"key": None, "email": None, "district": None},
    {"key": "m01"},
    {"region": "central", "phone": "555 0103"},
)
AGAIN = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(CHANGES)), max_size=4)
"""More rows about known people: which of them, and what differs."""


def again_of(known: list[dict[str, Any]], drawn: list[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return rows about known people, first as they are known; a value of None is a blank cell."""
    found = [*known, *({**known[at % len(known)], **changed} for at, changed in drawn)]
    return [{name: value for name, value in row.items() if value is not None} for row in found]


def office_of(known: list[dict[str, Any]], staff: bool) -> KnownOffice:
    """Return an office that knows people, each of whom somebody called a human of its own."""
    office = replace(OFFICE, people={})
    for row in known:
        questions = proposed(lists(people=[row]), office).questions
        answers = {each.id: "different" for each in questions if "different" in each.answers}
        office = taken(office, proposed(lists(people=[row]), office, answers=answers).writes)
    return replace(office, staff=frozenset([*office.people][:1] if staff else ()))


def as_if_answered(
    proposal: ImportProposal,
    rows: Lists,
    office: KnownOffice,
    actor: Actor,
    answers: Mapping[str, Answered],
) -> list[RowOutcome]:
    """Return the outcomes with what comes of all rows together when the likely answers are given."""
    likely = {
        each.id: Answered(value=each.proposal, actor=actor)
        for each in proposal.open_questions
        if each.proposal and not each.never_by_itself
    }
    then = {
        (each.kind, each.at): each for each in propose(rows, office, actor, {**answers, **likely}).outcomes
    }
    untaken = (OutcomeKind.QUESTION, OutcomeKind.REFUSED, OutcomeKind.LAPSED)
    return [
        replace(each, would=found.outcome, changes=found.changes)
        if each.outcome is OutcomeKind.QUESTION and (found := then[each.kind, each.at]).outcome not in untaken
        else each
        for each in proposal.outcomes
    ]


@settings(max_examples=300, deadline=None)
@given(
    KNOWN,
    st.booleans(),
    AGAIN,
    st.lists(PEOPLE, max_size=3),
    st.lists(MEMBERSHIPS, max_size=3),
    st.sampled_from((ADMIN, NORTH)),
    st.booleans(),
)
def test_what_waiting_rows_would_come_to_is_the_same_without_the_rows_that_no_answer_reaches(
    known: list[dict[str, Any]],
    staff: bool,
    again: list[tuple[int, dict[str, Any]]],
    people: list[dict[str, Any]],
    memberships: list[dict[str, Any]],
    actor: Actor,
    titles: bool,
) -> None:
    office = office_of(known, staff)
    given_lists = lists(people=[*again_of(known, again), *people], memberships=memberships)
    answers = {"titles": Answered(value="yes", actor=actor)} if titles else {}
    proposal = propose(given_lists, office, actor, answers)
    found = with_likely_changes(proposal, given_lists, office, actor, answers)
    assert [*found] == as_if_answered(proposal, given_lists, office, actor, answers)


def test_what_a_row_says_of_somebody_new_is_read_as_changes_from_nothing() -> None:
    said = ValuesOfRow(
        {"name": "Ann Lee", "phone": "", "district": "Lake", "key": "m1"}, ("district", "name", "phone")
    )
    district, name = (
        FieldChange(field="district", before=None, after="Lake"),
        FieldChange(field="name", before=None, after="Ann Lee"),
    )
    assert ([*said], len(said), said[0], said[1:]) == ([district, name], 2, district, (name,))
