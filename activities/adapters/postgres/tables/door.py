"""What lets mentors and mentees in: the links of their emails. A link lives in the office's time."""

from sqlalchemy import Column, Index, Table, Text, text
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
