"""One payment: the amount, who did which step, why this amount, what it rests on, and what the visitor may do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts import words as say_acts
from api_gateway.pages.acts.about import About, about
from api_gateway.pages.acts.act import act_about, with_only_choices
from api_gateway.pages.acts.listed import OF_TASKS
from api_gateway.pages.acts.offered import Offered, every_act
from api_gateway.pages.acts.sending import Embedded, Showing, embedded, new_key
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.logs.lists import PAYMENTS
from api_gateway.pages.parts import Link
from api_gateway.pages.payments.queue import MoneyVisitor, PaymentRow, row_of
from api_gateway.pages.view import page
from api_gateway.services.programs import programs
from api_gateway.services.visible import whole_id
from domain.payments.state import Obligation, Order, OrderState

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
FIRST: Final = (
    "confirm-resolution",
    "propose-resolution",
    "approve-stipend",
    "enter-reference",
    "confirm-settled",
    "lift-hold",
    "submit-order",
    "prepare-stipend",
    "settle-limit",
)
"""What is done first, if it may be done: the step that the money waits for."""
_FEW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """A step of the chain: past, now or to come (empty), what it is called, and who."""

    title: str
    who: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Something that a payment rests on, or a warning about it."""

    text: str
    small: str = ""
    warns: bool = False
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentShown:
    """What a payment is: the amount, who gets it and passes it on, who did which step, and what it rests on."""

    amount: str
    payee: str
    chain: Sequence[ChainStep]
    grounds: Sequence[Ground]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDecision:
    """What the visitor can do: the first act as a form, the others as links, and why not the rest."""

    shown: Embedded | None
    more: Sequence[Link]
    why_not: Sequence[tuple[str, str]]


@router.get(f"{PAYMENTS}/{{subject}}")
async def payment(subject: Reference, request: Request, visitor: MoneyVisitor, office: Parts) -> HTMLResponse:
    """Show one payment."""
    id = await whole_id(office.reads.obligations.ids, visitor.caller, subject)
    here = await about(office, visitor, "obligation", id)
    dates = await dates_of(office, visitor)
    return page(
        request, "payments/order.html", visitor, place=PAYMENTS, **await _shown(office, visitor, here, dates)
    )


async def _shown(office: Office, visitor: Visitor, here: About, dates: Dates) -> Mapping[str, Any]:
    shown, say = here.shown, dates.say
    state, row = shown.subject.state, shown.row
    assert isinstance(state, Obligation)  # noqa: S101 - the subject of a payment is money owed
    mentor = row["mentor_name"] or say("parts.unseen")
    payee = row["payee_name"] or state.region
    others = await office.reads.payments.to_payee(visitor.caller.sight, state.id, state.region, _FEW)
    kind = shown.code(state.kind)
    return {
        "title": say("payments.one.title", kind=kind, mentor=mentor),
        "amount": shown.amount(state.amount_minor, state.currency),
        "payee": _payee(here, state, dates),
        "chain": [*_chain(here, state, dates)],
        "rule": _rule(here, state, dates),
        "grounds": [*_grounds(here, state, dates)],
        "decision": await _decision(office, visitor, here),
        "finished": state.state in ("settled", "denied", "canceled") and not state.paid_twice,
        "others": [_other(each, visitor, dates) for each in others],
        "others_title": say("payments.one.others", payee=payee),
        "acts": f"{here.acts}",
    }


def _other(row: Mapping[str, Any], visitor: Visitor, dates: Dates) -> PaymentRow:
    return row_of(row, visitor, {}, dates)


def facts_of_payment(here: About, dates: Dates) -> PaymentShown:
    """Return what money is owed to whom, and what it rests on, as its page shows it."""
    shown, state = here.shown, here.shown.subject.state
    assert isinstance(state, Obligation)  # noqa: S101 - the subject of a payment is money owed
    return PaymentShown(
        amount=shown.amount(state.amount_minor, state.currency),
        payee=_payee(here, state, dates),
        chain=[*_chain(here, state, dates)],
        grounds=[*_grounds(here, state, dates)],
    )


def _payee(here: About, state: Obligation, dates: Dates) -> str:
    """Return who gets the money, and who that passes it on to."""
    mentor = here.shown.row["mentor_name"] or dates.say("parts.unseen")
    payee = here.shown.row["payee_name"] or state.region
    return dates.say("payments.one.payee", payee=payee, mentor=mentor)


def _chain(here: About, state: Obligation, dates: Dates) -> Iterator[ChainStep]:
    """Yield the steps from the claim to the arrival of the money, for the order that counts."""
    say, order = dates.say, state.order
    waits = state.state == "due"
    owed = say("payments.one.owed", day=dates.on(state.accrued_at).words)
    if state.state == "accrued":
        yield ChainStep(
            title=say("payments.one.due_on", day=dates.on(state.due_at).words),
            who=say("payments.one.owed_by"),
            state="now",
        )
    else:
        yield ChainStep(title=owed, who=say("payments.one.owed_by"), state="past")
    done = (
        ("prepare", "prepared", order and order.maker, order and order.prepared_at),
        ("approve", "approved", order and order.approver, order and order.approved_at),
        ("send", "sent", order and order.sender, order and order.sent_at),
        ("paid", "was_paid", order and order.settled_at and order.confirmer, order and order.settled_at),
    )
    open_one = True
    for name, past, person, at in done:
        if person and at:
            who = say("payments.one.by", who=here.shown.staff(person))
            if name in ("send", "paid") and order and order.reference:
                who = f"{who}, {say('payments.one.with_reference', reference=order.reference)}"
            yield ChainStep(title=say(f"payments.one.{past}", day=dates.on(at).words), who=who, state="past")
            continue
        now = open_one and waits
        yield ChainStep(
            title=say(f"payments.one.{name}"), who=say(f"payments.one.{name}_by"), state="now" if now else ""
        )
        open_one = False


