"""People, memberships, mentors, conflicts of interest, applications."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column

people = Table(
    "people",
    metadata,
    text_column("id", key=True),
    text_column("name"),
    text_column("email"),
    text_column("role_title"),
    text_column("district"),
    text_column("region"),
    text_column("supervisor", null=True),
    Column("phone", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="en"),
    made(),
    CheckConstraint("language ~ '^[a-z]{2}$'", name="person_language"),
    schema="office",
)
memberships = Table(
    "memberships",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text_column("person"),
    text_column("class"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    Index("memberships_of_person", "person"),
    CheckConstraint("last is null or last >= first", name="membership_days"),
    schema="office",
)
mentors = Table(
    "mentors",
    metadata,
    text_column("person", key=True),
    Column("capacity", Integer, nullable=False),
    Column("trained_on", Date),
    Column("serving_since", Date),
    Column("serving_until", Date),
    Column("credential_until", Date),
    CheckConstraint("capacity between 0 and 50", name="mentor_capacity"),
    schema="office",
)
conflicts = Table(
    "conflicts",
    metadata,
    text_column("person", key=True),
    text_column("other", key=True),
    text_column("kind", key=True),
    schema="office",
)
applications = Table(
    "applications",
    metadata,
    text_column("id", key=True),
    text_column("person"),
    text_column("program"),
    text_column("term"),
    text_column("region"),
    text_column("reason"),
    Column("first_year", Boolean, nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("areas", JSONB, nullable=False, server_default=text("'[]'")),
    text_column("special_document", null=True),
    text_column("relationship"),
    Column("actor", JSONB, nullable=False),
    instant("started_at", null=True),
    made(),
    Column("attempt", Integer, nullable=False, server_default="1"),
    text_column("command", null=True),
    UniqueConstraint("person", "term", "attempt", name="application_attempts"),
    CheckConstraint("attempt >= 1", name="attempt_from_one"),
    schema="office",
)
