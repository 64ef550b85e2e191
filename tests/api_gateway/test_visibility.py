"""The API and the database show people exactly what the handwritten table of rights allows."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table, insert, text, update

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.api import documents
from domain.actors import Actor, Role
from domain.forms.model import Field as FormField
from domain.forms.model import FieldType, Form
from domain.ids import derive
from domain.relationship.any_stage.change_request import AskForChange
from domain.relationship.any_stage.complaint import OpenComplaint, TakeComplaint
from domain.relationship.any_stage.ending import EndRelationship
from domain.tasks import OF_MONEY
from domain.visibility import Privacy
from tests.api_gateway.conftest import PROGRAM, Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.api_gateway.test_terms import a_recorded_year
from tests.domain.builders import MENTEE, MENTOR

BY_HAND = tomllib.loads((Path(__file__).parents[1] / "architecture" / "rights.toml").read_text())
NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
OWED, TERM = "e" * 32, "d" * 32
PROPOSED, ACCUSED = "a" * 32, "f" * 32
DECIDER = Actor(id="c" * 32, role=Role.COORDINATOR, regions=("r3",), auth="token")
FORMER_MENTOR = derive("p", "former mentor")
OF_MENTEE, OF_FORMER_MENTOR = "1f" * 16, "2f" * 16
"""Two submitted forms: one by the mentee, and one by a person whom no reader here is."""
SEALED = "3f" * 16, "4f" * 16, "5f" * 16
"""A private reason, a special application, and the statement of a complaint."""
OFFICE_ROLES = (Role.COORDINATOR, Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN, Role.PARTICIPANT)

READERS: Mapping[str, tuple[str, tuple[Role, ...], tuple[str, ...], tuple[str, ...]]] = {
    "coordinator here": ("1" * 32, (Role.COORDINATOR,), ("r3",), ("coordinator",)),
    "coordinator elsewhere": ("2" * 32, (Role.COORDINATOR,), ("r1",), ("coordinator",)),
    "state office": ("3" * 32, (Role.COORDINATOR,), (), ("state_office",)),
    "payment staff": ("4" * 32, (Role.PAYMENT_STAFF,), (), ("payment_staff",)),
    "auditor": ("5" * 32, (Role.AUDITOR,), (), ("auditor",)),
    "administrator": ("6" * 32, (Role.ADMIN,), (), ("admin",)),
    "stranger": ("7" * 32, (Role.PARTICIPANT,), (), ("participant",)),
    "decider": (DECIDER.id, (Role.COORDINATOR,), ("r3",), ("coordinator", "decider")),
    "accused administrator": (ACCUSED, (Role.ADMIN,), (), ("admin", "accused")),
    "mentee": (MENTEE.id, (Role.PARTICIPANT,), (), ("participant", "of_pair", "writer")),
    "mentor": (MENTOR.id, (Role.PARTICIPANT,), (), ("participant", "of_pair")),
    "proposed mentor": (PROPOSED, (Role.PARTICIPANT,), (), ("participant", "proposed_mentor")),
    "mentor with every office": (
        MENTOR.id,
        OFFICE_ROLES,
        (),
        ("state_office", "payment_staff", "auditor", "admin", "participant", "of_pair"),
    ),
}
"""Person, roles, regions, and the rows of the table that apply. The pair is in region r3."""
HERE = {"region": "r3", "association": load_programs()[PROGRAM].association}
"""Where rows are."""
OPENED_BY = {Privacy.OPERATIONAL: "answers", Privacy.PAIR: "pair_answers", Privacy.WRITER: "own_writing"}
"""The class of data that opens an answer of each privacy class to a reader who did not write it."""


async def arrange(client: Client, pair: RecordedPair) -> None:
    """Set up a pair with an agreement and a request for a change, and one row of each other kind in its region."""
    await pair.signed()
    await pair.do(AskForChange, MENTEE)
    await file_a_complaint(client, pair)
    task = {"subject": pair.case.id, "subject_kind": "relationship", "kind": "chase_form", "closed_at": None}
    owed = {"id": OWED, "due_at": NOW, "accrued_at": NOW, "closes_at": NOW, "state": "due"}
    first = {"first": NOW.date(), "last": NOW.date(), "opened_at": NOW, "closes_at": NOW}
    since = {"zone": "UTC", "first": NOW.date(), "created_at": NOW}
    await put(
        client,
        (tables.people, {"id": "8" * 32, "language": "en", "created_at": NOW, "salt": "8" * 32}),
        (tables.mentors, {"person": "8" * 32}),
        (tables.grants, {"id": "7" * 32, "person": "8" * 32, "role": "auditor", **since}),
        (tables.tasks, {"id": "9" * 32, "opened_at": NOW, **task}),
        (tables.term_regions, {"id": TERM, **first}),
        (tables.obligations, owed),
    )
    await propose(client, pair.case.id)
    await keep_papers(client, pair)


async def file_a_complaint(client: Client, pair: RecordedPair) -> None:
    """File a complaint of the mentee, with a sealed statement that one coordinator took on."""
    statement = await client.office.documents.keep(
        {"statement": "s"}, id=SEALED[2], scope=pair.case.id, person=MENTEE.id, form="sealed", privacy="c2s"
    )
    await pair.do(OpenComplaint, MENTEE, about="conduct", against=ACCUSED, statement=statement)
    await pair.do(TakeComplaint, DECIDER, complaint=pair.case.state.complaints[0].id)


def mixed_form() -> Form:
    """Return a form with an answer of each privacy class that somebody sees; no shipped form has all of them."""
    form = shipped_forms()["meeting_schedule", "1"]
    fields = tuple(
        FormField(key=OPENED_BY[privacy], type=FieldType.TEXT, label=form.title, privacy=privacy)
        for privacy in OPENED_BY
    )
    return replace(form, id="mixed", version="1", fields=fields)


async def keep_papers(client: Client, pair: RecordedPair) -> None:
    """Store two submitted forms, a private reason of the mentee, and a special application with its decider."""
    here, kept = pair.case.id, client.office.documents
    form = {"relationship": here, "form": "mixed", "version": "1", "submitted_at": NOW}
    answers = dict.fromkeys(OPENED_BY.values(), "written")
    for id, person in ((OF_MENTEE, MENTEE.id), (OF_FORMER_MENTOR, FORMER_MENTOR)):
        await kept.keep(answers, id=id, scope=here, person=person, form="mixed", privacy="c2o")
        await put(client, (tables.forms, {"id": id, "person": person, **form}))
    for id, scope in zip(
        SEALED, (derive(EndRelationship.aside, here), derive("special", here)), strict=False
    ):
        await kept.add_sealed({"text": "t"}, id=id, scope=scope, writer=MENTEE, relationship=here)
    await change_pair(client, here, special_document=SEALED[1], decider=DECIDER.id)


async def put(client: Client, *rows: tuple[Table, dict[str, Any]]) -> None:
    """Insert rows of the pair's region, without the events that the journal's triggers require."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        for table, values in rows:
            await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
            blank = {column.name: _blank(column) for column in table.c if not column.nullable}
            here = {name: value for name, value in HERE.items() if name in table.c}
            await connection.execute(insert(table).values({**blank, **here, **values}))
    await owner.close()


