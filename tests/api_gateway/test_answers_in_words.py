"""Every refusal says what happened and what to do: bad bodies, parameters, ids and tokens at every route."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from activities.adapters.postgres import tables
from api_gateway.app import create_app
from api_gateway.http.input_faults import PATTERNS
from api_gateway.pages.public import groups
from api_gateway.services.allowed_values import allowed_values
from api_gateway.services.input_words import sentence
from api_gateway.services.problem import Problem, words
from api_gateway.services.programs import programs
from domain.messages import Command
from domain.payments.orders.settlement import RecordReturned
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.rules.choices import choices
from tests.api_gateway.conftest import Client, add_entry
from tests.api_gateway.recorded import recorded_pair
from tests.api_gateway.test_visibility import put
from tests.conftest import NOW, PROGRAM
from workers.cli.request import problem_lines
from workers.settings import REPOSITORY

ID = "9f2c" * 8
OTHER: tuple[Any, ...] = (None, 1.5, -1, True, [], {}, "", "Not so!\u202e", "x" * 5000, [[1]], {"a": 1})
"""Values that hardly any field takes."""
PATTERN_SIGNS = re.compile(r"\[0-9|\[a-z|\[A-Z|\[\^|\\x|\\u|\\d|\{\d+(,\d*)?\}|\^|\$$|\)\?")
LIBRARY_WORDS = re.compile(
    r"should (be|match|have)|pydantic|JSON object|Input|Value error|Field required|timezone info|Traceback|<class"
    r"|\b(None|dict|dictionary|str|int|bool|ctx)\b"
)
TECHNICAL = re.compile(
    r"Idempotency-Key|If-Match|Retry-After|Content-Type|Authorization"
    r"|\b(GET|POST|PUT|DELETE) (/|to )|/v1/|\bheader\b"
)
"""What a person at the command line need not know."""
ROLES = {
    "coordinator": "coordinator",
    "participant": "mentee",
    "payment_staff": "payment",
    "admin": "admin",
    "auditor": "auditor",
}
"""Who sends, by the first role that a route allows."""


def class_names() -> set[str]:
    """Return the names of all classes of the product that are no ordinary word."""
    names = set()
    for package in ("domain", "api_gateway", "activities", "workflows", "workers"):
        for file in (REPOSITORY / package).rglob("*.py"):
            names |= {
                node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)
            }
    return {name for name in names if re.search(r"[a-z][A-Z]", name)}


CLASSES = class_names()


def faults_of(answer: httpx.Response) -> list[str]:
    """Return what is wrong with the words of an unsuccessful answer."""
    problem = answer.json()
    wrong = [f"for programs: {each}" for each in _for_a_program(problem)]
    said = [problem.get("detail", ""), *(error["detail"] for error in problem.get("errors", ()))]
    wrong += [f"empty: {problem}" for each in said if not each.strip()]
    for each in said:
        wrong += [f"no sentence: {each}"] if not each.endswith((".", "?")) else []
        wrong += [f"a pattern: {each}"] if PATTERN_SIGNS.search(each) else []
        wrong += [f"a library's words: {each}"] if LIBRARY_WORDS.search(each) else []
        wrong += [f"a class: {name}: {each}" for name in re.findall(r"\b\w+\b", each) if name in CLASSES]
        wrong += [f"no words of its own: {each}"] if each.endswith(sentence("values", "other")) else []
    if set(problem) - {"type", "title", "status", "detail", "code", "errors", "instance", "for_programs"}:
        wrong.append(f"unknown members: {sorted(problem)}")
    return wrong


def _for_a_program(problem: dict[str, Any]) -> list[str]:
    """Return the words for a person that only a program understands."""
    said = [problem.get("detail", ""), *(error["detail"] for error in problem.get("errors", ()))]
    return [each for each in said if TECHNICAL.search(each)]


def bodies(example: Any) -> Iterator[Any]:
    """Yield bodies that a route does not take."""
    yield from ([], "x", 1, None, {}, {"nonsense": 1})
    for name in example or ():
        yield {key: value for key, value in example.items() if key != name}
        yield {**example, f"{name}s": 1}
        turn = len(name) % 3
        yield from ({**example, name: value} for value in OTHER[turn::3])
        if isinstance(example[name], dict):
            yield from ({**example, name: {**example[name], part: "?"}} for part in example[name])
            yield {**example, name: {**example[name], "nonsense": 1}}
        if isinstance(example[name], list) and example[name] and isinstance(example[name][0], dict):
            yield from ({**example, name: [{**example[name][0], part: "?"}]} for part in example[name][0])


def paths(path: str) -> Iterator[str]:
    """Yield addresses of a route: with ids that are nobody's, and with what is no id."""
    for value in (ID, "9f2c9f2c", "Not an id", "-", "x" * 200):
        yield re.sub(r"\{\w+\}", value, path)


