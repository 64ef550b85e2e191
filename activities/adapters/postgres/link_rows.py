"""Rows of links of emails: what each is the right to, and what has become of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import now_with_offset
from activities.adapters.postgres.facts.entries_of_one import every_entry
from activities.adapters.postgres.facts.json_array import json_array
from domain.link_states import LinkNow, LinkState, link_state

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


ENTRIES: Final = json_array(every_entry(_LINK.person))
"""All entries of the human to whom a link went."""


def links_of_notice() -> ColumnElement[Any]:
    """Return the links of a notice as one value, so that the statement about it brings them along."""
    parts = (part for name in _KEPT for part in (literal(name, Text), _LINK[name]))
    one = func.jsonb_build_object(*parts, literal("entries", Text), ENTRIES, type_=JSONB)
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
        entries=tuple(link["entries"]),
        **{
            name: around[name]
            for name in ("email", "pair", "mentee", "mentor", "proposed_mentor", "ended_at")
        },
    )
    return link_state(now, now_with_offset(around["offset"]))
