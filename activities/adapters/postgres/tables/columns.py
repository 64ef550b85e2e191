"""The parts from which tables are built."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def text_column(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    """Return a text column, required unless ``null``."""
    return Column(name, Text, primary_key=key, nullable=null)


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column for instants, required unless ``null``."""
    return Column(name, DateTime(timezone=True), nullable=null)


def made(name: str = "created_at") -> Column[Any]:
    """Return the column for when the row was made, by the database's clock."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def projection(
    name: str, schema: str, *parts: Column[Any] | CheckConstraint | Index | UniqueConstraint
) -> Table:
    """Return a table whose rows name the event that last changed them."""
    return Table(
        name,
        metadata,
        text_column("id", key=True),
        text_column("stream"),
        Column("applied_seq", Integer, nullable=False),
        *parts,
        schema=schema,
    )
