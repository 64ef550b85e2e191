"""What code may do with sights, tables and rows. Each rule yields the places in a syntax tree that break it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from activities.adapters.postgres import tables

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "workflows", "activities", "workers", "api_gateway")
ADAPTER = "activities/adapters/postgres/"
READS, FACTS, WRITES = (f"{ADAPTER}{folder}/" for folder in ("reads", "facts", "writes"))
CONDITIONS = (f"{READS}visibility.py", f"{READS}places.py")
RIGHTS = "domain/visibility.py"

MAY_TAKE_A_SIGHT = {
    "MAILER": {f"{ADAPTER}notice_rows.py": "sends every notice"},
    "AUDIT": {
        "workers/audit/nightly.py": "checks the whole journal each night",
        "workers/audit/replay.py": "checks the whole journal",
        "workers/embedded/year/report.py": "names the streams of a made-up year",
    },
    "OPERATOR": {
        "workers/cli/doctor.py": "says what the last nightly check found",
        "workers/cli/grants.py": "lists who has which role for a person on the machine",
        "workers/cli/history.py": "shows a history to a person on the machine",
        "workers/cli/programs/what_if.py": "decides recorded commands again under other rules",
        "workers/cli/replay.py": "checks the journal for a person on the machine",
        "workers/cli/stream_id.py": "finds the id that some digits begin",
        "workers/cli/tokens.py": "lists tokens for a person on the machine",
    },
    "sight_of": {
        "api_gateway/services/caller.py": "makes the sight of the person behind a request",
        f"{ADAPTER}digests.py": "makes the sight of a digest's reader from the grants that are live",
    },
    "participant": {f"{READS}notices.py": "reads the text of an agreement for the recipient of an email"},
}
"""Who may import each sight that is not a caller's own, and each function that makes one, with the reason."""
MAY_MAKE_A_CALLER = {
    "api_gateway/services/caller.py": "makes the caller from a token, and chooses which own id stands in a record",
}

WITHOUT_SIGHT = {
    "agreement.Version.digest_in": "a value that its reader already has",
    "agreement.text_in": "composes the words of a version that its reader already has, from rules that were read",
    "agreement.versions_in": "folds events that its reader already has",
    "drafts.OwnWriting.of": "what its writer already has",
    "known_rules.KnownRules.of": "rules by their digest",
    "agreement.text_of": "composes the words of a version that its reader already has, from rules alone",
    "search.matches": "a condition on columns that a read has chosen for its reader",
    "replay.SqlReplay.rules_text": "rules by their digest",
    "replay.SqlReplay.term_dates": "a term's first and last day",
    "rows.plain": "turns a row that was read into what JSON has",
    "rows.plain_value": "turns a value that was read into what JSON has",
    "surveys.SurveyReads.term": "days, regions and rules of a term",
    "terms.TermReads.rules": "rules as a term has frozen them",
}
"""Public functions of the reads that take no `Sight`, each with its reason. None of them reads about a person."""

