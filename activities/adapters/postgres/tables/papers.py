"""Documents and drafts: what people wrote. Kept emails: what the office wrote, as it was sent."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column

documents = Table(
    "documents",
    metadata,
    text_column("id", key=True),
    text_column("scope"),
    text_column("person", null=True),
    text_column("form"),
    text_column("privacy"),
    Column("ver", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    text_column("commit"),
    text_column("key_name"),
    made(),
    schema="documents",
)
drafts = Table(
    "drafts",
    metadata,
    text_column("id", key=True),
    text_column("relationship"),
    text_column("form"),
    text_column("version"),
    text_column("person"),
    Column("ver", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    instant("saved_at"),
    schema="documents",
)
kept_emails = Table(
    "kept_emails",
    metadata,
    text_column("id", key=True),
    text_column("email"),
    text_column("scope"),
    Column("payload", LargeBinary, nullable=False),
    text_column("key_name"),
    instant("sent_at"),
    made(),
    Index("kept_emails_of_email", "email"),
    schema="documents",
)
