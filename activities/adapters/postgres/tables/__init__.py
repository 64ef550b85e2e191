"""The tables, as SQLAlchemy Core knows them. A test holds them against the migrations.

Projections carry ``stream`` and ``applied_seq``: the event that last changed the row. All other tables are records.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres.tables import columns, money, relationship_cases, relationship_hours, term
from activities.adapters.postgres.tables.columns import instant as _at
from activities.adapters.postgres.tables.columns import made as _made
from activities.adapters.postgres.tables.columns import projection as _projection
from activities.adapters.postgres.tables.columns import text_column as _text

metadata = columns.metadata

# People, programs, reference data

people = Table(
    "people",
    metadata,
    _text("id", key=True),
    _text("name"),
    _text("email"),
    _text("role_title"),
    _text("district"),
    _text("region"),
    _text("supervisor", null=True),
    Column("phone", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="en"),
    _made(),
    CheckConstraint("language ~ '^[a-z]{2}$'", name="person_language"),
    schema="office",
)
memberships = Table(
    "memberships",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("person"),
    _text("class"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    Index("memberships_of_person", "person"),
    CheckConstraint("last is null or last >= first", name="membership_days"),
    schema="office",
)
regions = Table(
    "regions", metadata, _text("code", key=True), _text("name"), _text("program"), _made(), schema="office"
)
region_contacts = Table(
    "region_contacts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("region"),
    _text("person"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    _made(),
    schema="office",
)
rule_sets = Table(
    "rule_sets",
    metadata,
    _text("program", key=True),
    _text("version", key=True),
    _text("region", key=True),
    _text("digest"),
    _text("text"),
    _made(),
    Index("rule_sets_by_digest", "digest"),
    CheckConstraint("digest = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="rule_set_digest"),
    schema="office",
)
terms = Table(
    "terms",
    metadata,
    _text("id", key=True),
    _text("program"),
    _text("name"),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    _text("version"),
    _made(),
    UniqueConstraint("program", "name", name="term_of_program"),
    schema="office",
)
mentors = Table(
    "mentors",
    metadata,
    _text("person", key=True),
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
    _text("person", key=True),
    _text("other", key=True),
    _text("kind", key=True),
    schema="office",
)
applications = Table(
    "applications",
    metadata,
    _text("id", key=True),
    _text("person"),
    _text("program"),
    _text("term"),
    _text("region"),
    _text("reason"),
    Column("first_year", Boolean, nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("areas", JSONB, nullable=False, server_default=text("'[]'")),
    _text("special_document", null=True),
    _text("relationship"),
    Column("actor", JSONB, nullable=False),
    _at("started_at", null=True),
    _made(),
    UniqueConstraint("person", "term", name="application_once_a_term"),
    schema="office",
)

# The office's own records

tokens = Table(
    "tokens",
    metadata,
    _text("id", key=True),
    _text("hash"),
    _text("person"),
    _text("roles"),
    _text("regions"),
    _at("expires_at"),
    _at("revoked_at", null=True),
    _made(),
    schema="office",
)
commands = Table(
    "commands",
    metadata,
    _text("id", key=True),
    _text("kind"),
    _text("subject"),
    Column("payload", JSONB, nullable=False),
    _text("fingerprint"),
    Column("actor", JSONB, nullable=False),
    _at("claimed_until"),
    Column("status", Integer),
    Column("answer", JSONB),
    _at("answered_at", null=True),
    _made(),
    Index("commands_open", "claimed_until", postgresql_where=text("answered_at is null")),
    schema="office",
)
notices = Table(
    "notices",
    metadata,
    _text("id", key=True),
    _text("kind"),
    _text("subject"),
    Column("seq", Integer, nullable=False),
    _text("person"),
    _text("region"),
    Column("data", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("code", Text, nullable=False, server_default=""),
    _at("sent_at", null=True),
    _made(),
    CheckConstraint("status in ('pending','sent','refused','parked')", name="notice_status"),
    Index("notices_unsent", "status", postgresql_where=text("status in ('pending','parked')")),
    schema="office",
)
task_work = Table(
    "task_work",
    metadata,
    _text("task", key=True),
    _text("claimed_by"),
    _at("claimed_at"),
    _at("snoozed_until", null=True),
    schema="office",
)
clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("offset_seconds", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="clock_one_row"),
    schema="office",
)
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("origin"),
    _made(),
    CheckConstraint("id = 1", name="installation_one_row"),
    schema="office",
)
deliveries = Table(
    "deliveries",
    metadata,
    _text("claim", key=True),
    _text("act", key=True),
    _at("delivered_at"),
    schema="office",
)
documents = Table(
    "documents",
    metadata,
    _text("id", key=True),
    _text("scope"),
    _text("person", null=True),
    _text("form"),
    _text("privacy"),
    Column("ver", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    _text("commit"),
    _text("key_name"),
    _made(),
    schema="documents",
)
drafts = Table(
    "drafts",
    metadata,
    _text("id", key=True),
    _text("relationship"),
    _text("form"),
    _text("version"),
    _text("person"),
    Column("ver", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    _at("saved_at"),
    schema="documents",
)

# The journal

events = Table(
    "events",
    metadata,
    _text("stream", key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("rel", null=True),
    _text("type"),
    _text("hash"),
    _text("prev"),
    Column("bytes", LargeBinary, nullable=False),
    _text("command"),
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
    schema="journal",
)
heads = Table(
    "heads",
    metadata,
    _text("stream", key=True),
    _text("kind"),
    Column("seq", Integer, nullable=False),
    _text("hash"),
    schema="journal",
)

# Projections

relationships = _projection(
    "relationships",
    "office",
    _text("program"),
    _text("term"),
    _text("region"),
    _text("application"),
    _text("mentee"),
    _text("mentor"),
    _text("proposed_mentor"),
    _text("stage"),
    _at("stage_since"),
    _text("status"),
    _text("outcome"),
    _text("outcome_reason"),
    _at("opened_at"),
    _at("ended_at", null=True),
    Column("special", Boolean, nullable=False),
    _text("decider"),
    _text("special_document"),
    _text("money_region"),
    Column("agreement_version", Integer, nullable=False),
    Column("draft_version", Integer, nullable=False),
    _text("kept"),
    Column("meetings_logged", Integer, nullable=False),
    Column("next_on", Date),
    _text("next_topics"),
    Column("checklist_done_on", Date),
    Column("observations_required", Integer, nullable=False),
    Column("observations_done", Integer, nullable=False),
    Column("cover_allotted", Integer, nullable=False),
    Column("cover_left", Integer, nullable=False),
    _text("predecessor"),
    _text("successor"),
    _at("next_due", null=True),
    _text("next_subject"),
    Index("relationships_due", "next_due"),
    CheckConstraint("cover_left between 0 and cover_allotted", name="cover_not_overdrawn"),
)
meetings = _projection(
    "meetings",
    "office",
    _text("relationship"),
    _at("began_at"),
    Column("minutes", Integer, nullable=False),
    _text("mode"),
    _text("topics"),
    _text("logged_by"),
    _text("status"),
    _text("kind"),
    _text("group_id"),
    _text("place"),
    _text("planned"),
    Column("face_to_face", Boolean, nullable=False),
    Index("meetings_of_relationship", "relationship"),
    Index("meetings_of_group", "group_id", postgresql_where=text("group_id <> ''")),
)
tasks = _projection(
    "tasks",
    "office",
    _text("subject"),
    _text("subject_kind"),
    _text("kind"),
    _text("role"),
    _text("region"),
    _text("why"),
    _text("about"),
    _at("opened_at"),
    _at("due_at", null=True),
    _at("closed_at", null=True),
    _text("closed_by"),
    _text("outcome"),
    Index("tasks_open", "role", "region", postgresql_where=text("closed_at is null")),
    Index("tasks_of_subject", "subject"),
)
slots = _projection(
    "slots",
    "office",
    _text("relationship"),
    _text("mentor"),
    Column("number", Integer, nullable=False),
    _at("taken_at"),
    _at("released_at", null=True),
    Index("slot_taken_once", "mentor", "number", unique=True, postgresql_where=text("released_at is null")),
    Index("slots_of_relationship", "relationship"),
)
claims = _projection(
    "claims",
    "office",
    _text("relationship"),
    _text("obligation"),
    _text("kind"),
    _text("unit"),
    _text("mentor"),
    _text("region"),
    _at("due_at"),
    _text("heard"),
    Column("withdrawn", Boolean, nullable=False),
    Index("claims_of_obligation", "obligation"),
    Index("claims_of_relationship", "relationship"),
)
complaints, forms, helpers = (
    relationship_cases.complaints,
    relationship_cases.forms,
    relationship_cases.helpers,
)

term_regions, monthly_records = term.term_regions, term.monthly_records
log_checks, term_surveys = term.log_checks, term.term_surveys
PROJECTIONS = {
    table.name: table
    for table in (
        relationships,
        meetings,
        *relationship_hours.HOURS,
        relationship_hours.marks,
        tasks,
        slots,
        claims,
        complaints,
        helpers,
        forms,
    )
} | term.PROJECTIONS_TERM

obligations, orders = money.obligations, money.orders
PROJECTIONS_MONEY = {table.name: table for table in (obligations, orders, tasks)}
