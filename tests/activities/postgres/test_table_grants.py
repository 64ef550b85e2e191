"""What each database role may do with each table: a table without a row here fails, and so does any other right."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from tests.conftest import FreshDatabase

LETTERS = {"r": "SELECT", "i": "INSERT", "u": "UPDATE", "d": "DELETE", "t": "TRUNCATE"}

OWN_OF_THE_GATEWAY = {"gateway": "riu", "worker": "r", "payments": "r"}
REFERENCE = {"gateway": "ri", "worker": "r", "payments": "r"}
PROJECTION = {"gateway": "r", "worker": "riu", "payments": "r"}
READ_BY_ALL = {"gateway": "r", "worker": "r", "payments": "r"}
MONEY = {"gateway": "r", "worker": "r", "payments": "riu"}

RIGHTS = {
    "documents.documents": {"gateway": "rid", "worker": "d"},  # a trigger keeps what is on record
    "documents.drafts": {"gateway": "riud"},
    "documents.kept_emails": {"gateway": "r", "worker": "i"},
    "journal.entries": {"auditor": "r"},
    "journal.events": {"gateway": "ri", "worker": "ri", "payments": "ri"},
    "journal.heads": READ_BY_ALL,
    "money.obligations": MONEY,
    "money.orders": MONEY,
    "office.alembic_version": READ_BY_ALL,
    "office.applications": {**OWN_OF_THE_GATEWAY, "worker": "ru"},
    "office.calendar_addresses": {"gateway": "riu"},
    "office.claims": PROJECTION,
    "office.clock": READ_BY_ALL,
    "office.commands": {**OWN_OF_THE_GATEWAY, "worker": "riu"},
    "office.complaints": {"gateway": "r", "worker": "riu"},
    "office.column_maps": {"gateway": "riu"},
    "office.conflicts": OWN_OF_THE_GATEWAY,
    "office.cover_requests": PROJECTION,
    "office.deliveries": PROJECTION,
    "office.digest_choices": {"gateway": "riu", "worker": "r"},
    "office.digests": {"gateway": "r", "worker": "riu"},
    "office.night_checks": {"worker": "riu", "gateway": "r"},
    "office.forms": PROJECTION,
    "office.grants": {"gateway": "riu", "worker": "r"},
    "office.helpers": PROJECTION,
    "office.imports": {"gateway": "riu"},
    "office.installation": READ_BY_ALL,
    "office.invitations": {"gateway": "riu"},
    "office.log_checks": PROJECTION,
    "office.marks": PROJECTION,
    "office.meeting_versions": PROJECTION,
    "office.meetings": PROJECTION,
    "office.memberships": OWN_OF_THE_GATEWAY,
    "office.mentors": OWN_OF_THE_GATEWAY,
    "office.monthly_records": PROJECTION,
    "office.notes": {"gateway": "r", "worker": "riu"},
    "office.notices": {**PROJECTION, "payments": "riu"},
    "office.observations": PROJECTION,
    "office.own_pairs": {},
    "office.operations": {**OWN_OF_THE_GATEWAY, "worker": "ru"},
    "office.people": OWN_OF_THE_GATEWAY,
    "office.person_answers": OWN_OF_THE_GATEWAY,
    "office.person_change_deliveries": PROJECTION,
    "office.person_changes": REFERENCE,
    "office.person_keys": {**OWN_OF_THE_GATEWAY, "gateway": "riud"},
    "office.person_regions": OWN_OF_THE_GATEWAY,
    "office.planned_meetings": PROJECTION,
    "office.program_regions": REFERENCE,
    "office.programs": REFERENCE,
    "office.region_contacts": OWN_OF_THE_GATEWAY,
    "office.regions": REFERENCE,
    "office.relationships": PROJECTION,
    "office.rule_sets": REFERENCE,
    "office.sessions": {"gateway": "riud"},
    "office.sign_in_codes": {"worker": "rd"},  # and the outcome of its sending
    "office.sign_in_requests": {"gateway": "riu"},
    "office.slots": PROJECTION,
    "office.staff_acts": PROJECTION,
    "office.task_work": {"gateway": "riud", "worker": "r", "payments": "r"},
    "office.tasks": {**PROJECTION, "payments": "riu"},
    "office.term_regions": PROJECTION,
    "office.term_surveys": PROJECTION,
    "office.terms": REFERENCE,
    "office.ties": {"gateway": "ri", "worker": "r"},  # for the nightly check
    "office.tokens": {"gateway": "riu"},
    "office.door_sessions": {"gateway": "r"},  # and that staff ended it
    "office.task_links": {"worker": "ri", "gateway": "r"},
    "office.withdrawn_keys": REFERENCE,
}
"""Rights by table and role, without the participant's. A role that is not named has none."""
OF_PARTICIPANT = {
    "documents.documents": "rid",  # of those that the person wrote; those of the person's pairs to read
    "documents.drafts": "riud",  # of the person
    "documents.kept_emails": "r",
    "journal.events": "ri",  # a trigger lets it add only that the person was refused, read or sealed something
    "journal.heads": "r",
    "money.obligations": "r",
    "money.orders": "r",
    "office.applications": "r",
    "office.calendar_addresses": "r",  # of the person's own, and of one that was shown
    "office.claims": "r",
    "office.clock": "r",
    "office.commands": "riu",  # of the person; the logs of groups of the person's pairs to read
    "office.complaints": "r",
    "office.cover_requests": "r",
    "office.digest_choices": "r",
    "office.digests": "r",
    "office.forms": "r",
    "office.helpers": "r",
    "office.installation": "r",
    "office.marks": "r",
    "office.meeting_versions": "r",
    "office.meetings": "r",
    "office.memberships": "r",
    "office.mentors": "r",
    "office.monthly_records": "r",
    "office.door_sessions": "ri",  # of the person, and the columns of its use
    "office.notices": "r",
    "office.observations": "r",
    "office.people": "r",
    "office.person_answers": "r",
    "office.person_keys": "r",
    "office.person_regions": "r",
    "office.planned_meetings": "r",
    "office.program_regions": "r",
    "office.programs": "r",
    "office.region_contacts": "r",
    "office.regions": "r",
    "office.relationships": "r",
    "office.rule_sets": "r",
    "office.sign_in_codes": "ri",  # of the browser, and the columns of its tries
    "office.slots": "r",
    "office.staff_acts": "r",
    "office.task_links": "r",  # and two columns of the person's own to write
    "office.tasks": "r",
    "office.term_regions": "r",
    "office.term_surveys": "r",
    "office.terms": "r",
    "office.tokens": "r",  # of the one that was shown, and when it was used
    "office.own_pairs": "r",
}
"""What the process of mentors and mentees may do; policies limit it to the rows of the person for whom it acts."""


