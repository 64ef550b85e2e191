"""The office's own records: grants of roles, tokens, commands, notices, work on tasks, the clock, the installation."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column

tokens = Table(
    "tokens",
    metadata,
    text_column("id", key=True),
    text_column("hash"),
    text_column("person"),
    Column("grants", ARRAY(Text), nullable=False, server_default="{}"),
    Column("of_participant", Boolean, nullable=False, server_default="false"),
    instant("expires_at"),
    instant("revoked_at", null=True),
    made(),
    Column("name", Text, nullable=False, server_default=""),
    instant("used_at", null=True),
    schema="office",
)
grants = Table(
    "grants",
    metadata,
    text_column("id", key=True),
    text_column("person"),
    text_column("role"),
    text_column("regions"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    text_column("zone"),
    text_column("given_by"),
    Column("confirmed_by", Text, nullable=False, server_default=""),
    instant("confirmed_at", null=True),
    Column("ended_by", Text, nullable=False, server_default=""),
    instant("ended_at", null=True),
    made(),
    CheckConstraint("role in ('coordinator','payment_staff','auditor','admin')", name="grant_role"),
    CheckConstraint("last is null or last >= first", name="grant_days"),
    CheckConstraint(
        "confirmed_by <> person"
        " and (confirmed_by = '' or confirmed_by <> given_by or given_by = repeat('0', 32))",
        name="grant_confirmer",
    ),
    Index("grants_of_person", "person"),
    schema="office",
)
digest_choices = Table(
    "digest_choices",
    metadata,
    text_column("person", key=True),
    text_column("rhythm"),
    CheckConstraint("rhythm in ('daily','mondays')", name="digest_rhythm"),
    schema="office",
)
digests = Table(
    "digests",
    metadata,
    text_column("id", key=True),
    text_column("person"),
    Column("day", Date, nullable=False),
    Column("task", Text, nullable=False, server_default=""),
    Column("lines", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("code", Text, nullable=False, server_default=""),
    instant("planned_at"),
    instant("sent_at", null=True),
    CheckConstraint(
        "status in ('silent','pending','parked','sent','refused','overtaken')", name="digest_status"
    ),
    Index("one_digest_a_morning", "person", "day", unique=True, postgresql_where=text("task = ''")),
    Index("digests_unsent", "id", postgresql_where=text("status in ('pending','parked')")),
    Index("digests_of_task", "task", postgresql_where=text("task <> ''")),
    schema="office",
)
night_checks = Table(
    "night_checks",
    metadata,
    text_column("id", key=True),
    instant("begun_at"),
    instant("ended_at", null=True),
    text_column("checks"),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("faults", JSONB, nullable=False, server_default=text("'[]'")),
    Column("unnamed", Integer, nullable=False, server_default=text("0")),
    Index("night_checks_ended", "ended_at"),
    schema="office",
)
calendar_addresses = Table(
    "calendar_addresses",
    metadata,
    text_column("id", key=True),
    text_column("hash"),
    text_column("person"),
    instant("revoked_at", null=True),
    made(),
    Index("calendar_addresses_hash", "hash", unique=True),
    Index("one_calendar_address", "person", unique=True, postgresql_where=text("revoked_at is null")),
    schema="office",
)
commands = Table(
    "commands",
    metadata,
    text_column("id", key=True),
    text_column("kind"),
    text_column("subject"),
    Column("payload", JSONB, nullable=False),
    text_column("fingerprint"),
    Column("actor", JSONB, nullable=False),
    instant("claimed_until"),
    Column("status", Integer),
    Column("answer", JSONB),
    instant("answered_at", null=True),
    made(),
    Index("commands_open", "claimed_until", postgresql_where=text("answered_at is null")),
    schema="office",
)
notices = Table(
    "notices",
    metadata,
    text_column("id", key=True),
    text_column("kind"),
    text_column("subject"),
    Column("seq", Integer, nullable=False),
    text_column("person"),
    text_column("region"),
    Column("data", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("code", Text, nullable=False, server_default=""),
    instant("sent_at", null=True),
    made(),
    Column("number", Integer, nullable=False, server_default=text("0")),
    instant("not_before", null=True),
    Column("rank", SmallInteger, nullable=False, server_default=text("0")),
    Column("attempt", Integer, nullable=False, server_default=text("1")),
    Column("told", Boolean, nullable=False, server_default=text("true")),
    instant("deferred_since", null=True),
    CheckConstraint(
        "status in ('pending','sent','refused','parked','in_digest','overtaken')", name="notice_status"
    ),
    Index("notices_unsent", "status", postgresql_where=text("status in ('pending','parked')")),
    Index("notices_due", "not_before", postgresql_where=text("status in ('pending','parked')")),
    Index("notices_untold", "id", postgresql_where=text("not told")),
    schema="office",
)
task_work = Table(
    "task_work",
    metadata,
    text_column("task", key=True),
    text_column("claimed_by"),
    instant("claimed_at"),
    instant("snoozed_until", null=True),
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
    text_column("origin"),
    made(),
    CheckConstraint("id = 1", name="installation_one_row"),
    schema="office",
)
deliveries = Table(
    "deliveries",
    metadata,
    text_column("claim", key=True),
    text_column("act", key=True),
    instant("delivered_at"),
    schema="office",
)
