"""The parts that tables are made of."""

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
    """A column of text, required unless ``null``."""
    return Column(name, Text, primary_key=key, nullable=null)


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """A column of instants, required unless ``null``."""
    return Column(name, DateTime(timezone=True), nullable=null)


def made() -> Column[Any]:
    """When the row was made, by the database's clock."""
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"))


def projection(
    name: str, schema: str, *parts: Column[Any] | CheckConstraint | Index | UniqueConstraint
) -> Table:
    """A table of rows that name the event which last changed them."""
    return Table(
        name,
        metadata,
        text_column("id", key=True),
        text_column("stream"),
        Column("applied_seq", Integer, nullable=False),
        *parts,
        schema=schema,
    )
