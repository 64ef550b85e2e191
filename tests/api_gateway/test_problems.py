"""The catalog of problems: every code that the product can raise has words, and all words belong to such a code."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from api_gateway.http.problem_words import catalog
from api_gateway.services.problem import broken_rule, words_in
from domain.languages import Language
from domain.payments.orders.holds import HoldReason
from domain.payments.state import OrderState
from domain.relationship.rooms import COMMANDS as OF_PAIR
from tests.api_gateway.conftest import Client

ROOT = Path(__file__).parents[2]
RAISED_BY = {
    "demand": 1,
    "forbid": 1,
    "required": 1,
    "RuleViolation": 0,
    "broken_rule": 0,
    "Problem": 1,
    "_refuse": 1,
}
"""Calls that raise a code, with the position of the code among their arguments."""
HIDDEN = {"other_region"}
"""Codes that are never shown: a person outside the region is told that nothing is there."""

Raised = set[tuple[int, str]]


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def constants(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
    }


def of_calls(name: str, place: int, *folders: str) -> set[str]:
    """Return the constant texts that calls of ``name`` have at a position."""
    return {
        argument.value
        for _, tree in trees(*folders)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and function_name(node) == name and len(node.args) > place
        if isinstance(argument := node.args[place], ast.Constant)
    }


def of_assignment(path: str, name: str) -> set[str]:
    """Return the texts in what a module assigns to a name; of dictionaries, the values."""
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name and node.value is not None:
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            return set().union(*(constants(value) for value in values))
    raise LookupError(name)


def of_returns(path: str, function: str) -> set[str]:
    """Return the texts that a function returns."""
    tree = ast.parse((ROOT / path).read_text())
    [found] = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == function]
    return set().union(*(constants(each) for each in ast.walk(found) if isinstance(each, ast.Return)))


def of_keyword(path: str, function: str, name: str) -> set[str]:
    """Return the texts that the calls of a function in a module have for a keyword."""
    return {
        text
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Call) and function_name(node) == function
        for keyword in node.keywords
        if keyword.arg == name
        for text in constants(keyword.value)
    }


def function_name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def forbidding_codes() -> dict[str, str]:
    """Return the constants for codes that forbid an actor something, each with its code."""
    return {
        ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target): node.value.args[
            0
        ].value
        for _, tree in trees("domain")
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if function_name(node.value) == "forbidden" and isinstance(node.value.args[0], ast.Constant)
    }


def missing_things() -> set[str]:
    return {f"unknown_{kind}" for kind in of_calls("_require", 3, "activities/adapters")}


def unavailable_codes() -> set[str]:
    parts = of_calls("unavailable", 0, "api_gateway") | of_calls("Unavailable", 0, "api_gateway")
    database = of_calls("Unavailable", 0, "activities/adapters")
    return {f"{part}_unavailable" for part in parts | database}


def settled_by_tables() -> set[str]:
    return of_assignment("activities/adapters/postgres/journal.py", "_TAKEN")


FORBIDDING = forbidding_codes()
ORDERS = {f"order_{state.value}" for state in OrderState}
COMPOSED: dict[tuple[str, str], set[str]] = {
    ("domain/errors.py", "code"): set(),  # what demand, forbid and required themselves pass on
    ("api_gateway/services/writer.py", "code"): {
        code for kind in OF_PAIR for code in (*kind.people.values(), *kind.regions.values())
    },
    ("domain/payments/orders/checks.py", "f'order_{order.state.value}'"): ORDERS,
    ("domain/payments/orders/holds.py", "HoldReason.MEMBER_LAPSED.value"): {HoldReason.MEMBER_LAPSED.value},
    **{
        (f"domain/relationship/stages/matching/{file}.py", "code"): of_returns(
            "domain/relationship/stages/matching/mentor_fitness.py", "unfit"
        )
        for file in ("mentor_fitness", "confirmation")
    },
    ("api_gateway/door/all_faults.py", "broken.code"): set(),  # what a rule of the domain would refuse
    ("api_gateway/services/own_changes.py", "found.body['code']"): set(),  # what the gateway answered
    ("api_gateway/services/served.py", "self.elsewhere"): of_keyword(
        "api_gateway/services/served.py", "Served", "elsewhere"
    ),
    ("api_gateway/services/setting_up.py", "code"): of_returns("domain/term/opening.py", "obstacle"),
    ("api_gateway/services/kept_emails.py", "why"): of_assignment(
        "api_gateway/services/kept_emails.py", "_WHY"
    ),
    **{
        (f"api_gateway/{file}.py", "f'unknown_{missing}'"): missing_things()
        for file in ("api/people", "api/regions", "services/new_people")
    },
    ("api_gateway/services/problem.py", "f'unknown_{missing}'"): missing_things()
    | {f"unknown_{kind}" for kind in of_calls("Unknown", 0, "activities/adapters")}
    - {"unknown_token"},  # the command line says this one in its own words
    ("api_gateway/http/problem_words.py", "code"): set(),  # the catalog itself
    ("api_gateway/services/problem.py", "broken.code"): set(),  # what a rule of the domain refused
    ("api_gateway/services/writer.py", "broken.code"): set(),  # what a rule of the domain refused
    ("api_gateway/http/disclosing.py", "broken.code"): set(),
    ("api_gateway/services/form_answers.py", "code"): set(),  # passed by the calls of _refuse
    ("api_gateway/services/form_answers.py", "why"): of_returns(
        "domain/relationship/any_stage/forms_submitted.py", "why_elsewhere"
    )
    | of_returns("domain/forms/version.py", "version_fault"),
    ("api_gateway/services/form_answers.py", "why_not_filler(seat, sent.actor)"): of_returns(
        "domain/relationship/any_stage/forms_submitted.py", "why_not_filler"
    ),
    (
        "api_gateway/services/send_command.py",
        "code",
    ): settled_by_tables(),  # otherwise what a rule refused: the domain's own codes
    ("api_gateway/services/send_command.py", "answer['code']"): {"group_refused"},
    ("api_gateway/services/send_command.py", "f\"{id.partition('/')[0]}_ended\""): {
        f"{kind}_ended" for kind in ("relationship", "obligation", "term")
    },
    ("api_gateway/http/problems.py", "code"): of_assignment("api_gateway/http/problems.py", "_CODES")
    | {"refused"},
    (
        "api_gateway/http/problems.py",
        "error.code",
    ): set(),  # a rule of the domain that a route checked itself
    ("api_gateway/services/applications.py", "broken.code"): set(),  # the domain's own codes
    ("api_gateway/services/problem.py", "f'{what}_unavailable'"): unavailable_codes(),
    ("api_gateway/services/problem.py", "there.code"): of_calls("AlreadyThere", 0, "activities/adapters")
    - {"administrator"},  # the command line says this one in its own words
    ("api_gateway/http/group_logs.py", "code"): of_returns(
        "domain/relationship/stages/meetings/groups.py", "pairs_fault"
    ),
}
"""Codes that are not written out where they are raised. A place that is not listed here fails the test."""
COMPOSED_STATUS = {
    "prepared.status": {422},
    "error.status_code": {400, 404, 405, 413},
    "claimed.status": set[int](),
    "found.status": set[int](),
}


def codes_at(path: str, node: ast.expr, function: ast.AST) -> set[str]:
    """Return the codes that an argument can be."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return codes_at(path, node.body, function) | codes_at(path, node.orelse, function)
    if isinstance(node, ast.Name) and node.id in FORBIDDING:
        return {FORBIDDING[node.id]}
    if isinstance(node, ast.Name):
        given = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == node.id
        ]
        if given and all(isinstance(each, ast.Constant | ast.IfExp) for each in given):
            return set().union(*(codes_at(path, each, function) for each in given))
    place = path, ast.unparse(node)
    assert place in COMPOSED, (
        f"{path} raises a code named {place[1]}, which this test cannot read. Write the code out, make it with "
        'NAME: Final = forbidden("code") in the module, or list the place in COMPOSED with its codes.'
    )
    return COMPOSED[place]


