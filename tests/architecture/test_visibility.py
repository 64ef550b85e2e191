"""One place says who may see what: the handwritten rights agree with it, and nothing bypasses it."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from activities.adapters.postgres import tables
from domain.actors import Role
from domain.journal import Kind
from domain.notices import NoticeKind
from domain.relationship.any_stage import change_request, complaint
from domain.tasks import TaskKind
from domain.visibility import (
    AUDIT,
    CASE_COMMANDS,
    CASE_EVENTS,
    CLOSED,
    CONFIDENTIAL_EVENTS,
    CONFIDENTIAL_NOTICES,
    CONFIDENTIAL_TASKS,
    MAILER,
    ONE_SIDE_TASKS,
    OPERATOR,
    RIGHTS,
    Data,
    Reach,
    Record,
    Sight,
    Who,
    sight_of,
)

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "workflows", "activities", "workers", "api_gateway")
READS = ROOT / "activities" / "adapters" / "postgres" / "reads"
BY_HAND = tomllib.loads((Path(__file__).parent / "rights.toml").read_text())
CLASSES = BY_HAND.pop("classes")
WORDS = {Reach.NONE: "-", Reach.OWN: "own", Reach.REGIONS: "regions", Reach.EVERYTHING: "all"}

WITHOUT_SIGHT = {
    "agreement.Version.digest_in": "a value that its reader already has",
    "agreement.text_of": "composes the words of a version that its reader already has, from rules alone",
    "reference.ReferenceReads.survey_term": "days, regions and rules of a term",
    "reference.ReferenceReads.term": "a term's name and days",
    "reference.ReferenceReads.term_rules": "rules as a term has frozen them",
    "reference.ReferenceReads.terms": "names and days of terms",
    "replay.SqlReplay.rules_text": "rules by their digest",
    "replay.SqlReplay.term_dates": "a term's first and last day",
    "rows.plain": "turns a row that was read into what JSON has",
    "rows.plain_value": "turns a value that was read into what JSON has",
}
"""Public functions of the reads that take no `Sight`, each with its reason. None of them reads about a person."""

OF_PEOPLE = {
    "actor", "about", "against", "approver", "asked_by", "booked_by", "bytes", "checked_by", "claimed_by", "closed_by",
    "confirmer", "decided_by", "decider", "email", "logged_by", "maker", "mentee", "mentor", "name", "noted_by",
    "opened_by", "other", "owner", "payload", "person", "phone", "proposed_mentor", "seconded_by", "sender",
    "supervisor", "taken_by", "relationship",
}  # fmt: skip
NAMES_OF_THINGS = {"regions", "terms"}
"""Tables whose ``name`` is that of a region or a term."""
MAY_SPEAK_SQL = {
    "activities/adapters/postgres/": "the one place for SQL",
    "workers/assembly.py": "hands the payment worker its projections, and reads nothing",
    "workers/migrate.py": "runs migrations and asks the server for its schema",
    "workers/embedded/year/report.py": "counts what a made-up year left behind, and shows nobody",
}
"""Where tables are imported or statements written, each with its reason."""


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the Python files of some packages with their syntax trees."""
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(), str(file))


def reads() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    """Yield public functions and methods of the reads with their dotted name, and whether they are methods."""
    for file in sorted(READS.glob("*.py")):
        if file.name in ("__init__.py", "visibility.py"):
            continue
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
                yield f"{file.stem}.{node.name}", node, False
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name[0] != "_":
                        yield f"{file.stem}.{node.name}.{inner.name}", inner, True


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


def words_of(who: Who, data: Data) -> str:
    """Return a cell of the table in the words of the handwritten one."""
    if data in CLOSED.get(who, ()):
        return "closed"
    return WORDS[RIGHTS[who].get(data, Reach.NONE)]


def test_both_tables_have_the_same_readers_and_the_same_classes_of_data() -> None:
    assert set(BY_HAND) == {who.value for who in Who}
    assert [data.value for data in Data] == CLASSES
    for who, row in BY_HAND.items():
        assert list(row) == CLASSES, who


@pytest.mark.parametrize("who", Who)
@pytest.mark.parametrize("data", Data)
def test_a_right_equals_the_handwritten_one(who: Who, data: Data) -> None:
    assert words_of(who, data) == BY_HAND[who.value][data.value]


OFFICES = {
    Who.COORDINATOR: sight_of("x", (Role.COORDINATOR,), ("r1",)),
    Who.STATE_OFFICE: sight_of("x", (Role.COORDINATOR,)),
    Who.PAYMENT_STAFF: sight_of("x", (Role.PAYMENT_STAFF,)),
    Who.AUDITOR: sight_of("x", (Role.AUDITOR,)),
    Who.ADMIN: sight_of("x", (Role.ADMIN,)),
    Who.PARTICIPANT: sight_of("x", (Role.PARTICIPANT,)),
    Who.MAILER: MAILER,
    Who.AUDIT: AUDIT,
    Who.OPERATOR: OPERATOR,
}
RELATIONS = [who for who in Who if who not in OFFICES]


