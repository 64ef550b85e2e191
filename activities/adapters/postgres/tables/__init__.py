"""The tables for SQLAlchemy Core, one file for each noun. A test compares them with the migrations.

Projections have ``stream`` and ``applied_seq``: the event that last changed the row. All other tables are records.
"""

from activities.adapters.postgres.tables import hours, term
from activities.adapters.postgres.tables.cases import complaints, forms, helpers, notes, staff_acts
from activities.adapters.postgres.tables.columns import metadata
from activities.adapters.postgres.tables.door import door_sessions, sign_in_codes, task_links
from activities.adapters.postgres.tables.imports import column_maps, imports, operations
from activities.adapters.postgres.tables.journal import events, heads
from activities.adapters.postgres.tables.money import obligations, orders
from activities.adapters.postgres.tables.office import (
    calendar_addresses,
    clock,
    commands,
    deliveries,
    digest_choices,
    digests,
    grants,
    installation,
    night_checks,
    notices,
    task_work,
    tokens,
)
from activities.adapters.postgres.tables.papers import documents, drafts, kept_emails
from activities.adapters.postgres.tables.persons import (
    applications,
    conflicts,
    memberships,
    mentors,
    people,
    person_answers,
    person_change_deliveries,
    person_changes,
    person_keys,
    person_regions,
    withdrawn_keys,
)
from activities.adapters.postgres.tables.programs import (
    program_regions,
    programs,
    region_contacts,
    regions,
    rule_sets,
    terms,
)
from activities.adapters.postgres.tables.relationship import (
    claims,
    meeting_versions,
    meetings,
    relationships,
    slots,
    tasks,
)
from activities.adapters.postgres.tables.sign_in import invitations, sessions, sign_in_requests, ties
from activities.adapters.postgres.tables.term import log_checks, monthly_records, term_regions, term_surveys

__all__ = (
    "PROJECTIONS", "PROJECTIONS_MONEY", "applications", "calendar_addresses", "claims", "clock", "column_maps",
    "commands",
    "complaints", "conflicts", "deliveries", "digest_choices",
    "digests", "documents", "door_sessions", "drafts", "events", "forms", "grants",
    "heads", "helpers",
    "imports", "installation", "invitations", "kept_emails", "log_checks", "meeting_versions", "meetings",
    "memberships", "mentors",
    "metadata", "monthly_records", "night_checks", "notes", "notices", "obligations", "operations", "orders", "people",
    "person_answers", "person_change_deliveries", "person_changes", "person_keys", "person_regions", "program_regions",
    "programs", "region_contacts", "regions", "relationships", "rule_sets", "sessions", "sign_in_codes",
    "sign_in_requests", "slots", "staff_acts", "task_links", "task_work", "tasks",
    "term_regions", "term_surveys", "terms", "ties", "tokens", "withdrawn_keys",
)  # fmt: skip

PROJECTIONS = {
    table.name: table
    for table in (
        relationships,
        meetings,
        meeting_versions,
        *hours.HOURS,
        hours.marks,
        tasks,
        slots,
        claims,
        complaints,
        helpers,
        forms,
        staff_acts,
        notes,
    )
} | term.PROJECTIONS_TERM
PROJECTIONS_MONEY = {table.name: table for table in (obligations, orders, tasks)}
