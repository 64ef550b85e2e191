"""Lists one after another, as Hypothesis draws them: the office equals a plain model, and no human is there twice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.people.identity import Features, alike_pairs
from domain.people.proposal.digest import proposal_digest
from domain.people.proposal.lists import Lists
from domain.people.proposal.outcomes import OutcomeKind
from tests.domain.people.proposal.lists_of import OFFICE, kinds, lists, proposed, taken


@dataclass(frozen=True, slots=True)
class Human:
    """A human as the world has one: numbers of zeros and case that a list may spell in other ways."""

    number: int
    name: str
    email: str

    def row(self, spelling: int, region: str, phone: str) -> dict[str, Any]:
        """Return the row of this human in a list."""
        key = (f"00{self.number}", f"{self.number}", f"{self.number}.0")[spelling]
        row = {
            "key": key,
            "name": self.name,
            "email": self.email,
            "role_title": "principal",
            "district": "Lake",
            "region": region,
        }
        return {**row, "phone": phone} if phone else row


HUMANS = tuple(
    Human(number, f"Human {number}", "shared@x.example" if number in (101, 102) else f"h{number}@x.example")
    for number in range(101, 108)
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(HUMANS),
        st.integers(0, 2),
        st.sampled_from(["north", "central"]),
        st.sampled_from(["", "555 01", "555 02"]),
    ),
    max_size=8,
    unique_by=lambda row: row[0],
)


def truth(office: Any, given: Lists, questions: Any) -> dict[str, str]:
    """Answer as somebody who knows the humans: rows and entries with one name are one."""
    names = {
        name: entry.name for id, entry in office.people.items() for name in (id, entry.email, *entry.keys)
    }
    answers = {}
    for question in questions:
        rows = [row for row in given.rows if row.at in question.at]
        if question.answers == ("yes",):
            answers[question.id] = "yes"
        elif len(rows) == 1:
            known = rows[0].values["name"] in names.values()
            same = next((each for each in question.answers if each.startswith("same:")
                         and names.get(each.partition(":")[2]) == rows[0].values["name"]), "same")  # fmt: skip
            answers[question.id] = same if known else "two"
        else:
            answers[question.id] = "each"
    return answers


def settled(office: Any, given: Lists) -> Any:
    """Return the proposal after all its questions are answered."""
    answers: dict[str, str] = {}
    for _ in range(5):
        proposal = proposed(given, office, answers=answers)
        if not proposal.open_questions:
            return proposal
        answers |= truth(office, given, proposal.open_questions)
    raise AssertionError("questions without end")


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=5))
def test_lists_one_after_another_leave_the_office_as_a_plain_model_has_it(sequence: list[Any]) -> None:
    office = replace(OFFICE, people={})
    model: dict[str, dict[str, str]] = {}
    for drawn in sequence:
        rows = [human.row(spelling, region, phone) for human, spelling, region, phone in drawn]
        given_lists = lists(people=rows)
        proposal = settled(office, given_lists)
        assert proposal.refusals == ()
        office = taken(office, proposal.writes)
        for row in rows:
            model.setdefault(row["name"], {"phone": ""}).update(
                {name: row[name] for name in ("email", "region", "phone") if name in row}
            )
        again = settled(office, given_lists)
        assert set(kinds(again)) <= {OutcomeKind.UNCHANGED.value}
        assert taken(office, again.writes) == office
        assert proposal_digest(again) == proposal_digest(settled(office, given_lists))
    found: Mapping[str, Mapping[str, str]] = {
        entry.name: {"email": entry.email, "region": entry.region, "phone": entry.phone}
        for entry in office.people.values()
    }
    assert found == model
    assert len(office.people) == len(model), "no human twice"
    features = {
        id: Features(association="a", keys=e.keys, name=e.name, email=e.email, district=e.district)
        for id, e in office.people.items()
    }
    shared = {id for id, e in office.people.items() if e.email == "shared@x.example"}
    assert all(shared >= {*pair} for pair in alike_pairs(features))
