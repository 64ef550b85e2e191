"""The journal: events in their streams, and the head of each."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from activities.adapters.postgres.tables.columns import metadata, text_column

events = Table(
    "events",
    metadata,
    text_column("stream", key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    text_column("kind"),
    text_column("rel", null=True),
    text_column("type"),
    text_column("hash"),
    text_column("prev"),
    Column("bytes", LargeBinary, nullable=False),
    text_column("command"),
    Column("step", Integer, nullable=False),
    Column(
        "recorded_at", DateTime(timezone=True), nullable=False, server_default=text("transaction_timestamp()")
    ),
    Column("xid", Text, nullable=False, server_default=text("pg_current_xact_id()::text")),
    UniqueConstraint("hash", name="event_hash"),
    UniqueConstraint("stream", "command", "step", name="event_command"),
    CheckConstraint(
        "hash = encode(sha256('mentorflow/event/v1\\012'::bytea || bytes), 'hex')", name="event_sealed"
    ),
    CheckConstraint(
        "(convert_from(bytes, 'UTF8')::jsonb @> jsonb_build_object('stream', stream, 'seq', seq,"
        " 'prev', prev, 'type', type, 'kind', kind)) is true"
        " and convert_from(bytes, 'UTF8')::jsonb ->> 'rel' is not distinct from rel",
        name="event_columns",
    ),
    Index("events_of_relationship", "rel"),
    # Events come in as time goes by, so a small index of blocks finds those of a day.
    Index("events_by_time", "recorded_at", postgresql_using="brin", postgresql_with={"pages_per_range": 32}),
    schema="journal",
)
heads = Table(
    "heads",
    metadata,
    text_column("stream", key=True),
    text_column("kind"),
    Column("seq", Integer, nullable=False),
    text_column("hash"),
    schema="journal",
)
