"""Lists that are several kinds at once: whose record a row without a member number is about, its own half says."""

from dataclasses import replace
from typing import Any

from domain.people.proposal.lists import Complete, ListKind, Lists
from domain.people.proposal.outcomes import ImportProposal
from tests.domain.people.proposal.lists_of import OFFICE, SINCE, after, lists, person, proposed, unnumbered

COMPLETE = Complete(classes=("active",), regions=("north",))
HELD = {"membership": "active", "first": SINCE}


def joined(*rows: tuple[dict[str, Any], dict[str, Any]], complete: Complete | None = None) -> Lists:
    """Return people and their memberships that stand in the same rows of one list."""
    people, memberships = ([row[at] for row in rows] for at in (0, 1))
    given = lists(people=people, memberships=memberships, complete=complete)
    placed = tuple(replace(row, at=row.at._replace(file="members.csv")) for row in given.rows)
    return replace(given, rows=placed, files=dict.fromkeys(given.files, "members.csv"))


def outcomes(proposal: ImportProposal, kind: ListKind) -> list[str]:
    return [each.outcome.value for each in proposal.outcomes if each.kind is kind]


def ana(name: str) -> dict[str, Any]:
    return unnumbered("m2", name=name, email="ana@post.example")


def test_a_member_without_a_number_who_is_in_the_complete_list_does_not_count_as_missing() -> None:
    people = (person("m1"), person("m2", name="Ana Ruiz", email="ana@post.example"))
    office = after(*people, memberships=[{"key": each["key"], **HELD} for each in people])
    given = joined((people[0], {"key": "m1", **HELD}), (ana("Ana Ruíz"), HELD), complete=COMPLETE)
    open_yet = proposed(given, office)
    assert [each.id for each in open_yet.open_questions] == ["rows_without_number"]
    proposal = proposed(given, office, answers={"rows_without_number": "same"})
    assert (proposal.open_questions, proposal.refusals) == ((), ())
    assert outcomes(proposal, ListKind.PEOPLE) == ["unchanged", "changed"]
    assert outcomes(proposal, ListKind.MEMBERSHIPS) == ["unchanged", "unchanged"]


def test_the_membership_of_somebody_new_without_a_number_comes_with_the_person() -> None:
    proposal = proposed(joined((ana("Ana Ruiz"), HELD)), OFFICE)
    [write], [membership] = proposal.writes.people, proposal.writes.memberships
    assert (write.person, write.keys) == (membership.person, ())


def test_the_membership_beside_a_person_whose_row_is_refused_is_refused_with_it() -> None:
    row = unnumbered("m2", region="east")
    proposal = proposed(joined((row, HELD)), OFFICE)
    assert [each.code for each in proposal.refusals] == ["unknown_region", "person_refused"]
    given = joined((row, HELD))
    unread = replace(given, rows=given.rows[1:], faulty=given.rows[:1])
    assert outcomes(proposed(unread, OFFICE), ListKind.MEMBERSHIPS) == ["refused"]