def _rule(here: About, state: Obligation, dates: Dates) -> tuple[str, str]:
    """Return the rule that gives the amount, in words, and where it stands."""
    say, shown = dates.say, here.shown
    rule = next((each for each in shown.subject.rules.money if each.kind == state.kind), None)
    file = programs().get(state.program)
    stands = [
        say(
            "payments.one.rule_of",
            program=file.title if file else state.program,
            version=state.rules_version,
            kind=shown.code(state.kind),
        )
    ]
    if rule is None:
        return "", stands[0]
    if cites := [each for each in rule.cites if "-" in each]:
        stands.append(say("payments.one.cites", ids=", ".join(cites)))
    words = say(
        "payments.one.rule",
        payer=say(f"payments.payers.{rule.payer_of_record}"),
        amount=shown.amount(state.amount_minor, state.currency),
        unit=say(f"payments.units.{rule.unit.value}"),
        trigger=say(f"payments.triggers.{rule.trigger.value}"),
    )
    return words, ", ".join(stands)


def _grounds(here: About, state: Obligation, dates: Dates) -> Iterator[Ground]:
    """Yield what the payment rests on, each with its source, warnings among them."""
    say, shown = dates.say, here.shown
    order = state.order
    for code in state.evidence:
        if code in state.proven:
            small = say("payments.one.proven")
        elif order is not None and code in order.evidence:
            small = say("payments.one.seen", who=shown.staff(order.maker))
        else:
            small = say("payments.one.to_see")
        yield Ground(text=say_acts.of_evidence(shown.language, shown.program, code), small=small)
    yield from _of_claims(here, state, dates)
    yield from _of_members(here, state, dates)
    facts = shown.subject.facts
    if facts is not None and facts.elsewhere:
        same = [Link(links.payment(each), each[:8]) for each in facts.elsewhere]
        yield Ground(text=say("payments.one.elsewhere", count=len(facts.elsewhere)), warns=True, links=same)
    for each in state.orders:
        if order is None or each.id != order.id:
            yield _earlier(here, each, dates)


def _of_claims(here: About, state: Obligation, dates: Dates) -> Iterator[Ground]:
    say, live = dates.say, state.live_claims
    pairs = [
        Link(links.relationship(claim.relationship), say("payments.one.pair_link", number=number))
        for number, claim in enumerate(live, 1)
    ]
    if not live:
        yield Ground(text=say("payments.one.no_pair"), warns=True)
    elif len(live) == 1:
        alone = [Link(pairs[0].href, say("payments.one.one_link"))]
        yield Ground(text=say("payments.one.one_pair"), links=alone)
    else:
        yield Ground(text=say("payments.one.pairs", count=len(live)), links=pairs)


def _of_members(here: About, state: Obligation, dates: Dates) -> Iterator[Ground]:
    say, facts = dates.say, here.shown.subject.facts
    if not state.checks_members or facts is None:
        yield Ground(text=say("payments.one.no_members"))
        return
    lapsed = state.lapsed(facts.memberships)
    if not lapsed:
        yield Ground(text=say("payments.one.members"))
    mentor = here.shown.row["mentor_name"] or say("parts.unseen")
    for person in lapsed:
        who = (
            mentor
            if person == state.mentor
            else here.shown.subject.names.get(person, say("acts.facts.mentee"))
        )
        text = say("payments.one.lapsed", who=who[:1].upper() + who[1:])
        yield Ground(text=text, small=say("payments.one.lapsed_do"), warns=True)


def _earlier(here: About, order: Order, dates: Dates) -> Ground:
    """Return what became of an earlier order."""
    say, shown = dates.say, here.shown
    state = say(f"acts.orders.{order.state.value}")
    at = order.settled_at or order.sent_at or order.approved_at or order.prepared_at
    text = (
        say(
            "payments.one.earlier",
            number=order.attempt,
            state=state,
            day=dates.on(at).words,
            reason=shown.code(order.reason),
        )
        if order.reason
        else say("payments.one.earlier_plain", number=order.attempt, state=state)
    )
    small = [say("payments.one.with_reference", reference=order.reference)] if order.reference else []
    if order.confirmer:
        small.append(say("payments.one.reported", who=shown.staff(order.confirmer)))
    warns = order.state in (OrderState.FAILED, OrderState.RETURNED, OrderState.SETTLED_TWICE)
    return Ground(text=text, small="; ".join(small), warns=warns)


async def _decision(office: Office, visitor: Visitor, here: About) -> PaymentDecision:
    found = [each for each in await every_act(office, here.shown, here.pair) if each.act not in OF_TASKS]
    possible = {each.act: each for each in found if each.possible}
    first = next((act for act in FIRST if act in possible), "")
    shown: Embedded | None = None
    if first:
        made = act_about(office, visitor, here, possible[first], {})
        shown = embedded(made, with_only_choices(made, {}), {}, Showing(key=new_key()))
    language = visitor.language
    more = [Link(here.form(act), say_acts.of_act(language, act)["title"]) for act in possible if act != first]
    return PaymentDecision(shown=shown, more=more, why_not=[*_why_not(found, language)])


def _why_not(found: Sequence[Offered], language: str) -> Iterator[tuple[str, str]]:
    """Yield the steps that the rules keep from this visitor, each with its reason: not those of another state."""
    for each in found:
        if not each.possible and each.forbidden:
            yield say_acts.of_act(language, each.act)["title"], say_acts.at_a_page(each.why_not)
