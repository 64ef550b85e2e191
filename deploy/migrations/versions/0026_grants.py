"""Roles are dated grants: the valid staff tokens of today become grants, given by the operator of the machine."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from alembic import op
from sqlalchemy import Connection, text

from domain.actors import MACHINE_OPERATOR, Role
from domain.codec import to_plain
from domain.ids import derive, s_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Event, Kind, encode, seal
from domain.people.grants import CONFIRMED_ROLES, GrantConfirmed, RoleGranted

revision = "0026"
down_revision = "0025"

_NOW: Final = text(
    "select now() + make_interval(secs => coalesce((select offset_seconds from office.clock where id = 1), 0))"
)
_HELD: Final = text(
    """
    select person, role, case when role = 'coordinator' then regions else '' end as regions,
        min(least(created_at, :now) at time zone 'UTC')::date as first,
        max(expires_at at time zone 'UTC')::date as last, array_agg(id) as tokens
    from office.tokens cross join lateral unnest(string_to_array(roles, ',')) as role
    where revoked_at is null and expires_at > :now and role <> 'participant'
    group by 1, 2, 3 order by 1, 2, 3
    """
)
_GRANT: Final = text(
    """
    insert into office.grants (id, person, role, regions, first, last, zone, given_by, confirmed_by, confirmed_at)
    values (:id, :person, :role, :regions, :first, :last, 'UTC', :operator, :confirmed_by, :confirmed_at)
    """
)
_NAMED: Final = text("update office.tokens set grants = grants || cast(:id as text) where id = any(:tokens)")
_APPEND: Final = text(
    """
    insert into journal.events (stream, seq, kind, type, hash, prev, bytes, command, step)
    select stream, seq, 'S', type, hash, prev, bytes, command, 0
    from jsonb_to_recordset(cast(:events as jsonb))
        as event(stream text, seq int, type text, hash text, prev text, bytes bytea, command text)
    order by seq
    """
)


def upgrade() -> None:
    """Run the script beside this file, which is never changed afterwards; then make the grants."""
    script = Path(__file__).with_suffix(".sql").read_text()
    bind = op.get_bind()
    # The driver's own call takes several statements at once; it runs in the migration's transaction.
    bind.connection.dbapi_connection.run_async(lambda driver: driver.execute(script))
    grants_of_today(bind)
    bind.execute(
        text("update office.tokens set of_participant = 'participant' = any(string_to_array(roles, ','))")
    )
    bind.execute(text("alter table office.tokens drop column roles, drop column regions"))


def grants_of_today(bind: Connection) -> None:
    """Make a grant for each role and its regions of which somebody has a valid token; it ends with the last of them.

    What worked goes on working: the operator also confirms the roles about money.
    """
    now: datetime = bind.execute(_NOW).scalar_one()
    events: list[tuple[Event, str]] = []
    for row in bind.execute(_HELD, {"now": now}).mappings().all():
        id = derive("grant", row["person"], row["role"], row["regions"])
        confirmed = row["role"] in CONFIRMED_ROLES
        made = {name: row[name] for name in ("person", "role", "regions", "first", "last")}
        made |= {"id": id, "operator": MACHINE_OPERATOR.id}
        made |= {
            "confirmed_by": MACHINE_OPERATOR.id if confirmed else "",
            "confirmed_at": now if confirmed else None,
        }
        bind.execute(_GRANT, made)
        bind.execute(_NAMED, {"id": id, "tokens": row["tokens"]})
        events.append((_given(id, row), id))
        if confirmed:
            events.append((GrantConfirmed(grant=id, person=row["person"]), id))
    if events:
        bind.execute(_APPEND, {"events": json.dumps([*_chained(bind, events, now)])})


def _given(id: str, row: Mapping[str, Any]) -> RoleGranted:
    first: date = row["first"]
    return RoleGranted(
        grant=id,
        person=row["person"],
        role=Role(row["role"]),
        regions=tuple(filter(None, row["regions"].split(","))),
        first=first,
        last=row["last"],
        zone="UTC",
    )


def _chained(bind: Connection, events: list[tuple[Event, str]], now: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield the columns of events that go on where the installation's stream ends."""
    origin = bind.execute(text("select origin from office.installation")).scalar_one()
    stream = s_stream(origin)
    head = bind.execute(
        text("select seq, hash from journal.heads where stream = :stream"), {"stream": stream}
    )
    seq, prev = next(iter(head), (0, FIRST_PREV))
    for event, id in events:
        seq += 1
        type_ = type(event).__name__
        command = derive("migrated", type_, id)
        envelope = Envelope(
            type=type_,
            origin=origin,
            stream=stream,
            kind=Kind.INSTALLATION,
            seq=seq,
            prev=prev,
            actor=MACHINE_OPERATOR,
            decided_at=now,
            cause=Cause(command=command),
            body=to_plain(event),
        )
        encoded = encode(envelope)
        columns = {"stream": stream, "seq": seq, "type": type_, "command": command}
        yield {**columns, "hash": seal(encoded), "prev": prev, "bytes": "\\x" + encoded.hex()}
        prev = seal(encoded)
