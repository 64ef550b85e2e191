"""What would follow a take-over at once: which applications the rules accept, which wait, and the emails that go."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from domain.people.entry import Membership
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.outcomes import ImportWrites
from domain.relationship.parts.application import Application
from domain.relationship.stages.application.eligibility import refusal_of
from domain.rules.program import Rules, TermDates

ACCEPTED, WAITING, REFUSED = "accepted", "waiting", "refused"


def what_follows(
    writes: ImportWrites, office: KnownOffice, rules: Mapping[str, Rules], term: TermDates | None
) -> dict[str, Any]:
    """Return how many applications would be accepted, wait for a person, or be refused, and why; and the emails.

    ``rules`` are those of each region, as the relationships will start with them. The rule is the one that decides.
    """
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    emails = 0
    held = _memberships(writes, office)
    for each in writes.applications:
        own = rules.get(each.region)
        if own is None or term is None:
            continue
        applied = Application(
            reason=each.reason, areas=each.areas, first_year=each.first_year, applied_on=each.applied_on
        )
        dates = own.intake.course(each.applied_on, term)
        reason = refusal_of(applied, dates, own, _class_on(held.get(each.person, ()), office))
        outcome = ACCEPTED if not reason else WAITING if own.refused_by_person else REFUSED
        counts[outcome] += 1
        emails += 1 if outcome == WAITING else 2
        if reason:
            reasons[reason] += 1
    return {
        "applications": {name: counts[name] for name in (ACCEPTED, WAITING, REFUSED)},
        "reasons": dict(sorted(reasons.items())),
        "emails": emails,
        "readers": sum(counts.values()),
    }


def _memberships(writes: ImportWrites, office: KnownOffice) -> Mapping[str, tuple[Membership, ...]]:
    """Return the memberships of each applicant as they will be."""
    wanted = {each.person for each in writes.applications}
    held = {
        id: {each.record: each for each in office.people[id].memberships}
        for id in wanted & office.people.keys()
    }
    for number, each in enumerate(writes.memberships):
        if each.person in wanted:
            record = each.record if each.record is not None else -1 - number
            held.setdefault(each.person, {})[record] = Membership(
                record=record, name=each.name, first=each.first, last=each.last
            )
    return {person: tuple(each.values()) for person, each in held.items()}


def _class_on(held: tuple[Membership, ...], office: KnownOffice) -> str:
    day = office.today
    names = [each.name for each in held if each.first <= day and (each.last is None or each.last >= day)]
    return min(names, default="")
