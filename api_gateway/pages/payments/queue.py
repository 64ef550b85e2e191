"""The queue of payments: what is to prepare, approve, send and confirm, and all orders with their totals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.files.locales import amount_in_words
from activities.adapters.postgres.reads.payments import PaymentFilter, PaymentList, PaymentStep
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.csv_file import MOST, csv_answer
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.filters import ROWS, Asked, Filters, PageNumber, foot_of, region_choice
from api_gateway.pages.logs.asked import evidence
from api_gateway.pages.logs.lists import PAYMENTS
from api_gateway.pages.parts import FilterBar, Link
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_known, demand_region
from api_gateway.services.programs import zone_of
from domain.actors import Role
from domain.languages import Language
from domain.payments.state import OrderState

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
MoneyVisitor = Annotated[
    Visitor, Depends(visitor_with(Role.COORDINATOR, Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN))
]
"""Who sees money; what each of them sees of it, the reads decide."""
STATES: Final = ("none", *(each.value for each in OrderState))
_ACTS: Final[Mapping[str, str]] = {
    OrderState.NEEDS_APPROVAL.value: "approve",
    OrderState.APPROVED.value: "send",
    OrderState.SENT.value: "confirm",
    OrderState.HELD.value: "check",
    OrderState.SETTLED_TWICE.value: "check",
}
"""What is next about an order, by its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPayments(Asked):
    """What the address of the list asks for; a step leaves nothing of itself out."""

    PATH: ClassVar = PAYMENTS
    NO_FILTERS: ClassVar = ("step",)

    step: str = ""
    q: str = ""
    state: str = ""
    region: str = ""


def asked_payments(step: str = "", q: Search = "", state: str = "", region: str = "") -> AskedPayments:
    """Return what the address asks for; an unknown value is refused, because an empty list would look like none."""
    demand_known("step", step, [each.value for each in PaymentStep])
    demand_known("state", state, STATES)
    return AskedPayments(step=step, q=q.strip(), state=state, region=region)


