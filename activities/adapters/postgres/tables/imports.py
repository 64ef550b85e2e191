"""Imports of lists: what a file's columns mean, the proposal, and the operation that takes it over."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column

column_maps = Table(
    "column_maps",
    metadata,
    text_column("association", key=True),
    text_column("file", key=True),
    text_column("headings_digest", key=True),
    Column("map", JSONB, nullable=False),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'")),
    text_column("confirmed_by"),
    instant("confirmed_at"),
    schema="office",
)
imports = Table(
    "imports",
    metadata,
    text_column("id", key=True),
    text_column("association"),
    text_column("program", null=True),
    text_column("term", null=True),
    Column("actor", JSONB, nullable=False),
    Column("files", JSONB, nullable=False),
    Column("proposal", JSONB, nullable=False),
    text_column("digest"),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("state", Text, nullable=False, server_default="proposed"),
    made(),
    instant("expires_at"),
    CheckConstraint(
        "state in ('proposed','taking_over','landed','overtaken','expired')", name="import_state"
    ),
    schema="office",
)
operations = Table(
    "operations",
    metadata,
    text_column("id", key=True),
    text_column("kind"),
    text_column("import", null=True),
    Column("state", Text, nullable=False, server_default="running"),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("result", JSONB),
    made(),
    instant("ended_at", null=True),
    CheckConstraint("state in ('running','done','incomplete','failed','overtaken')", name="operation_state"),
    Index("operations_running", "created_at", postgresql_where=text("state = 'running'")),
    schema="office",
)
