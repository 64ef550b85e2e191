"""What an email about an entry of staff shows besides its data: what was entered, and whether its reader has to sign.

It is looked up when the email leaves: runs of every engine record the same, and a signature may come meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.states import relationship_state
from activities.adapters.postgres.reads.agreement import versions
from domain.actors import Side
from domain.journal import Event, decode
from domain.notices import NoticeKind
from domain.relationship.objections import objection_until
from domain.relationship.parts.staff_acts import StaffAct
from domain.relationship.stages.contact.checklist import ChecklistTicked
from domain.relationship.stages.meetings.plan import MeetingsPlanned
from domain.relationship.state import Relationship
from domain.visibility import Sight

OF_ENTRIES: Final = (NoticeKind.ACTED_FOR_YOU, NoticeKind.ACTED_FOR_PARTNER)
"""The kinds of notices about entries of staff."""
ABOUT_AGREEMENT: Final = ("DraftAgreement", "SignAgreement")
"""The entries after which somebody has to sign."""
_EVENTS: Final[Mapping[str, type[Event]]] = {
    "TickChecklist": ChecklistTicked,
    "PlanMeetings": MeetingsPlanned,
}
"""The entries that list something, and the event that says what."""


async def entered_by_staff(sight: Sight, connection: AsyncConnection, row: RowMapping) -> dict[str, Any]:
    """Return what the notice to send knows of an entry of staff, by the names of its fields; nothing of another.

    ``sight`` is that of its reader.
    """
    entry = row["data"].get("entry", "") if row["kind"] in OF_ENTRIES else ""
    if not row["person"] or entry not in (*ABOUT_AGREEMENT, *_EVENTS, "ConfirmFirstContact"):
        return {}
    known = await relationship_state(connection, row["subject"])
    if known is None:
        return {}
    state, _ = known
    if entry == "ConfirmFirstContact":
        return {"contacted_on": state.contact.contacted_on, "contact_mode": state.contact.mode}
    if entry in _EVENTS:
        return _listed(await _recorded(connection, row, state, _EVENTS[entry]))
    version = row["data"].get("version", "")
    if entry == "DraftAgreement":
        version = await _drafted(sight, connection, row, state)
    found: dict[str, Any] = {"to_sign": _to_sign(state, row["person"], version)}
    draft = state.agreement.draft
    if draft is not None and str(draft.version) == version:
        found["effective_from"] = objection_until(state)
    return {**found, "version": version} if entry == "DraftAgreement" else found


def _act_of(row: RowMapping, state: Relationship) -> StaffAct | None:
    """Return the entry of staff that a notice is about."""
    return next((each for each in state.staff_acts if each.id == row["data"].get("act")), None)


async def _recorded(
    connection: AsyncConnection, row: RowMapping, state: Relationship, kind: type[Event]
) -> list[Mapping[str, Any]]:
    """Return the bodies of the events of a kind that an entry recorded: those of its instant."""
    act = _act_of(row, state)
    event = tables.events.c
    of_kind = select(event.bytes).where(event.stream == row["subject"], event.type == kind.__name__)
    found = [decode(bytes(each)) for each in (await connection.scalars(of_kind.order_by(event.seq))).all()]
    return [each.body for each in found if act and each.decided_at == act.at]


def _listed(bodies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the points of a first meeting with their day, or the meetings of a plan, by the names of its fields."""
    points = tuple(item for body in bodies for item in body.get("items", ()))
    days = [date.fromisoformat(body["done_on"]) for body in bodies if "done_on" in body]
    planned = sorted(
        datetime.fromisoformat(each["starts_at"]) for body in bodies for each in body.get("planned", ())
    )
    return {
        "points": points,
        "points_on": max(days, default=None),
        "planned": tuple(planned),
    }


async def _drafted(sight: Sight, connection: AsyncConnection, row: RowMapping, state: Relationship) -> str:
    """Return the version that an entry wrote: the one of its instant; empty if there is none."""
    act = _act_of(row, state)
    known = await versions(sight, connection, row["subject"]) if act else ()
    return next((str(each.version) for each in known if act and each.drafted_at == act.at), "")


def _to_sign(state: Relationship, person: str, version: str) -> bool:
    """Return whether a version is the draft that is to be signed, and this person of the pair has not signed it."""
    draft = state.agreement.draft
    side = Side.MENTEE if person == state.mentee else Side.MENTOR
    waits = draft is not None and str(draft.version) == version and side not in draft.signed_by
    return waits and not state.ended
