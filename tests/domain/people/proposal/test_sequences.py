"""Lists one after another, as Hypothesis draws them: the office equals a plain model, and no human is there twice."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.people.identity import Features, alike_pairs
from domain.people.proposal.digest import proposal_digest
from domain.people.proposal.lists import Lists
from domain.people.proposal.outcomes import OutcomeKind
from tests.domain.people.proposal.humans import IMPORTS, Asked, Import, Model, truth
from tests.domain.people.proposal.lists_of import OFFICE, kinds, lists, proposed, taken


def asked(given: Lists, questions: Any) -> list[Asked]:
    """Return questions with the names in their rows."""
    return [
        Asked(
            each.id,
            tuple(each.answers),
            tuple(
                str(row.values["name"]) for row in given.rows if row.at in each.at and "name" in row.values
            ),
        )
        for each in questions
    ]


def settled(office: Any, given: Lists, drawn: Import) -> Any:
    """Return the proposal after its questions are answered, or all but those about who is who."""
    answers: dict[str, str] = {}
    known = {
        name: entry.name for id, entry in office.people.items() for name in (id, entry.email, *entry.keys)
    }
    for _ in range(5):
        proposal = proposed(given, office, answers=answers)
        open_ones = asked(given, proposal.open_questions)
        wanted = [each for each in open_ones if drawn.answers or not each.is_who]
        if not wanted:
            return proposal
        answers |= truth(known, wanted)
    raise AssertionError("questions without end")


@settings(max_examples=60, deadline=None)
@given(st.lists(IMPORTS, max_size=5))
def test_lists_one_after_another_leave_the_office_as_a_plain_model_has_it(sequence: list[Import]) -> None:
    office = replace(OFFICE, people={})
    model = Model()
    for drawn in sequence:
        given_lists = lists(**drawn.lists())
        proposal = settled(office, given_lists, drawn)
        assert proposal.refusals == ()
        left_out = {name for each in asked(given_lists, proposal.open_questions) for name in each.names}
        office = taken(office, proposal.writes)
        model.take(drawn, left_out)
        again = settled(office, given_lists, drawn)
        assert set(kinds(again)) <= {OutcomeKind.UNCHANGED.value} | (
            {OutcomeKind.QUESTION.value} if left_out else set()
        )
        assert taken(office, again.writes) == office
        assert proposal_digest(again) == proposal_digest(settled(office, given_lists, drawn))
    entries = {entry.name: entry for entry in office.people.values()}
    assert len(office.people) == len(model.people), "no human twice"
    assert {
        name: {"email": e.email, "region": e.region, "phone": e.phone} for name, e in entries.items()
    } == model.people
    held = {name: {each.name: each.last for each in e.memberships} for name, e in entries.items()}
    assert {name: each for name, each in held.items() if each} == model.memberships
    mentors = {name: e.mentor.capacity for name, e in entries.items() if e.mentor is not None}
    assert mentors == model.capacity
    assert {office.people[id].name for id in office.applications} == model.applied
    features = {
        id: Features(association="a", keys=e.keys, name=e.name, email=e.email, district=e.district)
        for id, e in office.people.items()
    }
    shared = {id for id, e in office.people.items() if e.email == "shared@x.example"}
    assert all(shared >= {*pair} for pair in alike_pairs(features))
