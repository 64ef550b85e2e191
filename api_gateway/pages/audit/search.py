"""The auditors' one search: relationships, people and money that fit the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.locales import amount_in_words
from activities.adapters.postgres.reads.payments import PaymentFilter
from activities.adapters.postgres.reads.relationship_list import PairFilter
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.audit.verdict import AuditVisitor
from api_gateway.pages.coordinator.relationships import pair_state
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Link
from api_gateway.pages.people import pair_shown, position_of
from api_gateway.pages.places import SEARCH
from api_gateway.pages.view import page
from api_gateway.services.programs import zone_of
from api_gateway.services.visitor import Visitor
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
SHOWN: Final = 10
"""How many of each kind the search shows; the whole list is one click away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPart:
    """What was found of one kind: links with a line about each, how many there are, and the list of all."""

    id: str
    title: str
    rows: Sequence[Link]
    count: str
    more: str


@router.get(SEARCH, operation_id="pages.audit.search")
async def search(request: Request, visitor: AuditVisitor, office: Parts, q: Search = "") -> HTMLResponse:
    """Show the relationships, people and money that fit the same words, the first of each kind."""
    dates, words = await dates_of(office, visitor), q.strip()
    return page(
        request,
        "audit/search.html",
        visitor,
        place=SEARCH,
        q=words,
        found=await found_parts(office, visitor, words, dates) if words else (),
    )


async def found_parts(office: Office, visitor: Visitor, q: str, dates: Dates) -> Sequence[FoundPart]:
    """Return what fits, by its kind; a kind of which nothing fits is left out."""
    sight, reads, say = visitor.caller.sight, office.reads, dates.say
    pairs = await reads.relationship_list.listed(sight, PairFilter(q=q), limit=SHOWN)
    people, count = await reads.people.listed(sight, today=dates.today, q=q, limit=SHOWN)
    wanted = PaymentFilter(q=q, zone=zone_of(visitor.caller.association.code))
    money = await reads.payments.listed(sight, wanted, limit=SHOWN)

    def part(id: str, rows: Sequence[Link], total: int, more: str) -> FoundPart:
        some = {"shown": len(rows), "count": total}
        counted = "all" if total == len(rows) else "first"
        return FoundPart(
            id=id,
            title=say(f"audit.found.{id}"),
            rows=rows,
            count=say(f"audit.found.{counted}", **some),
            more=more if total > len(rows) else "",
        )

    parts = (
        part(
            "pairs",
            [_pair(each, dates) for each in pairs.rows],
            pairs.total,
            links.with_query(links.RELATIONSHIPS, q=q),
        ),
        part("people", [_person(each) for each in people], count, links.with_query("/people", q=q)),
        part(
            "money",
            [_money(each, dates) for each in money.rows],
            money.total,
            links.with_query("/payments", q=q, step="all"),
        ),
    )
    return tuple(each for each in parts if each.rows)


def _pair(row: Mapping[str, Any], dates: Dates) -> Link:
    pair, say = pair_shown(row, dates.say), dates.say
    about = (say(f"relationships.stages.{row['stage']}"), pair_state(row, say))
    return Link(pair.href, f"{pair.name} {pair.rest}", " · ".join(each for each in about if each))


def _person(row: Mapping[str, Any]) -> Link:
    about = (position_of(row), row["region_name"] or row["region"])
    return Link(links.person(row["id"]), row["name"], " · ".join(each for each in about if each))


def _money(row: Mapping[str, Any], dates: Dates) -> Link:
    say = dates.say
    amount = amount_in_words(row["amount_minor"], row["currency"], Language(dates.language))
    state = say(f"acts.orders.{row['state']}") if row["state"] else say(f"acts.owed.{row['owed_state']}")
    about = (row["mentor_name"], state, row["reference"])
    payee = row["payee_name"] or row["region"]
    return Link(links.payment(row["id"]), f"{payee}: {amount}", " · ".join(each for each in about if each))
