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
from domain.people.proposal.lists import At, Lists
from domain.people.proposal.outcomes import (
    FieldChange,
    ImportProposal,
    OutcomeKind,
    RowOutcome,
    ValuesOfRow,
)
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered
from tests.domain.people.proposal.lists_of import ADMIN, NORTH, OFFICE, lists, person, proposed, taken

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


def office_of(known: list[dict[str, Any]], staff: bool, left: bool) -> KnownOffice:
    """Return an office that knows people, each of whom somebody called a human of its own; perhaps two have left."""
    office = replace(OFFICE, people={})
    for row in known:
        questions = proposed(lists(people=[row]), office).questions
        answers = {each.id: "different" for each in questions if "different" in each.answers}
        office = taken(office, proposed(lists(people=[row]), office, answers=answers).writes)
    gone = [*office.people][-2:] if left else []
    people = {
        id: replace(entry, left_on=date(2026, 6, 30)) if id in gone else entry
        for id, entry in office.people.items()
    }
    return replace(office, people=people, staff=frozenset([*office.people][:1] if staff else ()))


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
    st.sampled_from(("", "leave", "back")),
    AGAIN,
    st.lists(PEOPLE, max_size=3),
    st.lists(MEMBERSHIPS, max_size=3),
    st.sampled_from((ADMIN, NORTH)),
    st.booleans(),
)
def test_what_waiting_rows_would_come_to_is_the_same_without_the_rows_that_no_answer_reaches(
    known: list[dict[str, Any]],
    staff: bool,
    left: str,
    again: list[tuple[int, dict[str, Any]]],
    people: list[dict[str, Any]],
    memberships: list[dict[str, Any]],
    actor: Actor,
    titles: bool,
) -> None:
    office = office_of(known, staff, bool(left))
    given_lists = lists(people=[*again_of(known, again), *people], memberships=memberships)
    answers = {"titles": Answered(value="yes", actor=actor)} if titles else {}
    asked = propose(given_lists, office, actor, answers).questions
    answers |= {each.id: Answered(value=left, actor=ADMIN) for each in asked if left in each.answers}
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


def would_of(given_lists: Lists, office: KnownOffice) -> dict[tuple[str, int], tuple[str, dict[str, Any]]]:
    """Return what each row that waits would come to, and what it would say then, by its kind and number."""
    proposal = proposed(given_lists, office)
    found = with_likely_changes(proposal, given_lists, office, ADMIN, {})
    return {
        (each.kind.value, each.at.row): (
            each.would.value,
            {change.field: change.after for change in each.changes},
        )
        for each in found
        if each.would
    }


def test_how_a_list_writes_names_is_seen_in_all_its_rows() -> None:
    office = taken(OFFICE, proposed(lists(people=[person(f"m{number}") for number in range(5)])).writes)
    again = [person(f"m{number}") for number in range(5)]
    new = person("m9", name="Maple, Mira", role_title="principall")
    found = would_of(lists(people=[*again, new]), office)
    assert found["people", 7] == ("new", {**new, "name": "Mira Maple", "role_title": "principal"})
    turned = [person(f"m{number}", name=f"m{number}, Name of") for number in range(5)]
    assert would_of(lists(people=[*turned, new]), office)["people", 7][1]["name"] == "Mira Maple"


def test_a_membership_beside_a_person_who_is_known_has_an_outcome_of_its_own() -> None:
    office = taken(OFFICE, proposed(lists(people=[person("m1")])).writes)
    rows = lists(
        people=[person("m1")],
        memberships=[{"key": "m1", "membership": "activ", "first": date(2020, 7, 1)}],
    )
    one_file = replace(rows, rows=tuple(replace(row, at=At("list.csv", 2)) for row in rows.rows))
    assert would_of(one_file, office)["memberships", 2][0] == "new"