@pytest_asyncio.fixture
async def owner(fresh_database: FreshDatabase) -> AsyncIterator[AsyncConnection]:
    async with fresh_database() as settings:
        engine = create_async_engine(settings.database_url("migrator"))
        async with engine.connect() as connection:
            yield connection
        await engine.dispose()


async def roles(owner: AsyncConnection) -> list[str]:
    """Return the roles that the processes sign in as."""
    found = await owner.scalars(
        text("select rolname from pg_roles where rolcanlogin and not rolsuper and rolname <> 'migrator'")
    )
    return sorted(found)


async def test_every_table_and_view_of_the_database_has_a_row(owner: AsyncConnection) -> None:
    found = await owner.scalars(
        text(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema') union"
            " select schemaname || '.' || viewname from pg_views"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
    )
    assert sorted(found) == sorted(RIGHTS)


async def test_rights_in_the_catalog_are_those_of_the_table(owner: AsyncConnection) -> None:
    for table, rights in RIGHTS.items():
        for role in await roles(owner):
            granted = [
                letter
                for letter, right in LETTERS.items()
                if await owner.scalar(
                    text("select has_table_privilege(:role, :table, :right)"),
                    {"role": role, "table": table, "right": right},
                )
            ]
            wanted = OF_PARTICIPANT.get(table, "") if role == "participant" else rights.get(role, "")
            assert "".join(granted) == wanted, (role, table)


async def test_what_belongs_to_a_pair_is_for_one_role_alone(owner: AsyncConnection) -> None:
    reading = [
        role
        for role in await roles(owner)
        if await owner.scalar(text("select has_schema_privilege(:role, 'private', 'usage')"), {"role": role})
    ]
    assert reading == ["participant"]