def requests_of(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield bad requests to a route: an address, and what else is sent."""
    good = re.sub(r"\{\w+\}", ID, operation["path"])
    example = operation["example"]
    for path in dict.fromkeys(paths(operation["path"])):
        yield path, {"json": example}
    for name in [*(row["name"] for row in operation["parameters"]), "nonsense"]:
        for value in ("", "§", "-1", "x" * 300, "2026-13-45"):
            yield good, {"json": example, "params": {name: value}}
    if operation["method"].upper() in ("POST", "PUT"):
        yield good, {"content": b"{", "headers": {"content-type": "application/json"}}
        yield good, {"content": b"\xff", "headers": {"content-type": "application/json"}}
        yield good, {"content": b"a=b", "headers": {"content-type": "application/x-www-form-urlencoded"}}
        yield good, {"json": example, "headers": {"If-Match": "x"}}
        yield good, {"json": example, "key": ""}
        yield good, {"json": example, "key": "k" * 300}
        yield from ((good, {"json": body}) for body in bodies(example))
    yield good, {"json": example, "headers": {"Authorization": "Bearer wrong"}}
    yield good, {"json": example, "headers": {"Authorization": "nothing"}}


def operations(app: FastAPI) -> list[dict[str, Any]]:
    return [each for operations in groups(app.openapi()).values() for each in operations]


async def test_no_answer_of_any_route_is_without_words(client: Client) -> None:
    """C44: no regular expression, no class, no empty detail."""
    settings = client.office.settings.model_copy(update={"requests_per_minute": 10**6})
    app = create_app(replace(client.office, settings=settings))
    wrong: list[str] = []
    refused: Counter[int] = Counter()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=settings.public_url
    ) as http:
        sender = Client(http, client.office, client.engine)
        sender._tokens = client._tokens
        for at, operation in enumerate(operations(app)):
            allowed = next((name for role, name in ROLES.items() if role in operation["roles"]), "")
            others = [name for role, name in ROLES.items() if role not in operation["roles"]]
            sent = [(allowed, *each) for each in requests_of(operation)]
            sent += [(name, *sent[0][1:]) for name in (*others[:1], "")]
            for number, (who, path, options) in enumerate(sent):
                options = {"key": f"{at}-{number}", **options}
                answer = await sender.send(who, operation["method"].upper(), path, **options)
                if answer.status_code >= 400:
                    refused[answer.status_code] += 1
                    wrong += [f"{operation['id']} {answer.status_code} {each}" for each in faults_of(answer)]
        await sender.close()
    assert sorted(set(wrong)) == []
    assert {400, 401, 403, 404, 409, 422} <= set(refused)
    assert refused[422] > 1000
    assert max(refused) < 500


async def test_an_address_or_method_that_no_route_has_is_explained(client: Client) -> None:
    for method, path, status in (
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/people", 405),
    ):
        answer = await client.send("admin", method, path)
        assert (answer.status_code, faults_of(answer)) == (status, [])


async def test_every_pattern_of_the_api_has_words(client: Client) -> None:
    described = json.dumps(create_app(client.office).openapi())
    patterns = {json.loads(f'"{each}"') for each in re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', described)}
    texts = {each for each in patterns if each.startswith("^[^")}
    assert {each.removeprefix("^").removesuffix("$") for each in patterns - texts} <= set(PATTERNS)
    assert len(texts) == 2


def test_a_refusal_says_what_happened_and_what_to_do() -> None:
    for code, said in words()["words"].items():
        for part in (said["what"], said["do"]):
            assert not PATTERN_SIGNS.search(part), code
            assert not LIBRARY_WORDS.search(part), code
            assert not TECHNICAL.search(part), code


async def test_an_unknown_code_of_a_command_names_those_that_the_program_allows(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        client.engine.refuse("unknown_topic", "topics")
        body = {
            "began_at": "2026-11-02T15:00:00-06:00",
            "minutes": 60,
            "mode": "in_person",
            "topics": ["none"],
        }
        for _ in range(2):  # the second answer is the one that was kept
            answer = await client.send("the mentee", "POST", f"{pair.path}/log-meeting", key="t", json=body)
            problem = answer.json()
            allowed = ", ".join(pair.case.rules.meetings.topics)
            assert problem["detail"] == f"The program has no such topic. Write one of: {allowed}."
            assert problem["errors"][0]["detail"] == f"topics: {problem['detail']}"


@pytest.mark.parametrize(
    ("kind", "field", "place"),
    [
        (LogMeeting, "mode", "meetings.modes"),
        (DraftAgreement, "terms.ground_rules", "agreement.ground_rules"),
        (PlanMeetings, "rows.0.place", "schedule.places"),
        (RecordReturned, "reason", "order_reasons.returned"),
        (LogMeeting, "minutes", ""),
        (DraftAgreement, "terms.nothing", ""),
    ],
)
def test_a_field_takes_the_codes_of_the_list_that_its_example_names(
    kind: type[Command], field: str, place: str
) -> None:
    rules = programs()[PROGRAM].rules
    assert allowed_values(kind, field, rules) == (choices(rules)[place] if place else ())


async def said(
    client: Client, who: str, method: str, path: str, key: str, **options: Any
) -> tuple[str, list[str]]:
    """Return the words of an unsuccessful answer: its detail, and those of its errors."""
    answer = await client.send(who, method, path, key=key, **options)
    assert answer.status_code >= 400, answer.text
    problem = answer.json()
    return problem["detail"], [each["detail"] for each in problem.get("errors", ())]


async def test_who_sends_no_token_or_an_old_one_is_told_which_and_whom_to_ask(client: Client) -> None:
    none, _ = await said(client, "", "GET", "/v1/tasks", "a")
    old, _ = await said(client, "", "GET", "/v1/tasks", "a", headers={"Authorization": "Bearer old"})
    assert none.startswith("You are not signed in")
    assert "has expired" in old
    for words_ in (none, old):
        assert "Ask an administrator of your office" in words_


async def test_a_name_instead_of_an_id_is_quoted_and_the_list_of_the_ids_is_named(client: Client) -> None:
    _, [path] = await said(client, "coordinator", "GET", "/v1/relationships/Anna", "a")
    assert path.startswith("the id in the address (“Anna”): This is not an id; a name does not work here.")
    assert path.endswith("`mentorflow list relationships` shows the ids.")
    body = {"person": ID, "term": "2026-27", "reason": "new_to_role", "applied_on": "2026-08-03"}
    _, [term] = await said(client, "mentee", "POST", "/v1/applications", "b", json=body)
    assert term.startswith("term: This is not an id")
    assert term.endswith("`mentorflow list terms` shows the ids.")


async def test_an_unknown_region_names_those_of_the_office(client: Client) -> None:
    body = {"name": "Ann", "email": "ann@post.example", "role_title": "principal", "region": "r9"}
    detail, _ = await said(client, "admin", "POST", "/v1/people", "a", json=body)
    assert detail == "There is no region with this code. Write one of: r1, r2."
    detail, _ = await said(client, "coordinator", "POST", "/v1/people", "b", json=body)
    assert "Your regions are: r1." in detail
    _, [missing] = await said(
        client, "admin", "POST", "/v1/people", "c", json={key: body[key] for key in body if key != "region"}
    )
    assert (
        missing
        == "region: This is missing. Add it. `mentorflow show regions` shows the regions and their codes."
    )


@pytest.mark.parametrize(
    ("content", "words_"),
    [
        (b'{"name": "Ann", }', 'Just before character 17 (after {"name": "Ann",) there is a comma'),
        (
            b'{"name": Ann}',
            'A value is missing at character 10 (after {"name":), or a text has no quotation marks',
        ),
        (
            b'{"name": "Ann"',
            'A comma or a closing bracket is missing at character 15 (after {"name": "Ann").',
        ),
        (b'{"name" "Ann"}', 'A colon is missing at character 9 (after {"name").'),
        (b'{name: "Ann"}', "A name in double quotation marks is missing at character 2 (after {)."),
        (b'{"name": "Ann"}}', 'Something follows the end, at character 16 (after {"name": "Ann"}).'),
        (b'{"name": "Ann}', 'The text that begins at character 10 (after {"name":) has no end.'),
    ],
)
async def test_a_body_that_cannot_be_read_is_told_where_it_breaks_and_how(
    client: Client, content: bytes, words_: str
) -> None:
    headers = {"content-type": "application/json"}
    _, [broken] = await said(client, "admin", "POST", "/v1/people", "a", content=content, headers=headers)
    assert broken.startswith(words_)


async def test_an_address_that_nothing_has_names_what_is_meant(client: Client) -> None:
    pairs, _ = await said(client, "coordinator", "GET", "/v1/pairs", "a")
    assert pairs.startswith("There is nothing called pairs here. You may mean relationships.")
    assert "people" in pairs.partition("The lists are: ")[2]
    near, _ = await said(client, "coordinator", "GET", "/v1/peopel", "a")
    assert "You may mean people." in near
    draft, _ = await said(client, "mentee", "PUT", f"/v1/relationships/{ID}/drafts/survey", "a", json={})
    assert "nothing was saved" in draft
    assert f"You may mean forms: relationships/{ID}/forms/survey." in draft


async def test_a_method_that_an_address_does_not_take_is_told_what_it_takes(client: Client) -> None:
    gone = (await client.send("coordinator", "DELETE", "/v1/people")).json()
    assert "Nothing is deleted here" in gone["detail"]
    assert gone["for_programs"].startswith("This address takes: GET, POST.")
    roster, _ = await said(client, "coordinator", "POST", "/v1/imports/roster", "b")
    assert "To import lists, use `mentorflow import`" in roster


async def test_c30_a_reference_is_written_as_it_stands_on_the_check(client: Client) -> None:
    path, body = f"/v1/obligations/{'d' * 32}/enter-reference", {"reference": "Check #1042"}
    assert (await client.send("payment", "POST", path, json=body)).status_code == 200
    hidden = {"reference": "Check\u202e1042"}
    _, [reference] = await said(client, "payment", "POST", path, "b", json=hidden)
    assert reference.endswith("Write the text without them.")


async def test_codes_of_examples_are_those_of_the_program_in_question(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        log = {"began_at": "2026-11-02 15:00", "minutes": 60, "topics": "budget"}
        _, errors = await said(client, "the mentee", "POST", f"{pair.path}/log-meeting", "a", json=log)
        meetings = pair.case.rules.meetings
        began, mode, topics = errors
        assert began.endswith("such as -06:00 for Central Standard Time: 2026-11-02T15:00:00-06:00.")
        assert (
            mode == f"mode: This is missing: the way of meeting. Add it: one of {', '.join(meetings.modes)}."
        )
        assert topics.endswith(f'for example ["{meetings.topics[0]}"].')
        _, hidden = await said(client, "elsewhere", "POST", "/v1/group-meetings", "b", json=log)
        assert not any(code in each for each in hidden for code in meetings.topics)
        terms = {"terms": {"ground_rules": [], "rhythm": {"every": 1}, "modes": []}}
        _, [unit, faces] = await said(
            client, "the mentee", "POST", f"{pair.path}/draft-agreement", "c", json=terms
        )
        assert unit.endswith("Add it: one of days, weeks, months.")
        assert "how many of the meetings are face to face" in faces


async def test_a_meeting_before_the_agreement_is_told_the_day(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        client.engine.refuse("meeting_before_agreement", "began_at")
        log = {"began_at": "2026-01-02T15:00:00-06:00", "minutes": 60, "mode": "in_person"}
        detail, _ = await said(client, "the mentee", "POST", f"{pair.path}/log-meeting", "a", json=log)
        day = pair.case.rules.calendar.local_date(pair.case.state.stage_since)
        assert (
            f"It took effect on {day:%A}, {day:%B} {day.day}, {day.year}: log only meetings from that day on."
            in detail
        )
        client.engine.refuse("meeting_before_agreement")
        detail, _ = await said(client, "the mentee", "POST", f"{pair.path}/log-meeting", "b", json=log)
        assert detail.endswith(
            "No agreement has taken effect yet: have both sides sign one, and log the meetings after that."
        )


async def test_a_code_that_is_missing_is_told_with_those_that_the_program_allows(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await add_entry(client, ID)
        client.engine.refuse("fallback_reason_missing", "fallback")
        path, body = f"{pair.path}/propose-match", {"mentor": ID}
        detail, _ = await said(client, "the coordinator", "POST", path, "a", json=body)
        allowed = ", ".join(pair.case.rules.matching.fallback_reasons)
        assert detail == (
            "The mentor has a different role from the mentee, and no reason was given. Write one of: "
            + allowed
            + "."
        )


async def test_a_command_of_another_stage_is_told_the_stage_of_the_pair(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        client.engine.refuse("not_in_matching")
        detail, _ = await said(client, "the coordinator", "POST", f"{pair.path}/confirm-match", "a", json={})
        assert detail == (
            "The relationship is not at the matching stage. It is at the agreement stage now: do what that stage "
            "asks for."
        )


async def test_unknown_evidence_is_told_what_the_money_asks_for(client: Client) -> None:
    now = NOW
    days = {"accrued_at": now, "due_at": now, "closes_at": now, "finished_at": None, "ended_at": None}
    money = {"id": ID, "amount_minor": 100, "state": "due", "evidence": "match_confirmed,attendance_record"}
    await put(client, (tables.obligations, {**money, **days}))
    client.engine.refuse("unknown_evidence", "evidence")
    path, body = f"/v1/obligations/{ID}/prepare-stipend", {"evidence": ["photo"]}
    _, [error] = await said(client, "payment", "POST", path, "a", json=body)
    assert error == (
        "evidence: The rules have no such kind of evidence. Write one of: match_confirmed, attendance_record."
    )


async def test_a_person_of_a_pair_without_a_survey_is_told_so(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        body: dict[str, Any] = {"answers": {}}
        detail, _ = await said(client, "the mentee", "POST", f"{pair.path}/submit-survey", "a", json=body)
        assert detail.endswith(
            "There is no survey for you, so your answers were not saved. You do not need to do anything."
        )
        detail, _ = await said(client, "the mentee", "GET", f"{pair.path}/agreement?language=fr", "b")
        assert detail == "There is no text in this language. Write one of: en, es."


async def test_a_pair_that_a_group_cannot_have_is_named_by_its_id(client: Client) -> None:
    log = {"began_at": "2026-11-02T15:00:00-06:00", "minutes": 60, "mode": "in_person"}
    body = {**log, "relationships": [ID, "e" * 32]}
    for _ in range(2):  # the second answer is the one that was kept
        _, errors = await said(client, "coordinator", "POST", "/v1/group-meetings", "a", json=body)
        assert [each.partition(":")[0] for each in errors] == [f"pair {ID[:8]}", "pair eeeeeeee"]


def test_the_command_line_leaves_out_what_a_program_needs() -> None:
    problem = Problem(503, "database_unavailable").body()
    assert "Idempotency-Key" in problem["for_programs"]
    assert list(problem_lines(problem)) == [problem["title"], problem["detail"]]
    assert problem["detail"].endswith("Try again in a few seconds.")


async def test_a_code_of_ones_own_choice_is_told_as_such(client: Client) -> None:
    body = {"name": "Ann", "email": "ann@post.example", "role_title": "School Principal", "region": "r1"}
    _, [title] = await said(client, "admin", "POST", "/v1/people", "a", json=body)
    assert title.endswith("`mentorflow list people` shows the positions that people have.")
    region = {"code": "Far North", "name": "Far North", "program": PROGRAM}
    _, [code] = await said(client, "admin", "POST", "/v1/regions", "b", json=region)
    assert code.endswith(
        "Choose one of lower-case letters, digits and underscores, without spaces, such as far_north."
    )
