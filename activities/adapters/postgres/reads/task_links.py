"""The links of emails as staff see them: what each is the right to, and what has become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.facts.door_sessions import open_at_door
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.link_states import LinkNow, LinkState, link_state
from domain.visibility import Sight

_LINK: Final = tables.task_links.c
_KEPT: Final = (
    "act",
    "chosen",
    "person",
    "partner",
    "address",
    "sent_at",
    "expires_at",
    "used_at",
    "revoked_at",
)
_WHEN: Final = {
    LinkState.ALIVE: "expires_at",
    LinkState.EXPIRED: "expires_at",
    LinkState.USED: "used_at",
    LinkState.ENDED: "revoked_at",
}
PAIR: Final = (
    tables.relationships.c.id.label("pair"),
    tables.relationships.c.mentee,
    tables.relationships.c.mentor,
    tables.relationships.c.proposed_mentor,
    tables.relationships.c.ended_at,
)
"""What a link's state depends on besides the link and the address of its person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAccess:
    """How a person gets in at the door now. The instants of sessions, and ``present``, are real ones."""

    links: int
    sessions: int
    used_at: datetime | None
    present: datetime


class LinkReads(Reads):
    """The reads of links and of sessions at the door."""

    async def of_person(self, sight: Sight, person: str) -> DoorAccess:
        """Return how many links of emails that the reader sees are alive, and how many sessions go on.

        Both are nothing for somebody whom the reader does not see. All entries of a human count.
        """
        people, other = tables.people, tables.people.alias("other")
        stands = func.coalesce(people.c.alias_of, people.c.id)
        ids = (
            select(other.c.id)
            .join(people, func.coalesce(other.c.alias_of, other.c.id) == stands)
            .where(people.c.id == person, sql.person(sight))
        )
        entry = tables.people.alias("entry")
        wanted = (
            select(tables.task_links, *PAIR, entry.c.email, OFFSET.label("offset"))
            .join_from(tables.task_links, tables.notices, tables.notices.c.id == _LINK.notice)
            .join(entry, entry.c.id == _LINK.person)
            .join(tables.relationships, tables.relationships.c.id == _LINK.subject, isouter=True)
            .where(
                _LINK.person.in_(ids), _LINK.used_at.is_(None), _LINK.revoked_at.is_(None), sql.notice(sight)
            )
        )
        session = tables.door_sessions.c
        going_on = session.person.in_(ids), open_at_door()
        counted = select(func.count(), func.max(session.used_at), func.now()).where(*going_on)
        async with self._database.one_statement() as connection:
            links = (await connection.execute(wanted)).mappings().all()
            sessions, used_at, present = (await connection.execute(counted)).one()
        alive = [row for row in links if state_of(row, row) is LinkState.ALIVE]
        return DoorAccess(links=len(alive), sessions=sessions, used_at=used_at, present=present)


def links_of_notice() -> ColumnElement[Any]:
    """Return the links of a notice as one value, so that the statement about it brings them along."""
    parts = (part for name in _KEPT for part in (literal(name, Text), _LINK[name]))
    one = func.jsonb_build_object(*parts, type_=JSONB)
    together = func.jsonb_agg(
        aggregate_order_by(one, _LINK.sent_at.desc(), _LINK.created_at.desc(), _LINK.id)
    )
    of_notice = select(together).where(_LINK.notice == tables.notices.c.id)
    return of_notice.correlate(tables.notices).scalar_subquery()


def shown_links(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the links of the row of a notice, each with its state and the instant that belongs to it."""
    found = []
    for link in row["links"] or ():
        dates = {
            name: link[name] and datetime.fromisoformat(link[name]) for name in _KEPT if name.endswith("_at")
        }
        state = state_of({**link, **dates}, row)
        when = _WHEN.get(state)
        shown = {
            "act": link["act"],
            "chosen": link["chosen"],
            "sent_at": link["sent_at"],
            "state": state.value,
        }
        found.append({**shown, "at": link[when] if when else None})
    return found


def state_of(link: Mapping[str, Any], around: Mapping[str, Any]) -> LinkState:
    """Return what a link is now; ``around`` has its pair, the address of its person, and the office's offset."""
    now = LinkNow(
        **{name: link[name] for name in ("act", "person", "partner", "address")},
        **{name: link[name] for name in ("expires_at", "used_at", "revoked_at")},
        **{
            name: around[name]
            for name in ("email", "pair", "mentee", "mentor", "proposed_mentor", "ended_at")
        },
    )
    return link_state(now, now_with_offset(around["offset"]))
