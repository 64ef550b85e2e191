"""One human is one entry: associations, member numbers, dated regions, doubles, and a stream for each person."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from alembic import op
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.actors import SYSTEM
from domain.codec import to_plain
from domain.ids import derive, h_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, encode, seal
from domain.people.entry import changed_fields, commitment, read_entry
from domain.people.events import PersonOnRecord

revision = "0014"
down_revision = "0013"

_MANY: Final = 1000
_ENTRIES: Final = text(
    """
    select id, association, name, email, role_title, district, region, supervisor, phone, language, left_on, died_on,
        alias_of, salt,
        (select jsonb_agg(key) from office.person_keys where person = people.id) as keys,
        (select jsonb_agg(jsonb_build_array(region, since) order by since)
            from office.person_regions where person = people.id) as regions,
        (select jsonb_agg(jsonb_build_array(id, class, first, last) order by id)
            from office.memberships where person = people.id) as memberships,
        (select jsonb_build_array(capacity, trained_on, serving_since, serving_until, credential_until)
            from office.mentors where person = people.id) as mentor,
        (select jsonb_agg(jsonb_build_array(other, kind)) from (
            select other, kind from office.conflicts where person = people.id
            union select person, kind from office.conflicts where other = people.id
        ) as declared) as conflicts,
        (select jsonb_agg(jsonb_build_array(id, region, first, last) order by id)
            from office.region_contacts where person = people.id) as seats
    from office.people where id > :after order by id limit :many
    """
).columns(**dict.fromkeys(("keys", "regions", "memberships", "mentor", "conflicts", "seats"), JSONB()))
_APPEND: Final = text(
    """
    insert into journal.events (stream, seq, kind, type, hash, prev, bytes, command, step)
    select stream, 1, 'H', type, hash, prev, bytes, command, 0
    from jsonb_to_recordset(cast(:events as jsonb))
        as event(stream text, type text, hash text, prev text, bytes bytea, command text)
    on conflict do nothing
    """
)


def upgrade() -> None:
    """Run the script beside this file, which is never changed afterwards; then write each person's first event."""
    script = Path(__file__).with_suffix(".sql").read_text()
    bind = op.get_bind()
    # The driver's own call takes several statements at once; it runs in the migration's transaction.
    bind.connection.dbapi_connection.run_async(lambda driver: driver.execute(script))
    first_events(bind)


def first_events(bind: Connection) -> None:
    """Write the first event of each person who has no stream yet, a batch at a time."""
    after = ""
    origin = bind.scalar(text("select origin from office.installation"))
    now = bind.scalar(
        text(
            "select now() + make_interval(secs => coalesce((select offset_seconds from office.clock where id = 1), 0))"
        )
    )
    while rows := bind.execute(_ENTRIES, {"after": after, "many": _MANY}).mappings().all():
        after = rows[-1]["id"]
        streams = [h_stream(row["id"]) for row in rows]
        known = bind.scalars(
            text("select stream from journal.heads where stream = any(:streams)"), {"streams": streams}
        )
        begun = set(known)
        events = [
            _event(row, origin, now) for row, stream in zip(rows, streams, strict=True) if stream not in begun
        ]
        bind.execute(_APPEND, {"events": json.dumps(events)})


def _event(row: Mapping[str, Any], origin: str, now: datetime) -> Mapping[str, Any]:
    entry = read_entry(row)
    event = PersonOnRecord(fields=changed_fields(None, entry), commit=commitment(entry, row["salt"]))
    stream = h_stream(entry.id)
    envelope = Envelope(
        type=type(event).__name__,
        origin=origin,
        stream=stream,
        kind=Kind.PERSON,
        seq=1,
        prev=FIRST_PREV,
        actor=SYSTEM,
        decided_at=now,
        cause=Cause(command=derive("on_record", stream)),
        body=to_plain(event),
    )
    encoded = encode(envelope)
    return {
        "stream": stream,
        "type": envelope.type,
        "hash": seal(encoded),
        "prev": FIRST_PREV,
        "bytes": "\\x" + encoded.hex(),
        "command": envelope.cause.command,
    }
