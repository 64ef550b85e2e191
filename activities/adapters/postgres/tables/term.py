"""Projections of a term in one region: the term, monthly records, log checks, surveys of the region."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, UniqueConstraint, text

from activities.adapters.postgres.tables.columns import instant, projection, text_column

term_regions = projection(
    "term_regions",
    "office",
    text_column("program"),
    text_column("term"),
    text_column("region"),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    instant("opened_at"),
    instant("closes_at"),
    instant("ended_at", null=True),
    Column("vacant", Boolean, nullable=False),
    instant("next_due", null=True),
    text_column("next_matter"),
    text_column("next_key"),
    UniqueConstraint("term", "region", name="term_region_once"),
    Index("term_regions_due", "next_due"),
)
monthly_records = projection(
    "monthly_records",
    "office",
    text_column("program"),
    text_column("term"),
    text_column("region"),
    text_column("month"),
    text_column("mentor"),
    text_column("status"),
    instant("due_at"),
    instant("submitted_at", null=True),
    Column("late", Boolean, nullable=False),
    text_column("document"),
    Column("version", Integer, nullable=False),
    instant("amended_at", null=True),
    CheckConstraint(
        "status in ('owed','submitted')"
        " and (status = 'submitted') = (submitted_at is not null and document <> '' and version >= 1)",
        name="monthly_record_status",
    ),
    UniqueConstraint("term", "region", "month", "mentor", name="monthly_record_once"),
    Index("monthly_records_of_mentor", "mentor"),
    Index("monthly_records_owed", "region", postgresql_where=text("status = 'owed'")),
)
log_checks = projection(
    "log_checks",
    "office",
    text_column("program"),
    text_column("term"),
    text_column("region"),
    text_column("period"),
    text_column("checked_by"),
    instant("checked_at"),
    text_column("relationships"),
    text_column("evidence"),
    text_column("findings"),
    CheckConstraint(
        "relationships <> '' and evidence <> '' and checked_by <> ''", name="log_check_has_evidence"
    ),
    Index("log_checks_of_region", "term", "region"),
)
term_surveys = projection(
    "term_surveys",
    "office",
    text_column("program"),
    text_column("term"),
    text_column("region"),
    text_column("audience"),
    text_column("owner"),
    text_column("status"),
    instant("opens_at"),
    instant("due_at"),
    instant("closes_at", null=True),
    text_column("person"),
    instant("answered_at", null=True),
    text_column("document"),
    CheckConstraint(
        "status in ('open','answered','missing')"
        " and (status = 'answered') = (answered_at is not null and document <> '' and person <> '')",
        name="term_survey_status",
    ),
    UniqueConstraint("term", "region", "audience", "owner", name="term_survey_once"),
    Index("term_surveys_of_owner", "owner"),
)
PROJECTIONS_TERM = {table.name: table for table in (term_regions, monthly_records, log_checks, term_surveys)}
