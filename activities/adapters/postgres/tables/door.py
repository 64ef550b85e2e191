"""What lets mentors and mentees in: the links of their emails, sign-in codes, and the sessions that these begin.

A link lives in the office's time, codes and sessions in real time.
"""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column

task_links = Table(
    "task_links",
    metadata,
    text_column("id", key=True),
    Column("hash", Text, nullable=False, unique=True),
    text_column("notice"),
    text_column("person"),
    text_column("act"),
    text_column("subject"),
    Column("chosen", JSONB, nullable=False, server_default="{}"),
    Column("partner", Text, nullable=False, server_default=""),
    text_column("address"),
    instant("sent_at"),
    instant("expires_at"),
    instant("used_at", null=True),
    Column("used_by", Text, nullable=False, server_default=""),
    instant("revoked_at", null=True),
    Column("revoked_by", Text, nullable=False, server_default=""),
    made(),
    Index("task_links_of_subject", "subject"),
    Index("task_links_by_command", "used_by", postgresql_where=text("used_by <> ''")),
    schema="office",
)
door_sessions = Table(
    "door_sessions",
    metadata,
    text_column("id", key=True),
    Column("hash", Text, nullable=False, unique=True),
    text_column("csrf"),
    text_column("person"),
    text_column("language"),
    made(),
    made("used_at"),
    instant("ended_at", null=True),
    Column("ended_by", Text, nullable=False, server_default=""),
    CheckConstraint("language ~ '^[a-z]{2}$'", name="door_session_language"),
    Index("door_sessions_of_person", "person"),
    schema="office",
)
sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    text_column("id", key=True),
    text_column("browser"),
    text_column("bound"),
    text_column("mailbox"),
    Column("person", Text, nullable=False, server_default=""),
    text_column("network"),
    text_column("language"),
    made("asked_at"),
    instant("done_at", null=True),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("proof", Text, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    instant("right_at", null=True),
    instant("used_at", null=True),
    CheckConstraint("language ~ '^[a-z]{2}$'", name="sign_in_code_language"),
    Index("sign_in_codes_of_browser", "browser"),
    Index("sign_in_codes_to_send", "asked_at", postgresql_where=text("done_at is null")),
    Index("sign_in_codes_of_mailbox", "mailbox", "asked_at"),
    Index("sign_in_codes_of_network", "network", "asked_at"),
    schema="office",
)