def statuses_at(node: ast.Call) -> set[int]:
    status = node.args[0]
    if isinstance(status, ast.Constant):
        return {status.value}
    return COMPOSED_STATUS[ast.unparse(status)]


def raised_by(path: str, node: ast.Call, function: ast.AST) -> Raised:
    name = function_name(node)
    code = node.args[RAISED_BY[name]]
    if name != "Problem":
        return {(broken_rule(each).status, each) for each in codes_at(path, code, function)}
    status = node.args[0]
    if isinstance(status, ast.IfExp) and isinstance(code, ast.IfExp):  # one condition chooses both
        pairs = ((status.body, code.body), (status.orelse, code.orelse))
        return {(ast.literal_eval(one), ast.literal_eval(other)) for one, other in pairs}
    if ast.unparse(status) == "error.status_code":
        return {
            (400, "unreadable"),
            (404, "not_found"),
            (405, "method_not_allowed"),
            (413, "too_large"),
            (400, "refused"),
        }
    if isinstance(status, ast.Name):
        return set()  # broken_rule, whose callers are checked
    return set(product(statuses_at(node), codes_at(path, code, function)))


@cache
def raised() -> Raised:
    """Return every code that the source raises, each with its status."""
    found: Raised = set()
    for path, tree in trees("domain", "api_gateway", "activities"):
        scopes: list[ast.AST] = [
            each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for function in scopes:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and len(node.args) > RAISED_BY.get(function_name(node), 99):
                    found |= raised_by(path, node, function)
    found |= {(broken_rule(code).status, code) for code in settled_by_tables()}
    return {(status, code) for status, code in found if code not in HIDDEN}


def test_every_code_that_the_source_raises_has_words_and_its_status() -> None:
    listed = {(status, each.code) for each in catalog().values() for status in each.status}
    assert sorted(raised() - listed) == []
    assert sorted(listed - raised()) == []


FORBIDDEN = [
    "answers_in_own_pair",
    "approver_sends",
    "approves_own_order",
    "audience_not_yours",
    "complaint_is_about_you",
    "confirmer_in_pair",
    "contact_of_the_payee",
    "decider_seconds",
    "decides_in_own_pair",
    "form_of_the_other_side",
    "not_a_mentor_of_term",
    "not_a_participant",
    "not_the_booker",
    "not_the_decider",
    "not_the_maker",
    "not_the_mentor",
    "not_the_writer",
    "on_the_pair",
    "own_application",
    "own_meeting",
    "own_relationship",
    "proposer_is_mentor",
    "recognizes_self",
    "role_not_allowed",
    "settles_own_order",
    "state_office_only",
    "waiver_in_pair",
    "waiver_is_proposer",
]
"""Codes that have answered 403 since the first version: a promise to clients. A new one need not be listed here."""


def test_the_codes_that_forbid_answer_403_as_they_always_did() -> None:
    assert set(FORBIDDEN) <= set(FORBIDDING.values())
    assert {name.lower() for name in FORBIDDING} == set(FORBIDDING.values())
    assert {code for status, code in raised() if status == 403} >= set(FORBIDDING.values())
    assert {broken_rule(code).status for code in FORBIDDING.values()} == {403}
    assert {code for code in of_calls("demand", 1, "domain") if broken_rule(code).status == 403} == set()


def test_a_code_that_forbids_is_raised_only_by_forbid() -> None:
    assert of_calls("demand", 1, "domain") & set(FORBIDDING.values()) == set()
    names = {
        ast.unparse(node.args[1])
        for _, tree in trees("domain")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and function_name(node) == "forbid"
    }
    assert names == set(FORBIDDING)


def test_the_module_that_makes_problems_knows_all_codes_that_forbid() -> None:
    """A code forbids once its room is imported, so the module that asks must import all rooms."""
    lines = (
        "from api_gateway.services.problem import broken_rule",
        f"print(sorted(code for code in {FORBIDDEN} if broken_rule(code).status != 403))",
    )
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_words_are_whole_sentences() -> None:
    for each in catalog().values():
        for words in (each.what, each.do):
            assert words[0].isupper(), each.code
            assert words.endswith("."), each.code


async def test_the_type_of_a_problem_leads_to_its_words(client: Client) -> None:
    problem = (await client.send("mentee", "GET", "/v1/relationships/" + "0" * 32)).json()
    page = await client.send("", "GET", problem["type"])
    assert page.status_code == 200
    assert page.json()["type"] == problem["type"] == "/v1/problems/not_found"
    assert (page.json()["status"], page.json()["title"]) == ([404], problem["title"])
    assert page.json()["what"] == "There is nothing with this id, or you are not allowed to see it."
    listed = (await client.send("", "GET", "/v1/problems")).json()["data"]
    assert page.json() in listed
    assert len(listed) == len(catalog())
    unknown = await client.send("", "GET", "/v1/problems/none")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_code")
    docs = await client.send("", "GET", "/v1/docs")
    assert 'href="/v1/problems"' in docs.text


@pytest.mark.parametrize("language", Language)
def test_each_code_has_words_in_each_language(language: Language) -> None:
    here, english = words_in(language), words_in(Language.EN)
    assert sorted(here) == sorted(english)
    assert [
        code for code, said in here.items() if not said["what"].endswith((".", "?")) or not said["do"]
    ] == []


def test_words_for_pages_name_no_command_line() -> None:
    assert [code for code, said in words_in(Language.ES).items() if "`" in said["what"] + said["do"]] == []
