"""What would follow a take-over at once: which applications the rules accept, which wait, and the emails that go."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from domain.actors import SYSTEM
from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, SendNotice
from domain.people.entry import Membership
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.outcomes import ApplicationWrite, ImportWrites
from domain.relationship import state as relationship
from domain.relationship.decider import decide
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.facts import Facts
from domain.relationship.stages.application.opening import (
    ApplicationRefused,
    OpenRelationship,
    RefusalProposed,
)
from domain.rules.intake import TermDates
from domain.rules.program import Rules

ACCEPTED, WAITING, REFUSED = "accepted", "waiting", "refused"
MOST_NAMED = 100
"""The most people whose applications are not accepted that are named."""


def what_follows(
    writes: ImportWrites, office: KnownOffice, rules: Mapping[str, Rules], term: TermDates | None
) -> dict[str, Any]:
    """Return how many applications would be accepted, wait for a person, or be refused, and why; and the emails.

    ``people`` names whose applications are not accepted. ``rules`` are those of each region, as the relationships will
    start with them. Each application is decided as its relationship will decide it, and the emails are those that it
    will send.
    """
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    emails: list[Notice] = []
    people: list[dict[str, str]] = []
    names = {each.person: str(each.values.get("name", "")) for each in writes.people}
    held = _memberships(writes, office)
    for each in writes.applications:
        own = rules.get(each.region)
        if own is None or term is None:
            continue
        events, sent = _opened(each, own, term, _classes_on(held.get(each.person, ()), office), office)
        outcome, reason = _outcome(events)
        counts[outcome] += 1
        emails += sent
        if reason:
            reasons[reason] += 1
            name = names.get(each.person) or office.people[each.person].name
            people.append({"name": name, "outcome": outcome, "reason": reason})
    return {
        "applications": {name: counts[name] for name in (ACCEPTED, WAITING, REFUSED)},
        "reasons": dict(sorted(reasons.items())),
        "people": people[:MOST_NAMED],
        "emails": len(emails),
        "readers": len({each.person for each in emails}),
    }


def _opened(
    each: ApplicationWrite, rules: Rules, term: TermDates, classes: tuple[str, ...], office: KnownOffice
) -> tuple[tuple[Event, ...], tuple[Notice, ...]]:
    """Return the events with which a relationship would open today, and the emails that they send."""
    now = rules.calendar.at(office.today)
    dates = rules.intake.course(each.applied_on, term)
    state = relationship.new(
        id="",
        mentee=each.person,
        program=rules.program,
        term="",
        term_dates=dates,
        region=each.region,
        now=now,
    )
    command = OpenRelationship(
        id="",
        actor=SYSTEM,
        application="",
        reason=each.reason,
        first_year=each.first_year,
        applied_on=each.applied_on,
        areas=each.areas,
    )
    facts = Facts(memberships={each.person: classes[0]} if classes else {}, classes={each.person: classes})
    events = decide(state, command, now, rules, facts)
    sent: list[Notice] = []
    for event in events:
        stamp = Stamp(seq=state.applied_seq + 1, at=now, actor=SYSTEM)
        after = evolve(state, event, stamp)
        sent += (each.notice for each in effects(state, after, event, stamp) if isinstance(each, SendNotice))
        state = after
    return events, tuple(sent)


def _outcome(events: tuple[Event, ...]) -> tuple[str, str]:
    """Return what becomes of an application, and the code of the rule that says no, if one does."""
    for event in events:
        if isinstance(event, RefusalProposed | ApplicationRefused):
            return (WAITING if isinstance(event, RefusalProposed) else REFUSED), event.reason
    return ACCEPTED, ""


def _memberships(writes: ImportWrites, office: KnownOffice) -> Mapping[str, tuple[Membership, ...]]:
    """Return the memberships of each applicant as they will be, those of aliases too."""
    wanted = {each.person for each in writes.applications}
    held = {
        id: {each.record: each for entry in office.entries_of(id) for each in entry.memberships}
        for id in wanted
    }
    for number, each in enumerate(writes.memberships):
        if (person := office.standing(each.person)) in wanted:
            record = each.record if each.record is not None else -1 - number
            held[person][record] = Membership(record=record, name=each.name, first=each.first, last=each.last)
            if each.withdrawn:
                del held[person][record]
    return {person: tuple(each.values()) for person, each in held.items()}


def _classes_on(held: tuple[Membership, ...], office: KnownOffice) -> tuple[str, ...]:
    day = office.today
    names = {each.name for each in held if each.first <= day and (each.last is None or each.last >= day)}
    return tuple(sorted(names))
