"""No code shows a person more than the table of rights allows.

The examples at the end are sources that must be refused.
"""

import ast
from collections.abc import Iterator

import pytest
from sqlalchemy import Table

from activities.adapters.postgres import tables
from tests.architecture.sight_rules import (
    ADAPTER,
    CONDITIONS,
    CONSTRUCTED_BY_APP,
    CONSTRUCTING,
    FACTS,
    MAY_TAKE_A_SIGHT,
    MAY_USE_CLEAR,
    PACKAGES,
    READS,
    ROOT,
    RULES,
    WITHOUT_SIGHT,
    WRITES,
    Rule,
    clear_in,
    constructs_what_the_application_constructs,
    faults,
    first_type,
    functions,
    ignores_its_sight,
    imported,
    is_public,
    looks_up_facts_in_a_front,
    makes_a_sight_or_a_caller,
    reads_without_a_sight,
    speaks_sql,
    stem,
    takes_a_sight_that_is_not_its_own,
    turns_a_sight_into_a_condition,
    uses_names_addresses_or_content,
    values,
    writes_sql_as_text,
)

OF_PEOPLE = {
    "actor", "about", "against", "approver", "asked_by", "booked_by", "bytes", "checked_by", "claimed_by", "closed_by",
    "confirmer", "decided_by", "decider", "email", "logged_by", "maker", "mentee", "mentor", "name", "noted_by",
    "opened_by", "other", "owner", "payload", "person", "phone", "proposed_mentor", "seconded_by", "sender",
    "supervisor", "taken_by", "relationship",
}  # fmt: skip
NAMES_OF_THINGS = {"regions", "terms"}
"""Tables whose ``name`` is that of a region or a term."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the Python files of the product with their syntax trees."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(), str(file))


FILES = dict(modules())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_file(rule: Rule) -> None:
    assert [fault for path, tree in FILES.items() for fault in faults(path, tree, rule)] == []


def test_each_exception_names_something_that_exists_and_needs_it() -> None:
    reads = {
        f"{stem(path, READS)}.{name}"
        for path, tree in FILES.items()
        if path.startswith(READS) and path not in CONDITIONS
        for name, node, method in functions(tree)
        if is_public(name) and first_type(node, method) != "Sight"
    }
    assert reads == set(WITHOUT_SIGHT)
    using = {
        f"{stem(path, ADAPTER)}.{name}"
        for path, tree in FILES.items()
        if path.startswith((FACTS, WRITES))
        for name, node, _ in functions(tree)
        if list(clear_in(ast.Module([node], [])))
    }
    assert using == set(MAY_USE_CLEAR)
    for name, places in MAY_TAKE_A_SIGHT.items():
        importing = {path for path, tree in FILES.items() if name in {each[2] for each in imported(tree)}}
        assert importing == set(places), name


def test_only_the_application_constructs_database_clock_and_vault() -> None:
    constructing = {
        path
        for path, tree in FILES.items()
        if path.startswith("api_gateway/") and list(values(tree, CONSTRUCTED_BY_APP))
    }
    assert constructing == set(CONSTRUCTING)


def tables_of_people() -> set[str]:
    """Return the tables that name a person or hold what a person wrote."""
    found = set()
    for table in tables.metadata.tables.values():
        columns = {column.name for column in table.columns} - (
            {"name"} if table.name in NAMES_OF_THINGS else set()
        )
        if columns & OF_PEOPLE:
            found.add(table.name)
    return found


def test_a_read_without_a_sight_uses_no_table_that_names_a_person() -> None:
    closed, used = tables_of_people(), {}
    for path, tree in FILES.items():
        for name, node, _ in functions(tree) if path.startswith(READS) else ():
            if f"{stem(path, READS)}.{name}" in WITHOUT_SIGHT:
                named = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                named |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                used[name] = {
                    table
                    for table, value in vars(tables).items()
                    if isinstance(value, Table) and table in named
                } & closed
    assert len(used) == len(WITHOUT_SIGHT)
    assert {name: found for name, found in used.items() if found} == {}


def test_tables_that_name_a_person_are_the_expected_ones() -> None:
    free = {table.name for table in tables.metadata.tables.values()} - tables_of_people()
    assert free == {
        "clock",
        "column_maps",
        "deliveries",
        "heads",
        "installation",
        "night_checks",
        "operations",
        "person_change_deliveries",
        "program_regions",
        "programs",
        "regions",
        "rule_sets",
        "term_regions",
        "terms",
    }


NOTICES, TASKS, LATER = "api_gateway/api/notices.py", "api_gateway/api/tasks.py", f"{READS}later/rooms.py"


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        # A route reads with the sight of a process.
        (takes_a_sight_that_is_not_its_own, NOTICES, "from domain.visibility import MAILER"),
        (takes_a_sight_that_is_not_its_own, NOTICES, "from domain.visibility import AUDIT as mine"),
        (takes_a_sight_that_is_not_its_own, NOTICES, "from domain.visibility import *"),
        (takes_a_sight_that_is_not_its_own, NOTICES, "import domain.visibility"),
        (takes_a_sight_that_is_not_its_own, NOTICES, "from domain import visibility"),
        (
            takes_a_sight_that_is_not_its_own,
            NOTICES,
            "from activities.adapters.postgres.notice_rows import MAILER",
        ),
        (takes_a_sight_that_is_not_its_own, NOTICES, "notice_rows.MAILER"),
        (takes_a_sight_that_is_not_its_own, TASKS, "from domain.visibility import participant"),
        (takes_a_sight_that_is_not_its_own, TASKS, "from domain.visibility import sight_of"),
        (makes_a_sight_or_a_caller, NOTICES, "Sight(everywhere=frozenset(Data))"),
        (makes_a_sight_or_a_caller, NOTICES, "from domain.visibility import Sight as Mine"),
        (makes_a_sight_or_a_caller, NOTICES, "partial(Sight, everywhere=every)()"),
        (makes_a_sight_or_a_caller, NOTICES, "replace(caller.sight, regions=())"),
        (makes_a_sight_or_a_caller, NOTICES, "Caller(person='', roles=(Role.ADMIN,), regions=()).sight"),
        (makes_a_sight_or_a_caller, NOTICES, "replace(caller, roles=(Role.ADMIN,)).sight"),
        # A function of the facts returns names and emails to a route.
        (
            uses_names_addresses_or_content,
            f"{FACTS}commands.py",
            "def everybody():\n    people = tables.people.c\n    return select(people.id, people.email)",
        ),
        (
            uses_names_addresses_or_content,
            f"{FACTS}commands.py",
            "class CommandFacts:\n    def everybody(self):\n        return select(tables.people)",
        ),
        (
            uses_names_addresses_or_content,
            f"{FACTS}later/people.py",
            "def everybody():\n    person = tables.people.alias('p')\n    return select(person)",
        ),
        (
            uses_names_addresses_or_content,
            f"{FACTS}commands.py",
            "def everybody():\n    return select(*tables.people.c)",
        ),
        (uses_names_addresses_or_content, f"{FACTS}commands.py", "def f(row):\n    return row['phone']"),
        (
            uses_names_addresses_or_content,
            f"{WRITES}drafts.py",
            "def f():\n    return tables.drafts.c.payload",
        ),
        (
            uses_names_addresses_or_content,
            f"{WRITES}documents.py",
            "def f(id):\n    table = tables.documents\n    return select(table).where(table.c.id == id)",
        ),
        (
            uses_names_addresses_or_content,
            f"{FACTS}commands.py",
            "from activities.adapters.postgres.tables import people",
        ),
        (writes_sql_as_text, f"{FACTS}commands.py", "from sqlalchemy import select, text"),
        (writes_sql_as_text, f"{FACTS}commands.py", "import sqlalchemy as sa"),
        (writes_sql_as_text, f"{READS}tasks.py", "connection.exec_driver_sql('select * from office.people')"),
        (
            looks_up_facts_in_a_front,
            NOTICES,
            "from activities.adapters.postgres.facts.commands import everybody",
        ),
        (looks_up_facts_in_a_front, NOTICES, "from activities.adapters.postgres import facts"),
        (
            looks_up_facts_in_a_front,
            "api_gateway/door/page.py",
            "import activities.adapters.postgres.facts.terms",
        ),
        # A read takes a sight and shows everything.
        (
            ignores_its_sight,
            f"{READS}tasks.py",
            "class TaskReads:\n    async def page(self, sight: Sight):\n        return await self._all(select(tasks))",
        ),
        (
            ignores_its_sight,
            LATER,
            "async def page(sight: Sight):\n    if sight:\n        return select(tasks)",
        ),
        (ignores_its_sight, LATER, "async def _page(*, sight: Sight):\n    return sight.person"),
        (
            ignores_its_sight,
            LATER,
            "async def page(sight: Sight):\n    sql.work(sight)\n    return select(tasks)",
        ),
        (ignores_its_sight, CONDITIONS[0], "def room(sight: Sight):\n    return true()"),
        (reads_without_a_sight, LATER, "async def page(connection):\n    return select(tasks)"),
        (reads_without_a_sight, LATER, "class Rooms:\n    def page(self, after: str, sight: Sight): ..."),
        (turns_a_sight_into_a_condition, LATER, "room.c.region.in_(sight.regions)"),
        (turns_a_sight_into_a_condition, LATER, "from domain.visibility import RIGHTS"),
        # A route writes its own statement.
        (speaks_sql, TASKS, "import sqlalchemy as sa"),
        (speaks_sql, TASKS, "from sqlalchemy import select, text"),
        (speaks_sql, TASKS, "from sqlalchemy.sql import expression"),
        (speaks_sql, TASKS, "def f():\n    import asyncpg"),
        (speaks_sql, TASKS, "connection.exec_driver_sql('select * from office.people')"),
        (speaks_sql, TASKS, "connection.scalars(statement)"),
        (speaks_sql, TASKS, "from activities.adapters.postgres import tables"),
        (speaks_sql, TASKS, "import activities.adapters.postgres.tables as t"),
        (speaks_sql, TASKS, "from activities.adapters.postgres.tables.persons import people"),
        (speaks_sql, TASKS, "from activities.adapters.postgres.reads.tasks import select"),
        # A route has a database of its own.
        (constructs_what_the_application_constructs, TASKS, "Database('x')"),
        (constructs_what_the_application_constructs, TASKS, "db.Database('x')"),
        (
            constructs_what_the_application_constructs,
            TASKS,
            "from activities.adapters.postgres.database import Database as Pool",
        ),
        (constructs_what_the_application_constructs, TASKS, "make = keyring.Keyring"),
    ],
)
def test_a_source_that_shows_more_than_it_may_is_found(rule: Rule, path: str, source: str) -> None:
    assert faults(path, ast.parse(source), rule) != []