CLEAR = {"name", "email", "phone", "payload"}
"""Columns with a person's name and addresses, and with the content of documents and drafts."""
WHOLE = {"people", "documents", "drafts"}
"""Tables with such columns, so whole rows of them are not for facts and writes."""
MAY_USE_CLEAR = {
    "facts/entries._entries": "reads whole entries to commit to them and to compare them; no event has a value",
    "facts/sessions._statement": "reads the name of who is signed in, for the head of that person's own pages",
    "facts/sessions._visitor": "returns that name",
    "facts/door_sessions._session": "returns the name of who is signed in, for that person's own pages",
    "facts/door_sessions._statement": "reads that name",
    "facts/task_links._link": "returns the name of whose link it is, for that person's own form",
    "facts/task_links._statement": "reads both",
    "facts/relationship._and_mentor": "compares two mailboxes; the fact says only whether they are one",
    "writes/commands.CommandIntake.claim": "stores a command; its own payload is no document",
    "writes/left_commands.LeftCommands.leave": "stores a command; its own payload is no document",
    "writes/left_commands.LeftCommands.next": "reads its own command row; its payload is no document",
    "writes/documents.Documents.holds": "compares content and returns only whether it is the same",
    "writes/documents.Documents.keep_in": "compares content and returns only the commitment to it",
    "writes/documents.open_document": "opens a row that a read has selected for its reader",
    "writes/drafts.Drafts.save": "compares content and returns only the version",
    "writes/group_meetings._command_row": "stores a command; its own payload is no document",
    "writes/group_meetings.parts_of": "makes the commands of a group from its own command row",
    "writes/sign_in_codes.SignInCodeWrites.masked": "shows whom a link is of the first letter of the own address",
    "writes/sign_in_codes._people": "reads the names of who shares a mailbox, for who has just shown to hold it",
    "writes/sign_in.SignInWrites.ask": "stores what a provider says of somebody unknown, for an administrator",
    "writes/tokens.TokenWrites._make": "stores the name of a token",
    "writes/tokens.entry_of_first": "checks the name and the address that whoever sets up an office writes",
    "writes/tokens.TokenWrites.first_administrator": "finds an entry by its address and returns only its id",
    "facts/known_office._people": "compares a list with all entries; a proposal shows what its reader may see",
    "facts/known_office.known_office": "reads the names of regions",
    "writes/imports.ImportRows.begin": "stores a command; its own payload is no document",
    "writes/imports.ImportRows.next_take_over": "reads its own command row; its payload is no document",
    "writes/imports.ImportRows.regions": "reads the names of regions",
    "writes/landing._write_memberships": "stores the names of classes of membership",
}
"""Functions of facts and writes that use such columns or rows, each with its reason."""

MAY_SPEAK_SQL = {
    ADAPTER: "the one place for SQL",
    "workers/assembly.py": "gives the payment worker its projections, and reads nothing",
    "workers/cli/doctor.py": "asks whether the server answers",
    "workers/embedded/stack/postgres.py": "starts the server and makes its databases",
    "workers/embedded/year/door_visits.py": "finds the email whose link fits an act of a made-up year; shows nobody",
    "workers/embedded/year/emails/records.py": "reads the emails of a made-up year to check them, and shows nobody",
    "workers/embedded/year/report.py": "counts what a made-up year left behind, and shows nobody",
    "workers/migrate.py": "runs migrations and asks the server for its schema",
}
"""Where a driver or tables are imported or statements are written, each with its reason."""
DRIVERS = ("sqlalchemy", "asyncpg", "psycopg", "psycopg2", "aiosqlite", "sqlite3")
STATEMENTS = {"exec_driver_sql", "get_raw_connection", "scalar", "scalars"}
"""Methods of a connection that run a statement and that nothing else here has."""

AS_TEXT = ("", "text", "literal_column", "table", "column", "TextClause")
"""What sqlalchemy makes from text; an empty name is an import of the whole module."""

