"""What belongs to associations and their programs: regions with contacts, rules, terms."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Identity, Index, Table, UniqueConstraint

from activities.adapters.postgres.tables.columns import instant, made, metadata, text_column

programs = Table(
    "programs", metadata, text_column("program", key=True), text_column("association"), schema="office"
)
program_regions = Table(
    "program_regions",
    metadata,
    text_column("program", key=True),
    text_column("region", key=True),
    Index("programs_of_region", "region"),
    schema="office",
)
regions = Table(
    "regions",
    metadata,
    text_column("code", key=True),
    text_column("name"),
    text_column("program"),
    made(),
    text_column("association"),
    schema="office",
)
region_contacts = Table(
    "region_contacts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text_column("region"),
    text_column("person"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    made(),
    instant("withdrawn_at", null=True),
    Index("contacts_of_person", "person"),
    schema="office",
)
rule_sets = Table(
    "rule_sets",
    metadata,
    text_column("program", key=True),
    text_column("version", key=True),
    text_column("region", key=True),
    text_column("digest"),
    text_column("text"),
    made(),
    Index("rule_sets_by_digest", "digest"),
    CheckConstraint("digest = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="rule_set_digest"),
    schema="office",
)
terms = Table(
    "terms",
    metadata,
    text_column("id", key=True),
    text_column("program"),
    text_column("name"),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    text_column("version"),
    made(),
    UniqueConstraint("program", "name", name="term_of_program"),
    schema="office",
)