Wanted = Annotated[AskedPayments, Depends(asked_payments)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment as a row of the list."""

    href: str
    payee: str
    mentor: str
    amount: str
    due: When
    late: bool
    state: str
    kind: str
    by: str
    notes: str
    act: Link
    mine: bool


@router.get(PAYMENTS)
async def payments(
    request: Request,
    visitor: MoneyVisitor,
    office: Parts,
    asked: Wanted,
    page_number: PageNumber = 1,
) -> HTMLResponse:
    """Show what is to be done about money; without a step, the first at which there is something."""
    dates = await dates_of(office, visitor)
    counts = await office.reads.payments.steps(visitor.caller.sight)
    step = asked.step or ("all" if asked.filtered else _first_step(counts))
    asked = AskedPayments(step=step, q=asked.q, state=asked.state, region=asked.region)
    found = await _found(office, visitor, asked, (page_number - 1) * ROWS, ROWS)
    regions = await office.reads.regions.names(visitor.caller.sight)
    names = await _names(office, visitor, found.rows)
    return page(
        request,
        "payments/queue.html",
        visitor,
        place=PAYMENTS,
        steps=[*_steps(asked, counts, dates.say)],
        evidence=evidence(visitor.caller, dates.say),
        rows=[row_of(each, visitor, names, dates) for each in found.rows],
        sums=[amount_in_words(minor, code, Language(visitor.language)) for code, minor in found.sums.items()],
        total=found.total,
        asked=asked,
        bar=_bar(asked, regions, dates.say),
        foot=foot_of("payments", asked, page_number, found.total, dates.say),
        anything=bool(found.total) or asked.filtered or any(counts.values()),
    )


@router.get(f"{PAYMENTS}.csv")
async def payments_file(visitor: MoneyVisitor, office: Parts, asked: Wanted) -> Response:
    """Return the same list, with its filters, as a file."""
    dates = await dates_of(office, visitor)
    asked = AskedPayments(step=asked.step or "all", q=asked.q, state=asked.state, region=asked.region)
    found = await _found(office, visitor, asked, 0, MOST)
    names = await _names(office, visitor, found.rows)
    say = dates.say
    heads = ("payee", "mentor", "amount", "due", "order", "state", "reference")
    acts = ("prepared", "approved", "sent", "confirmed")
    return csv_answer(
        "payments",
        [*(say(f"payments.{each}") for each in heads), *(say(f"payments.{each}") for each in acts)],
        (_cells(row, names, dates) for row in found.rows),
    )


def _first_step(counts: Mapping[PaymentStep, int]) -> str:
    return next((step.value for step, count in counts.items() if count), PaymentStep.ALL.value)


async def _found(
    office: Office, visitor: Visitor, asked: AskedPayments, offset: int, limit: int
) -> PaymentList:
    if asked.region:
        await demand_region(office.reads.regions, visitor.caller, asked.region)
    wanted = PaymentFilter(
        step=PaymentStep(asked.step),
        q=asked.q,
        state=asked.state,
        region=asked.region,
        zone=zone_of(visitor.caller.association.code),
    )
    return await office.reads.payments.listed(visitor.caller.sight, wanted, offset=offset, limit=limit)


async def _names(office: Office, visitor: Visitor, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the names of those who acted on orders."""
    acted = {row[name] for row in rows for name in ("maker", "approver", "sender", "confirmer") if row[name]}
    return await office.reads.payments.names(visitor.caller.sight, sorted(acted))


def row_of(row: Mapping[str, Any], visitor: Visitor, names: Mapping[str, str], dates: Dates) -> PaymentRow:
    """Return a payment as a row: whom, for whom, how much, where it stands, and who did the last step."""
    say = dates.say
    state = row["state"] or ""
    over = row["owed_state"] in ("settled", "denied", "canceled")
    step = _ACTS.get(state, "" if over or (state and state != "draft") else "prepare")
    if not step and row["owed_state"] == "due" and state in ("failed", "returned", "voided"):
        step = "prepare"
    words = say(f"payments.do_{step}") if step and row["mine"] else say("payments.open")
    href = links.payment(row["id"])
    return PaymentRow(
        href=href,
        payee=row["payee_name"] or row["region"],
        mentor=row["mentor_name"] or say("parts.unseen"),
        amount=amount_in_words(row["amount_minor"], row["currency"], Language(dates.language)),
        due=dates.due(row["due_at"]) if not over else dates.on(row["due_at"]),
        late=not over and dates.days_late(row["due_at"]) > 0,
        state=_state(row, say),
        kind=_kind(state, over),
        by=_by(row, names, dates),
        notes="; ".join(_notes(row, visitor, say)),
        act=Link(href, words, row["mentor_name"] or ""),
        mine=bool(row["mine"]),
    )


def _state(row: Mapping[str, Any], say: Say) -> str:
    if not row["state"]:
        return say(f"acts.owed.{row['owed_state']}")
    return say(f"acts.orders.{row['state']}")


def _kind(state: str, over: bool) -> str:
    if state in ("held", "failed", "returned", "settled_twice"):
        return "soon"
    return "done" if over and state == "settled" else ""


def _by(row: Mapping[str, Any], names: Mapping[str, str], dates: Dates) -> str:
    """Return who did the last step, and when."""
    for person, at in (
        ("confirmer", "settled_at"),
        ("sender", "sent_at"),
        ("approver", "approved_at"),
        ("maker", "prepared_at"),
    ):
        if row[person]:
            who = names.get(row[person]) or dates.say("acts.facts.somebody")
            return f"{who}, {dates.on(row[at]).words}" if row[at] else who
    return ""


def _notes(row: Mapping[str, Any], visitor: Visitor, say: Say) -> Iterator[str]:
    """Yield what is to be looked at: earlier attempts, and which step the reader did."""
    if row["came_back"]:
        yield say("payments.came_back")
    elif (row["attempt"] or 0) > 1:
        yield say("payments.attempt", number=row["attempt"])
    ids = visitor.caller.ids
    waiting = row["state"] in _ACTS
    for name, word in (("maker", "prepared"), ("approver", "approved"), ("sender", "sent")):
        if waiting and row[name] in ids:
            yield say(f"payments.you_{word}")


def _cells(row: Mapping[str, Any], names: Mapping[str, str], dates: Dates) -> Sequence[str | int | None]:
    def who(person: str, at: str) -> str | None:
        if not row[person]:
            return None
        name = names.get(row[person]) or dates.say("acts.facts.somebody")
        return f"{name}, {dates.local(row[at]).date().isoformat()}" if row[at] else name

    return (
        row["payee_name"] or row["region"],
        row["mentor_name"],
        amount_in_words(row["amount_minor"], row["currency"], Language.EN),
        dates.local(row["due_at"]).date().isoformat(),
        row["attempt"],
        _state(row, dates.say),
        row["reference"] or None,
        who("maker", "prepared_at"),
        who("approver", "approved_at"),
        who("sender", "sent_at"),
        who("confirmer", "settled_at"),
    )


def _steps(asked: AskedPayments, counts: Mapping[PaymentStep, int], say: Say) -> Iterator[Mapping[str, Any]]:
    for each in PaymentStep:
        yield {
            "href": asked.link(step=each.value),
            "text": say(f"payments.steps.{each.value}"),
            "count": counts.get(each),
            "now": asked.step == each.value,
        }


def _bar(asked: AskedPayments, regions: Mapping[str, str], say: Say) -> FilterBar:
    states = {each: say("payments.no_order" if each == "none" else f"acts.orders.{each}") for each in STATES}
    values = {"state": states if asked.step == "all" else {}, "region": region_choice(regions)}
    return Filters("payments", asked, values, say).bar(
        clear=AskedPayments(step=asked.step).link(), kept={"step": asked.step}
    )