CONSTRUCTED_BY_APP = {"Database", "SqlClock", "Keyring"}
"""Connection pool, clock and vault: two of one kind in a process would each keep their own counts."""
CONSTRUCTING = (
    "api_gateway/app.py",
    "api_gateway/__main__.py",
    "api_gateway/door/__main__.py",
    "api_gateway/import_process.py",
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[tuple[str, Function, bool]]:
    """Yield the functions and methods of a file with their dotted name, and whether they are methods."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node, False
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield f"{node.name}.{inner.name}", inner, True


def is_public(name: str) -> bool:
    """Return whether code outside the file may call this function."""
    return not any(part.startswith("_") for part in name.split("."))


def stem(path: str, folder: str) -> str:
    """Return a file's path in a folder, without the ending."""
    return path.removeprefix(folder).removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[tuple[ast.AST, str, str]]:
    """Yield each import with its module, and with the name that it imports from there, empty for the whole module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, node.module or ".", alias.name) for alias in node.names)


def annotations(tree: ast.Module) -> set[int]:
    """Return which nodes are in an annotation, by their identity."""
    found: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
        elif isinstance(node, Function):
            found.append(node.returns)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Annotated":
            found.append(node.slice)
    return {id(part) for each in found if each is not None for part in ast.walk(each)}


def values(tree: ast.Module, names: set[str]) -> Iterator[ast.AST]:
    """Yield uses of a class other than in an annotation, and imports that give it another name."""
    types = annotations(tree)
    for node in ast.walk(tree):
        match node:
            case ast.alias(name=name, asname=str()) if name in names:
                yield node
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in names and id(node) not in types:
                yield node


def first_type(node: Function, method: bool) -> str:
    """Return the annotation of a function's first argument."""
    arguments = [*node.args.posonlyargs, *node.args.args][1 if method else 0 :]
    annotation = arguments[0].annotation if arguments else None
    return ast.unparse(annotation) if annotation else ""


def takes_a_sight_that_is_not_its_own(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield imports of named sights and of what makes one, and of the whole module, which has all of them."""
    if path == RIGHTS:
        return
    refused = {name for name, places in MAY_TAKE_A_SIGHT.items() if path not in places}
    for node, module, name in imported(tree):
        whole = f"{module}.{name}".rstrip(".") == "domain.visibility"
        if whole or name == "*" or name in refused:
            yield node
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in refused)


def makes_a_sight_or_a_caller(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what could make a sight, or a caller, whose sight follows from the roles that it is made with."""
    if path == RIGHTS:
        return
    yield from values(tree, {"Sight"} if path in MAY_MAKE_A_CALLER else {"Sight", "Caller"})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("replace", "__replace__"):
            changed = " ".join(map(ast.unparse, (node.func, *node.args)))
            if "sight" in changed or "caller" in changed:
                yield node


def reads_without_a_sight(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield public functions of the reads whose first argument is no sight, unless they are in the list."""
    if path.startswith(READS) and path not in CONDITIONS:
        for name, node, method in functions(tree):
            known = f"{stem(path, READS)}.{name}" in WITHOUT_SIGHT
            if is_public(name) and not known and first_type(node, method) != "Sight":
                yield node


def ignores_its_sight(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield functions of the reads that take a sight and neither ask it anything nor pass it on.

    A call whose result is thrown away does not count, unless it refuses the reader by raising an error. The conditions
    may also compare columns with the reader's person and regions.
    """
    for node in ast.walk(tree) if path.startswith(READS) else ():
        if isinstance(node, Function) and "Sight" in types_of(node):
            body = ast.Module(node.body, [])
            compared = path in CONDITIONS and any(
                isinstance(part, ast.Compare | ast.IfExp) and "sight." in ast.unparse(part)
                for part in ast.walk(body)
            )
            if not compared and not any(map(asks_or_passes_on, calls_that_count(body))):
                yield node


def types_of(node: Function) -> set[str]:
    """Return the annotations of a function's arguments."""
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return {ast.unparse(each.annotation) for each in arguments if each.annotation}


def calls_that_count(body: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls of a function, without those that stand alone and refuse nobody."""
    alone = {
        id(node.value)
        for node in ast.walk(body)
        if isinstance(node, ast.Expr) and not ast.unparse(node.value).startswith(("_require", "require"))
    }
    yield from (node for node in ast.walk(body) if isinstance(node, ast.Call) and id(node) not in alone)


def asks_or_passes_on(call: ast.Call) -> bool:
    """Return whether a call is one of a method of the sight, or has the sight as an argument."""
    given = [*call.args, *(each.value for each in call.keywords)]
    asked = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return "sight" in map(ast.unparse, (*given, *asked))


def turns_a_sight_into_a_condition(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield uses of the tables of rights, and of the regions of a reader: only the conditions are made of them."""
    if path in (*CONDITIONS, RIGHTS):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="everywhere" | "in_regions" | "regions", value=value):
                if ast.unparse(value).endswith("sight"):
                    yield node
            case ast.alias(name="CLOSED" | "RIGHTS"):
                yield node


def uses_names_addresses_or_content(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield where facts and writes use what only reads may return, outside the functions in the list."""
    if path.startswith((FACTS, WRITES)):
        listed = {
            id(part)
            for name, node, _ in functions(tree)
            if f"{stem(path, ADAPTER)}.{name}" in MAY_USE_CLEAR
            for part in ast.walk(node)
        }
        yield from (node for node in clear_in(tree) if id(node) not in listed)


def clear_in(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield columns with names, addresses or content, also as texts, and selects of whole rows that have them."""
    yield from (node for node, module, _ in imported(tree) if module.startswith(tables.__name__))
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.Constant(value=str(name)) if name in CLEAR:
                yield node
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from whole_rows(node)


def whole_rows(function: Function) -> Iterator[ast.AST]:
    """Yield selects of whole rows of people, documents or drafts."""
    named = {f"tables.{table}" for table in WHOLE}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = (
                zip(node.targets[0].elts, node.value.elts, strict=False)
                if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)
                else zip(node.targets, [node.value], strict=False)
            )
            named |= {ast.unparse(to) for to, value in pairs if is_whole(value, named)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "select":
            yield from (arg for arg in node.args if is_whole(arg, named))


def is_whole(value: ast.expr, named: set[str]) -> bool:
    """Return whether a value is one of the tables, another name of it, or all its columns."""
    if isinstance(value, ast.Starred):
        value = value.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "alias":
        value = value.func.value
    return ast.unparse(value).removesuffix(".c").removesuffix(".columns") in named


def writes_sql_as_text(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what makes a statement or a column from text, where these rules could not see what it reads."""
    if path.startswith((READS, FACTS, WRITES)):
        for node, module, name in imported(tree):
            if module.split(".")[0] == "sqlalchemy" and name in AS_TEXT:
                yield node
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql":
                yield node


def looks_up_facts_in_a_front(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield imports of facts where requests are answered: facts are for decisions, and know no reader."""
    if path.startswith(("api_gateway/", "workers/cli/")) and not path.startswith(
        ("api_gateway/services/", "api_gateway/office.py", "api_gateway/app.py")
    ):
        for node, module, name in imported(tree):
            if f"{module}.{name}.".startswith("activities.adapters.postgres.facts."):
                yield node


def speaks_sql(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield imports of a driver or of tables, also by way of a module that has them, and calls that run a statement."""
    if path.startswith(tuple(MAY_SPEAK_SQL)):
        return
    for node, module, name in imported(tree):
        has_tables = f"{module}.{name}.".startswith(f"{tables.__name__}.")
        through = module.startswith("activities.adapters.") and name in ("tables", "select", "text")
        if module.split(".")[0] in DRIVERS or has_tables or through:
            yield node
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in STATEMENTS:
            yield node


def constructs_what_the_application_constructs(path: str, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield uses of the three classes in the gateway other than as a type."""
    if path.startswith("api_gateway/") and path not in CONSTRUCTING:
        yield from values(tree, CONSTRUCTED_BY_APP)


Rule = Callable[[str, ast.Module], Iterator[ast.AST]]
RULES: tuple[Rule, ...] = (
    takes_a_sight_that_is_not_its_own,
    makes_a_sight_or_a_caller,
    reads_without_a_sight,
    ignores_its_sight,
    turns_a_sight_into_a_condition,
    uses_names_addresses_or_content,
    writes_sql_as_text,
    looks_up_facts_in_a_front,
    speaks_sql,
    constructs_what_the_application_constructs,
)


def faults(path: str, tree: ast.Module, rule: Rule) -> list[str]:
    """Return the places where a file breaks a rule."""
    return [f"{path}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}" for node in rule(path, tree)]
