"""Contacts of a region that were named after a pair's welcome email, and that the pair was not told of."""

from datetime import UTC
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, Text, and_, cast, exists, func, not_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import TODAY, BacklogPart
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.ports.workflows import UnannouncedContact
from domain.notices import NoticeKind

TOLD: Final = "contact/"
WELCOME: Final = NoticeKind.WELCOME_MENTEE.value


class NewContactBacklog(BacklogPart):
    """Contacts that pairs were not told of."""

    async def unannounced_contacts(self, limit: int) -> tuple[UnannouncedContact, ...]:
        """Return running pairs with a contact named after their welcome email who were not told of it (MASA-28)."""
        pair, seat = tables.relationships.c, tables.region_contacts.c
        today = {TODAY.key: (await self._clock.now()).astimezone(UTC).date()}
        wanted = unannounced().order_by(seat.id, pair.id).limit(limit)
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted, today)).all()
        return tuple(
            UnannouncedContact(relationship=row.id, seat=f"{TOLD}{row.seat}", contact=row.person)
            for row in found
        )


@cache
def unannounced() -> Select[Any]:
    """Return a select for running pairs with a contact named after their welcome email who were not told of it."""
    pair, seat, welcome = tables.relationships.c, tables.region_contacts.c, tables.notices.c
    delivered = tables.deliveries.c
    act = func.concat(TOLD, cast(seat.id, Text))
    return (
        select(pair.id, seat.id.label("seat"), seat.person)
        .join(tables.region_contacts, seat.region == pair.region)
        .join(tables.notices, and_(welcome.subject == pair.id, welcome.kind == WELCOME))
        .where(
            pair.ended_at.is_(None),
            seat.created_at > welcome.created_at,
            serves_on(TODAY),
            seat.person.not_in((pair.mentor, pair.mentee)),
            not_(exists().where(delivered.claim == pair.id, delivered.act == act)),
        )
    )