@pytest.mark.parametrize("who", OFFICES)
@pytest.mark.parametrize("data", Data)
def test_an_office_sees_what_the_table_says_and_where(who: Who, data: Data) -> None:
    sight = OFFICES[who]
    own, other = Record(region="r1"), Record(region="r2")
    seen = (sight.sees(data, own), sight.sees(data, other), sight.sees(data))
    expected = {"all": (True, True, True), "regions": (True, False, False), "-": (False, False, False)}
    assert seen == expected[BY_HAND[who.value][data.value]]


@pytest.mark.parametrize("who", RELATIONS)
@pytest.mark.parametrize("data", Data)
def test_a_relation_opens_and_closes_what_the_table_says(who: Who, data: Data) -> None:
    mine, others = Record(people={who: ("x",)}), Record(people={who: ("y",)})
    stranger, every = sight_of("x", ()), sight_of("x", [*Role][:5])
    written = BY_HAND[who.value][data.value]
    assert stranger.sees(data, mine) is (written == "own")
    assert stranger.sees(data, others) is False
    assert every.sees(data, others) is every.sees(data)
    assert every.sees(data, mine) is ((every.sees(data) or written == "own") and written != "closed")


def test_several_offices_see_what_one_of_them_sees() -> None:
    both = sight_of("x", (Role.PAYMENT_STAFF, Role.COORDINATOR), ("r1",))
    here, there = Record(region="r1"), Record(region="r2")
    assert (both.sees(Data.MONEY, there), both.sees(Data.HISTORY, there)) == (True, False)
    assert both.sees(Data.HISTORY, here)
    assert sight_of("x", (Role.AUDITOR,), ("r1",)).regions == ()


def test_a_process_has_no_relation_to_a_record() -> None:
    assert MAILER.relations(Record(people={Who.OF_PAIR: ("",)})) == ()


def test_confidential_names_are_those_of_complaints_and_of_requests_for_a_change() -> None:
    cases = {kind.__name__ for kind in complaint.EVENTS}
    assert set(CASE_EVENTS) == cases
    assert set(CONFIDENTIAL_EVENTS) == cases | {
        change_request.ChangeAsked.__name__,
        change_request.ChangeAnswered.__name__,
    }
    assert set(CASE_COMMANDS) == {kind.__name__ for kind in complaint.COMMANDS}
    named = {kind for kind in TaskKind if "complaint" in kind.value or "change" in kind.value}
    assert set(CONFIDENTIAL_TASKS) == named
    kinds = {kind for kind in NoticeKind if kind.value in ("change_answered", "complaint_closed")}
    assert set(CONFIDENTIAL_NOTICES) == kinds
    assert ONE_SIDE_TASKS == (TaskKind.CHASE_FORM,)
    assert Kind.OBLIGATION.value == "P"  # which marks a task about money


def test_no_sight_is_made_outside_its_one_module() -> None:
    made = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*PACKAGES)
        for node in ast.walk(tree)
        if name != "domain/visibility.py"
        and isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in ("Sight", "replace")
        and (
            ast.unparse(node.func).endswith("Sight") or any("sight" in ast.unparse(arg) for arg in node.args)
        )
    ]
    assert made == []


def test_every_read_takes_a_sight_first_or_is_in_the_list() -> None:
    without = set()
    for name, node, method in reads():
        arguments = [*node.args.posonlyargs, *node.args.args][1 if method else 0 :]
        first = arguments[0] if arguments else None
        if first is None or first.annotation is None or ast.unparse(first.annotation) != Sight.__name__:
            without.add(name)
    assert without == set(WITHOUT_SIGHT)


def test_a_read_without_a_sight_uses_no_table_that_names_a_person() -> None:
    closed, used = tables_of_people(), {}
    for name, node, _ in reads():
        if name in WITHOUT_SIGHT:
            named = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
            named |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            used[name] = {
                table for table, value in vars(tables).items() if isinstance(value, Table) and table in named
            } & closed
    assert {name: found for name, found in used.items() if found} == {}


def test_tables_that_name_a_person_are_the_expected_ones() -> None:
    free = {table.name for table in tables.metadata.tables.values()} - tables_of_people()
    assert free == {
        "clock",
        "deliveries",
        "heads",
        "installation",
        "regions",
        "rule_sets",
        "term_regions",
        "terms",
    }


def test_only_one_module_of_the_reads_turns_sights_into_conditions() -> None:
    """The tables of rights, and the regions and roles of a reader, are read only there and in the vocabulary."""
    inside = {"everywhere", "in_regions", "regions", "CLOSED", "RIGHTS"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules("activities", "api_gateway", "workers")
        if name != "activities/adapters/postgres/reads/visibility.py"
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Attribute)
            and node.attr in inside
            and ast.unparse(node.value).endswith("sight")
        )
        or (isinstance(node, ast.alias) and node.name in ("CLOSED", "RIGHTS"))
    ]
    assert found == []


def test_nothing_outside_the_adapter_reads_a_table_directly() -> None:
    bypasses = []
    for name, tree in modules(*PACKAGES):
        if name.startswith(tuple(MAY_SPEAK_SQL)):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                named = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
                if any(each.startswith("activities.adapters.postgres.tables") for each in named):
                    bypasses.append(f"{name}:{node.lineno} tables")
                if node.module.startswith("sqlalchemy") and any(
                    alias.name in ("select", "text") for alias in node.names
                ):
                    bypasses.append(f"{name}:{node.lineno} select")
    assert bypasses == []
