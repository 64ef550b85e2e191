"""Humans as the world has them, lists of them as Hypothesis draws them, and a plain model of the office they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

SINCE = date(2020, 1, 1)
UNTIL = date(2030, 6, 30)
APPLIED_ON = date(2026, 8, 3)


@dataclass(frozen=True, slots=True)
class Human:
    """A human with a number, whose zeros and dots a list may spell in other ways, and with two addresses."""

    number: int
    name: str
    emails: tuple[str, str]


HUMANS = tuple(
    Human(
        number,
        f"Human {number}",
        ("shared@x.example",) * 2
        if number in (101, 102)
        else (f"h{number}@x.example", f"h{number}@new.example"),
    )
    for number in range(101, 108)
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one list says of one human; empty is what it does not say."""

    human: Human
    spelling: int
    region: str
    phone: str
    email: int
    memberships: tuple[tuple[str, date | None], ...]
    capacity: int
    applies: bool

    @property
    def key(self) -> str:
        """The number as this list spells it."""
        return (f"00{self.human.number}", f"{self.human.number}", f"{self.human.number}.0")[self.spelling]

    def person(self) -> dict[str, Any]:
        """Return the row of the list of people."""
        row = {
            "key": self.key,
            "name": self.human.name,
            "email": self.human.emails[self.email],
            "role_title": "principal",
            "district": "Lake",
            "region": self.region,
        }
        return {**row, "phone": self.phone} if self.phone else row

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of this human in each list."""
        held = [{"membership": name, "first": SINCE, "last": last} for name, last in self.memberships]
        applied = {"reason": "new_to_role", "first_year": True, "applied_on": APPLIED_ON}
        return {
            "people": [self.person()],
            "memberships": [
                {"key": self.key, **{k: v for k, v in each.items() if v is not None}} for each in held
            ],
            "mentors": [{"key": self.key, "capacity": self.capacity}] if self.capacity else [],
            "applications": [{"key": self.key, **applied}] if self.applies else [],
        }


@dataclass(frozen=True, slots=True)
class Import:
    """The lists of one import, and whether all questions about who is who are answered, or left out."""

    drawn: tuple[Drawn, ...]
    answers: bool

    def lists(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each list; a list without a row is left out, but for that of people."""
        found: dict[str, list[dict[str, Any]]] = {}
        for each in self.drawn:
            for kind, rows in each.rows().items():
                found.setdefault(kind, []).extend(rows)
        return {kind: rows for kind, rows in found.items() if rows}


IMPORTS = st.builds(
    Import,
    st.lists(
        st.builds(
            Drawn,
            st.sampled_from(HUMANS),
            st.integers(0, 2),
            st.sampled_from(["north", "central"]),
            st.sampled_from(["", "555 0101", "555 0102"]),
            st.integers(0, 1),
            st.lists(
                st.tuples(st.sampled_from(["active", "retired"]), st.sampled_from([None, UNTIL])),
                max_size=2,
                unique_by=lambda held: held[0],
            ).map(tuple),
            st.integers(0, 2),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda drawn: drawn.human,
    ).map(tuple),
    st.integers(0, 3).map(bool),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: what it takes as an answer, and the names in the rows that it is about."""

    id: str
    answers: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def is_who(self) -> bool:
        """Whether it asks who is who; others ask about codes, saved numbers, or a second membership."""
        return not {"yes", "put_back", "whole", "both"} & {*self.answers}


def truth(known: Mapping[str, str], questions: Iterable[Asked]) -> dict[str, str]:
    """Answer as somebody who knows the humans: rows and entries with one name are one.

    Args:
        known: The name of each entry by its id, addresses and numbers.
        questions: What is asked.
    """
    answers = {}
    for question in questions:
        if not question.is_who:
            answers[question.id] = next(
                each for each in ("yes", "put_back", "whole", "both") if each in question.answers
            )
        elif len(question.names) == 1:
            [name] = question.names
            same = next(
                (
                    each
                    for each in question.answers
                    if each.startswith("same:") and known.get(each.partition(":")[2]) == name
                ),
                "same",
            )
            answers[question.id] = same if name in known.values() else "two"
        else:
            answers[question.id] = "each"
    return answers


@dataclass(slots=True)
class Model:
    """What the office must know of each human, by name: a plain update of a table, without a rule of the import."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    memberships: dict[str, dict[str, date | None]] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)

    def take(self, given: Import, left_out: Iterable[str] = ()) -> None:
        """Take an import over, without the humans whose rows wait for an answer."""
        waiting = set(left_out)
        for each in given.drawn:
            name = each.human.name
            if name in waiting:
                continue
            said = {
                field: each.person()[field]
                for field in ("email", "region", "phone")
                if field in each.person()
            }
            self.people.setdefault(name, {"phone": ""}).update(said)
            for held, last in each.memberships:
                of_human = self.memberships.setdefault(name, {})
                of_human[held] = last or of_human.get(held)
            if each.capacity:
                self.capacity[name] = each.capacity
            if each.applies:
                self.applied.add(name)
