"""The pages of one relationship: as it is now, its agreement, its notes, and an email as it was sent."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst, StaffVisitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.csv_file import MOST, csv_answer
from api_gateway.pages.own_forms import new_key
from api_gateway.pages.parts import Link, TimelineDay
from api_gateway.pages.record import emails, meetings_part, next_steps, timeline, what_holds
from api_gateway.pages.record.beside import beside
from api_gateway.pages.record.relationship_record import RelationshipRecord, read_record
from api_gateway.pages.view import page
from api_gateway.services.known_codes import demand_known
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.visibility import Data

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
DEPTHS: Final = ("story", "acts")
FEW: Final = 24
"""How many entries of the timeline stand on the page; the whole history is one click away."""
EMAILS: Final = 6


@router.get("/relationships/{subject}")
async def relationship(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    subject: Reference,
    depth: str = DEPTHS[0],
    whole: bool = False,
) -> HTMLResponse:
    """Show a relationship; ``depth`` is that of the timeline, ``whole`` shows all of it, and every email."""
    demand_known("depth", depth, DEPTHS)
    record = await read_record(office, visitor, subject)
    limit = MOST if whole else FEW
    days, more = await _days(office, record, depth, limit)
    shown = record.emails if whole else record.emails[:EMAILS]
    return page(
        request,
        "coordinator/relationship.html",
        visitor,
        place=links.RELATIONSHIPS,
        record=record,
        head=what_holds.title_facts(record),
        steps=next_steps.next_steps(record),
        deadline=next_steps.deadline_fact(record),
        stages=[*next_steps.stage_line(record)],
        months=meetings_part.months(record),
        met=meetings_part.met_in_words(record),
        not_counted=meetings_part.not_counted(record),
        met_rows=meetings_part.met_rows(record),
        plan=[*meetings_part.plan_facts(record)],
        depth=depth,
        ahead=timeline.ahead(record) if record.told else (),
        days=days,
        more=more,
        audits=Role.AUDITOR in visitor.caller.roles,
        emails=[*emails.email_rows(record, shown)],
        more_emails=len(shown) < len(record.emails),
        acts=_acts(record),
        new_key=new_key,
        **_holds(record),
    )


async def _days(
    office: Office, record: RelationshipRecord, depth: str, limit: int
) -> tuple[Sequence[TimelineDay], bool]:
    """Return the days of the timeline at a depth; to an auditor every act includes refusals and emails."""
    if not record.told:
        return (), False
    acts = depth == "acts"
    return timeline.days(record, acts=acts, limit=limit, beside=await beside(office, record) if acts else ())


@router.get("/relationships/{subject}/timeline.csv")
async def timeline_file(
    visitor: StaffVisitor, office: Parts, subject: Reference, depth: str = DEPTHS[0]
) -> Response:
    """Return the whole timeline at a depth as a file: the rows that the page shows."""
    demand_known("depth", depth, DEPTHS)
    record = await read_record(office, visitor, subject)
    if not record.told:
        raise Problem(404, "not_found")
    acts = depth == "acts"
    more = await beside(office, record) if acts else ()
    rows, _ = timeline.told(record, acts=acts, limit=MOST, beside=more)
    heads = [record.say(f"relationship.timeline_{each}") for each in ("when", "what", "who")]
    cells = ((record.dates.local(each.at).isoformat(), each.entry.text, each.entry.small) for each in rows)
    return csv_answer(f"timeline-{record.id[:8]}", heads, cells)


def _holds(record: RelationshipRecord) -> dict[str, Any]:
    """Return what holds, as far as the reader sees it."""
    return {
        "agreement": [*what_holds.agreement_facts(record)],
        "money": [*what_holds.money_facts(record)],
        "forms": [*what_holds.form_facts(record)],
        "people": [*what_holds.people_facts(record)] if record.sees(Data.PEOPLE) else [],
        "helpers": [*what_holds.helper_facts(record)],
        "lineage": [*what_holds.lineage_facts(record)],
        "notes": [*what_holds.note_facts(record)] if record.sees(Data.ANSWERS) else [],
    }


def _acts(record: RelationshipRecord) -> Link | None:
    """Return the page of everything that the reader can do about the relationship; none for those who only read."""
    roles = set(record.visitor.caller.roles)
    if not roles & {Role.COORDINATOR, Role.ADMIN, Role.PAYMENT_STAFF}:
        return None
    return Link(f"{links.relationship(record.id)}/acts", record.say("relationship.all_acts"))
