"""What is next to a form: how its subject is at this moment. If it changes meanwhile, the form is stale."""

from collections.abc import Iterator

from api_gateway.office import Office
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.people import district_of, position_of
from api_gateway.pages.words import Say
from domain.languages import Language
from domain.payments.state import Obligation, Order
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.state import Relationship
from domain.term.state import Term

Facts = dict[str, str]
"""Each fact by its label, in words."""


def facts_of(shown: Shown) -> Facts:
    """Return how a subject stands, in words, without what is not there yet."""
    state = shown.subject.state
    if isinstance(state, Relationship):
        found = _of_pair(shown, state)
    elif isinstance(state, Obligation):
        found = _of_money(shown, state)
    else:
        found = _of_term(shown, state)
    labels = say.words(shown.language)["facts"]
    needs = needs_of(shown) if isinstance(state, Relationship) and state.stage == "matching" else {}
    return {labels[key]: text for key, text in found if text} | needs


def needs_of(shown: Shown) -> Facts:
    """Return what a mentor is chosen for: what the mentee applied with, and what the talk with the mentee found."""
    state = shown.subject.state
    if not isinstance(state, Relationship):
        return {}
    labels = say.words(shown.language)["facts"]
    found = {
        "areas": state.application.areas,
        "needs": state.matching.needs,
        "preferences": state.matching.preferences,
    }
    return {
        labels[key]: ", ".join(shown.code(each) for each in codes) for key, codes in found.items() if codes
    }


async def choice_of(office: Office, shown: Shown) -> Facts:
    """Return by what a mentor is chosen: position and district of the mentee, and what the mentee needs."""
    labels = say.words(shown.language)["facts"]
    mentee = str(shown.row.get("mentee") or "")
    known = (await office.reads.people.positions(shown.caller.sight, [mentee])).get(mentee)
    place = ", ".join(filter(None, (position_of(known), district_of(known)))) if known else ""
    return {**({labels["mentee"]: place} if place else {}), **needs_of(shown)}


def _of_pair(shown: Shown, state: Relationship) -> Iterator[tuple[str, str]]:
    yield "stage", Say(Language(shown.language))(f"relationships.stages.{state.stage}")
    if state.ended_at is not None:
        yield "ended", shown.day(state.ended_at)
    if state.pause is not None:
        yield "paused", shown.day(state.pause.since)
    if state.mentor:
        yield "mentor", shown.person(state.mentor)
    if (proposal := state.open_proposal) is not None:
        yield "proposed", shown.staff(proposal.mentor)
        yield "accepted", shown.day(proposal.accepted_at) if proposal.accepted_at else ""
        yield "conflicts", ", ".join(shown.code(each) for each in proposal.conflicts)
    yield "agreement", "; ".join(_agreement(shown, state))
    standing = state.meetings.standing
    if standing:
        yield "meetings", str(len(counting(state.meetings, shown.subject.rules)))
        yield "last_meeting", shown.day(max(met.began_at for met in standing))


def _agreement(shown: Shown, state: Relationship) -> Iterator[str]:
    said, agreement = say.words(shown.language)["facts"], state.agreement
    if agreement.in_force:
        yield str(said["in_force"]).format(number=agreement.in_force)
    if agreement.draft is not None:
        yield str(said["to_sign"]).format(number=agreement.draft.version)
        for side in agreement.draft.signed_by:
            yield str(said["signed_by"]).format(who=shown.person(state.person_of(side)))


def _of_money(shown: Shown, state: Obligation) -> Iterator[tuple[str, str]]:
    said = say.words(shown.language)
    yield "amount", shown.amount(state.amount_minor, state.currency)
    yield "payee", str(shown.row.get("payee_name") or state.region)
    yield "for_mentor", str(shown.row.get("mentor_name") or said["facts"]["somebody"])
    yield "state", said["owed"][state.state]
    order = state.order or (state.orders[-1] if state.orders else None)
    if order is not None:
        yield from _of_order(shown, order)
    if (twice := state.paid_twice) is not None and twice.twice is not None and twice.twice.resolution:
        yield "proposed_end", say.of_enum(shown.language, "Resolution")[twice.twice.resolution.value]
        yield "proposed_by", shown.staff(twice.twice.proposed_by)


def _of_order(shown: Shown, order: Order) -> Iterator[tuple[str, str]]:
    said = say.words(shown.language)
    state = f"{order.attempt}, {said['orders'][order.state.value]}"
    if order.reason:
        state = f"{state}: {shown.code(order.reason)}"
    yield "order", state
    for key, person, at in (
        ("prepared", order.maker, order.prepared_at),
        ("approved", order.approver, order.approved_at),
        ("sent", order.sender, order.sent_at),
        ("confirmed", order.confirmer, order.settled_at),
    ):
        if person:
            day = shown.day(at) if at else ""
            who = shown.staff(person)
            yield key, str(said["facts"]["by_on"]).format(who=who, day=day) if day else who
    yield "reference", order.reference


def _of_term(shown: Shown, state: Term) -> Iterator[tuple[str, str]]:
    yield "region", str(shown.row.get("region_name") or state.region)
    yield "dates", f"{shown.on(state.first)} – {shown.on(state.last)}"