async def propose(client: Client, id: str) -> None:
    """Propose another mentor for the pair, whose agreement is still that of the former two."""
    await change_pair(client, id, proposed_mentor=PROPOSED)


async def change_pair(client: Client, id: str, **values: str) -> None:
    """Change the row of a pair, without the events that the journal's triggers require."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    table = tables.relationships
    async with owner.transaction() as connection:
        await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
        await connection.execute(update(table).where(table.c.id == id).values(**values))
    await owner.close()


def _blank(column: Column[Any]) -> Any:
    return {str: "", int: 1, bool: False, dict: {}}.get(column.type.python_type)


async def shown_to(client: Client, name: str, pair: RecordedPair) -> dict[str, bool]:
    """Return which classes of data about the pair and its region the API shows to a person."""

    async def got(path: str) -> Any:
        answer = await client.send(name, "GET", path)
        return answer.json() if answer.status_code == 200 else {}

    async def lists(noun: str, id: str, key: str = "id") -> bool:
        return id in [row[key] for row in (await got(f"/v1/{noun}")).get("data", ())]

    async def answers(form: str) -> set[str]:
        return set((await got(f"{pair.path}/documents/{form}")).get("answers", ()))

    whole, history = await got(pair.path), await got(f"{pair.path}/history")
    work = (await got("/v1/tasks?limit=100&open=false&own=false")).get("data", ())
    kinds = {task["kind"] for task in (*whole.get("tasks", ()), *work)}
    case = pair.case.state.complaints[0].id
    of_mentee, of_other = await answers(OF_MENTEE), await answers(OF_FORMER_MENTOR)
    papers = [
        bool(await got(f"{pair.path}/{paper}"))
        for paper in ("special-application", f"complaints/{case}/statement")
    ]
    writing = [bool(await got(f"{pair.path}/private-reason")), "own_writing" in of_mentee]
    assert papers[0] == papers[1]
    assert writing[0] == writing[1]
    assert "own_writing" not in of_other
    results = await client.send(
        name, "GET", f"/v1/programs/{PROGRAM}/terms/{TERM}/survey-results?audience=mentor"
    )
    return {
        "facts": bool(whole),
        "agreement": bool(await got(f"{pair.path}/agreement")),
        "tasks": "confirm_match" in kinds,
        "notices": await lists("notices?limit=100", pair.case.id, "subject"),
        "money": await lists("obligations", OWED),
        "term": await lists("term-regions", TERM),
        "people": await lists("people?limit=100", "8" * 32),
        "mentors": await lists("mentors", "8" * 32, "person"),
        "history": bool(history),
        "chain": bool(history) and "hash" in history["data"][0],
        "one_side": "chase_form" in kinds,
        "confidential": "handle_complaint" in kinds,
        "change request": "consider_change" in kinds,
        "answers": "answers" in of_other,
        "pair_answers": "pair_answers" in of_other,
        "own_writing": writing[0],
        "decision_papers": papers[0],
        "disclosures": bool(await got(f"{pair.path}/disclosures")),
        "results": results.status_code != 403,
        "reference": bool((await got("/v1/regions")).get("data")),
        "grants": await lists("grants?limit=100", "8" * 32, "person"),
    }


def expected(rows: tuple[str, ...], regions: tuple[str, ...], data: str) -> bool:
    """Return whether the handwritten table allows this to a reader to whom these rows apply."""
    words = {BY_HAND[row][data] for row in rows}
    here = "regions" in words and "r3" in regions
    return "closed" not in words and (here or bool(words & {"all", "own"}))


async def test_the_api_shows_what_the_handwritten_table_allows(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = mixed_form()
    monkeypatch.setattr(documents, "shipped_forms", lambda: {("mixed", "1"): form})
    for name, (person, roles, regions, _) in READERS.items():
        await client.token_of(name, person, roles, regions)
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        for name, (_, _, regions, rows) in READERS.items():
            shown = await shown_to(client, name, pair)
            wanted = {data: expected(rows, regions, data) for data in BY_HAND["classes"]}
            del wanted["tokens"]  # no route shows them; `mentorflow token list` does
            del wanted["partner"]  # no route shows it; My page does, see door/test_oneself
            if name == "payment staff":  # a task about one side is a task, but not one about money
                wanted["one_side"] = False
            others = tuple(row for row in rows if row != "accused")  # the request is not about the accused
            wanted["change request"] = expected(others, regions, "confidential")
            assert shown == wanted, name


@pytest.mark.parametrize("role", [Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN, Role.COORDINATOR])
async def test_payment_staff_see_only_the_tasks_and_notices_about_money(client: Client, role: Role) -> None:
    await client.token_of("reader", "3" * 32, (role,))
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        money = {
            "id": "b" * 32,
            "subject": OWED,
            "subject_kind": OF_MONEY,
            "kind": "approve_stipend",
            "opened_at": NOW,
        }
        said = {"id": "c" * 32, "subject": OWED, "kind": "stipend_sent", "status": "sent", "region": ""}
        await put(client, (tables.tasks, money), (tables.notices, {**said, "data": {}, "created_at": NOW}))
        seen = {}
        for noun, query in (("tasks", "limit=100&open=false&own=false"), ("notices", "limit=100")):
            answer = await client.send("reader", "GET", f"/v1/{noun}?{query}")
            seen[noun] = {row["subject"] for row in answer.json()["data"]}
        others = set() if role is Role.PAYMENT_STAFF else {pair.case.id}
        assert seen == {"tasks": {OWED} | others, "notices": {OWED} | others}


async def test_payment_staff_may_not_read_an_agreement(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        assert (await client.send("payment", "GET", pair.path)).status_code == 200
        answer = await client.send("payment", "GET", f"{pair.path}/agreement")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


async def test_a_proposed_mentor_sees_the_pair_but_not_the_agreement_of_the_former_two(
    client: Client,
) -> None:
    await client.token_of("proposed", PROPOSED, (Role.PARTICIPANT,))
    async with recorded_pair(client) as pair:
        await pair.signed()
        assert (await client.send("proposed", "GET", pair.path)).status_code == 404
        await propose(client, pair.case.id)
        assert (await client.send("proposed", "GET", pair.path)).status_code == 200
        answer = await client.send("proposed", "GET", f"{pair.path}/agreement")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
        assert (await client.send("the mentor", "GET", f"{pair.path}/agreement")).status_code == 200


@pytest.mark.parametrize(("region", "readers"), [("r1", {MENTOR.id}), ("r3", {MENTOR.id, MENTEE.id})])
async def test_a_coordinator_who_mentors_in_another_region_sees_of_that_pairs_notices_only_their_own(
    client: Client, region: str, readers: set[str]
) -> None:
    """In the coordinator's own region, the office sees all of them."""
    await client.token_of("mentor in office", MENTOR.id, (Role.COORDINATOR, Role.PARTICIPANT), (region,))
    async with recorded_pair(client) as pair:
        await pair.signed()
        listed = (await client.send("mentor in office", "GET", "/v1/notices?limit=100")).json()["data"]
        of_pair = [row for row in listed if row["subject"] == pair.case.id]
        assert {row["person"] for row in of_pair if row["person"]} == readers


async def test_payment_staff_see_a_term_in_a_region_without_its_tasks(client: Client) -> None:
    term = await a_recorded_year(client)
    for name, some in (("auditor", True), ("payment", False)):
        whole = (await client.send(name, "GET", f"/v1/term-regions/{term.id}")).json()
        assert (whole["id"], bool(whole["tasks"])) == (term.id, some)
        listed = (await client.send(name, "GET", "/v1/tasks?limit=100&open=false&own=false")).json()["data"]
        assert (term.id in {task["subject"] for task in listed}) is some
