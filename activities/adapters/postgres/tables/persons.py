"""People with their keys and regions, memberships, mentors, conflicts of interest, answers about doubles, applications.

A ``salt`` has 122 random bits; the columns that end in ``_plain`` are made by the database, for comparing people.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
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
    text_column("association"),
    Column("salt", Text, nullable=False, server_default=text("replace(gen_random_uuid()::text, '-', '')")),
    Column("left_on", Date),
    Column("died_on", Date),
    text_column("alias_of", null=True),
    Column("email_plain", Text, Computed("office.plain_text(email)", persisted=True)),
    Column("name_plain", Text, Computed("office.plain_text(name)", persisted=True)),
    Column("district_plain", Text, Computed("office.plain_text(district)", persisted=True)),
    CheckConstraint("language ~ '^[a-z]{2}$'", name="person_language"),
    CheckConstraint("salt ~ '^[0-9a-f]{32}$'", name="person_salt"),
    CheckConstraint("alias_of <> id", name="person_alias"),
    Index("people_by_email", "association", "email_plain"),
    Index("people_by_name", "association", "name_plain", "district_plain"),
    Index("people_by_alias", "alias_of", postgresql_where=text("alias_of is not null")),
    schema="office",
)
person_keys = Table(
    "person_keys",
    metadata,
    text_column("association", key=True),
    text_column("key", key=True),
    text_column("person"),
    Column("key_plain", Text, Computed("office.plain_key(key)", persisted=True)),
    made(),
    Index("keys_of_person", "person"),
    Index("keys_alike", "association", "key_plain"),
    schema="office",
)
person_regions = Table(
    "person_regions",
    metadata,
    text_column("person", key=True),
    text_column("region"),
    Column("since", Date, primary_key=True),
    schema="office",
)
person_answers = Table(
    "person_answers",
    metadata,
    text_column("association"),
    text_column("one", key=True),
    text_column("other", key=True),
    text_column("answer"),
    text_column("answered_by"),
    instant("answered_at"),
    Column("since", Date, nullable=False),
    CheckConstraint("one < other", name="answer_order"),
    CheckConstraint("answer in ('same','two')", name="answer_known"),
    Index("answers_of_other", "other"),
    schema="office",
)
person_changes = Table(
    "person_changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text_column("person"),
    text_column("kind"),
    Column("day", Date, nullable=False),
    made(),
    CheckConstraint(
        "kind in ('membership','mentor','address','left','region','same_as')", name="person_change_kind"
    ),
    Index("changes_of_person", "person"),
    schema="office",
)
person_change_deliveries = Table(
    "person_change_deliveries",
    metadata,
    Column("change", BigInteger, primary_key=True, autoincrement=False),
    text_column("stream", key=True),
    instant("delivered_at"),
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
    instant("withdrawn_at", null=True),
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
    instant("withdrawn_at", null=True),
    Index("conflicts_of_other", "other"),
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
    text_column("command", null=True),
    Column("attempt", Integer, nullable=False, server_default=text("1")),
    UniqueConstraint("person", "term", "attempt", name="application_attempt_once"),
    CheckConstraint("attempt >= 1", name="application_attempt"),
    schema="office",
)
