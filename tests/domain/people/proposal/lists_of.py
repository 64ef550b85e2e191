"""Builders for tests of proposals: an office, lists as a coordinator has them, and what comes of taking them over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from domain.actors import Actor, Role
from domain.people.entry import Entry, Membership, MentorRecord
from domain.people.identity import pair_of
from domain.people.proposal.known import KnownApplication, KnownOffice
from domain.people.proposal.lists import At, Complete, ListKind, ListRow, Lists
from domain.people.proposal.outcomes import ImportProposal, ImportWrites, OutcomeKind
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered

APPLIED = {"key": "m1", "reason": "new_to_role", "first_year": True, "applied_on": date(2026, 11, 1)}
TODAY = date(2026, 11, 28)
NEEDED = {
    ListKind.PEOPLE: ("name", "email", "role_title", "region"),
    ListKind.MEMBERSHIPS: ("membership", "first"),
    ListKind.MENTORS: ("capacity",),
    ListKind.APPLICATIONS: ("reason", "first_year", "applied_on"),
}
ADMIN = Actor(id="a" * 32, role=Role.ADMIN)
STATE = Actor(id="b" * 32, role=Role.COORDINATOR)
NORTH = Actor(id="c" * 32, role=Role.COORDINATOR, regions=("north",))
OFFICE = KnownOffice(
    association="acme",
    today=TODAY,
    people={},
    regions={"north": "North", "central": "Central"},
    classes=("active", "retired"),
    reasons=("new_to_role", "new_to_role_in_state"),
    served=frozenset({"north", "central"}),
    term="t" * 32,
)


def person(key: str, **values: Any) -> dict[str, Any]:
    """Return a row of people; a value of None is a blank cell."""
    full = {
        "name": f"Name of {key}",
        "email": f"{key}@post.example",
        "role_title": "principal",
        "district": "Lake",
        "region": "north",
    }
    row = {"key": key, **full, **values}
    return {name: value for name, value in row.items() if value is not None}


def unnumbered(key: str, **values: Any) -> dict[str, Any]:
    """Return a row of people without a member number."""
    row = person(key, **values)
    del row["key"]
    return row


def lists(
    people: list[dict[str, Any]] | None = None,
    memberships: list[dict[str, Any]] | None = None,
    mentors: list[dict[str, Any]] | None = None,
    applications: list[dict[str, Any]] | None = None,
    complete: Complete | None = None,
    unread: Mapping[ListKind, frozenset[str]] | None = None,
) -> Lists:
    """Return the lists of an import; the first row below a heading is 2. ``clear`` as a value clears."""
    given = {
        ListKind.PEOPLE: people,
        ListKind.MEMBERSHIPS: memberships,
        ListKind.MENTORS: mentors,
        ListKind.APPLICATIONS: applications,
    }
    rows = tuple(
        ListRow(
            kind=kind,
            at=At(f"{kind.value}.csv", number),
            name=str(row.get("name", "")),
            values={name: value for name, value in row.items() if value != "clear"},
            cleared=tuple(name for name, value in row.items() if value == "clear"),
        )
        for kind, found in given.items()
        for number, row in enumerate(found or (), 2)
    )
    files = {kind: f"{kind.value}.csv" for kind, found in given.items() if found is not None}
    return Lists(rows=rows, needed=NEEDED, complete=complete, unread=unread or {}, files=files)


def answered(actor: Actor, answers: Mapping[str, str]) -> dict[str, Answered]:
    """Return answers by one actor."""
    return {id: Answered(value=value, actor=actor) for id, value in answers.items()}


def proposed(
    given: Lists, office: KnownOffice = OFFICE, actor: Actor = ADMIN, answers: Mapping[str, str] | None = None
) -> ImportProposal:
    """Return a proposal in which the first list's role titles are right."""
    return propose(given, office, actor, answered(ADMIN, {"titles": "yes", **(answers or {})}))


def kinds(proposal: ImportProposal) -> list[str]:
    """Return what the rows come to, in their order."""
    return [each.outcome.value for each in proposal.outcomes]


def count(proposal: ImportProposal, outcome: OutcomeKind) -> int:
    """Return how many rows come to something."""
    return sum(each.outcome is outcome for each in proposal.outcomes)


def taken(office: KnownOffice, writes: ImportWrites) -> KnownOffice:
    """Return the office after a take-over, as a plain model: entries are values, ids are numbers."""
    people = dict(office.people)
    ids: dict[str, str] = {}

    def id_of(person: str) -> str:
        if not person.startswith("new/"):
            return person
        return ids.setdefault(person, f"{len(people):032x}")

    for write in writes.people:
        values = {
            name: id_of(value) if name == "supervisor" and value else value
            for name, value in write.values.items()
        }
        id = id_of(write.person)
        if write.new:
            people[id] = Entry(id=id, association=office.association, keys=write.keys, **values)
        else:
            people[id] = replace(people[id], keys=(*people[id].keys, *write.keys), **values)
    for number, membership in enumerate(writes.memberships):
        id = id_of(membership.person)
        held = [each for each in people[id].memberships if each.record != membership.record]
        if membership.withdrawn:
            people[id] = replace(people[id], memberships=tuple(held))
            continue
        record = membership.record or 1000 * len(held) + number + 1
        new = Membership(record=record, name=membership.name, first=membership.first, last=membership.last)
        people[id] = replace(people[id], memberships=(*held, new))
    for mentor in writes.mentors:
        id = id_of(mentor.person)
        known = people[id].mentor
        record_of = MentorRecord(**mentor.values) if known is None else replace(known, **mentor.values)
        people[id] = replace(people[id], mentor=record_of)
    applications = dict(office.applications)
    for application in writes.applications:
        applications[id_of(application.person)] = KnownApplication(
            attempt=application.attempt,
            reason=application.reason,
            first_year=application.first_year,
            applied_on=application.applied_on,
            areas=application.areas,
        )
    apart = office.apart | {pair_of(id_of(pair.one), id_of(pair.other)) for pair in writes.apart}
    return replace(office, people=people, applications=applications, apart=apart)


SINCE = date(2020, 7, 1)


def after(*people: dict[str, Any], **more: Any) -> Any:
    """Return the office after a first import of these people and records."""
    given = lists(people=list(people), **more)
    first = proposed(given)
    assert (first.refusals, first.open_questions) == ((), ())
    return taken(OFFICE, first.writes)


def by_key(office: Any, key: str) -> Entry:
    """Return the entry of a number."""
    found: Entry = office.people[office.by_key[key]]
    return found
