"""How staff sign in: identities of providers tied to people, sessions, requests to be let in, and invitations.

The instants here are real ones, never the demo's, because they say how long a person was away from the machine.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, UniqueConstraint, false, text

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column


def _now(name: str) -> Column[object]:
    """Return a column for an instant that is the present one in a new row."""
    column = instant(name)
    return Column(name, column.type, nullable=False, server_default=text("now()"))


ties = Table(
    "ties",
    metadata,
    text_column("id", key=True),
    text_column("issuer"),
    text_column("subject"),
    text_column("person"),
    text_column("tied_by"),
    made(),
    Column("second", Boolean, nullable=False, server_default=false()),
    Column("confirmed_by", Text, nullable=False, server_default=""),
    instant("confirmed_at", null=True),
    instant("ended_at", null=True),
    Column("ended_by", Text, nullable=False, server_default=""),
    Index("tie_once", "issuer", "subject", unique=True, postgresql_where=text("ended_at is null")),
    Index("ties_of_person", "person"),
    schema="office",
)
sessions = Table(
    "sessions",
    metadata,
    text_column("id", key=True),
    Column("hash", Text, nullable=False, unique=True),
    text_column("former_hash", null=True),
    instant("former_until", null=True),
    text_column("csrf"),
    text_column("person"),
    text_column("tie"),
    text_column("rights"),
    made(),
    _now("used_at"),
    instant("ended_at", null=True),
    Column("ended_by", Text, nullable=False, server_default=""),
    Index("sessions_of_person", "person"),
    Index("sessions_by_former", "former_hash", postgresql_where=text("former_hash is not null")),
    schema="office",
)
sign_in_requests = Table(
    "sign_in_requests",
    metadata,
    text_column("id", key=True),
    text_column("issuer"),
    text_column("subject"),
    text_column("name"),
    text_column("email"),
    Column("association", Text, nullable=False, server_default=""),
    text_column("choice_hash"),
    Column("state", Text, nullable=False, server_default="open"),
    Column("decided_by", Text, nullable=False, server_default=""),
    instant("decided_at", null=True),
    made(),
    _now("asked_at"),
    UniqueConstraint("issuer", "subject", name="request_once"),
    CheckConstraint("state in ('open','tied','refused')", name="request_state"),
    Index("requests_of_association", "association", postgresql_where=text("state <> 'tied'")),
    schema="office",
)
invitations = Table(
    "invitations",
    metadata,
    text_column("id", key=True),
    Column("hash", Text, nullable=False, unique=True),
    text_column("person"),
    text_column("made_by"),
    instant("expires_at"),
    instant("used_at", null=True),
    made(),
    Index("invitations_of_person", "person"),
    schema="office",
)
