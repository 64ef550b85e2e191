"""A command or a body that names a person or a region of another association is refused as one that names nobody."""

import pytest

from activities.adapters.postgres import tables
from domain.ids import derive
from domain.payments import obligation
from domain.relationship.rooms import COMMANDS
from domain.term import decider as term
from tests.api_gateway.associations.two_associations import (
    ADMIN,
    AUDITOR,
    FAR_MENTOR,
    NOBODY,
    STATE,
    both_associations,
    far_mentor,
    new_pair,
)
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_associations import OPENED, OTHER, PERSON
from tests.api_gateway.test_visibility import NOW, OWED, TERM, put

NAMED = {
    "ProposeMatch": {"mentor"},
    "ConfirmMatch": {"money_region"},
    "NameHelper": {"helper"},
    "OpenComplaint": {"against"},
    "SettleChange": {"person"},
}
"""The fields of commands of people that name somebody or a region."""
IN_STATE = {"AnswerHelper": "helper"}
"""Fields that name one whom the pair's own record holds already: nobody else is looked up."""


def test_each_command_that_names_somebody_says_so() -> None:
    every = (*COMMANDS, *obligation.COMMANDS, *term.COMMANDS)
    said = {kind.__name__: {*kind.people, *kind.regions} for kind in every if kind.people or kind.regions}
    assert said == NAMED
    words = {
        "mentor",
        "mentee",
        "person",
        "helper",
        "against",
        "contact",
        "supervisor",
        "region",
        "money_region",
    }
    sent = [kind for kind in every if kind.by is not None]
    named = {(kind.__name__, name) for kind in sent for name in words & {*kind.__dataclass_fields__}}
    assert named == {(kind, name) for kind, names in NAMED.items() for name in names} | {*IN_STATE.items()}


async def test_a_mentor_of_another_association_is_proposed_like_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await far_mentor(office)
        pair = await new_pair(office)
        path, body = f"{pair.path}/propose-match", {"mentor": "@", "fallback": "practice_area"}
        assert await office.difference("the coordinator", "POST", path, FAR_MENTOR, body) == ""
        named = {"mentor": FAR_MENTOR, "fallback": "practice_area"}
        refused = await office.send("the coordinator", "POST", path, "again", json=named)
        assert (refused.status_code, refused.json()["code"]) == (409, "unknown_mentor")
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/mentor"]
        assert pair.case.state.matching.proposal is None
        mentors = (await office.send(STATE, "GET", "/v1/mentors")).json()["data"]
        assert [row["taken"] for row in mentors if row["person"] == FAR_MENTOR] == [0]


async def test_a_mentor_of_another_association_without_a_place_is_told_from_nobody_by_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await far_mentor(office)
        pair = await new_pair(office)
        for number in (1, 2):
            slot = {"id": f"s{number}", "number": number, "relationship": f"x{number}"}
            taken = {"mentor": FAR_MENTOR, "taken_at": NOW, "released_at": None, **slot}
            await put(client, (tables.slots, taken))
        path, body = f"{pair.path}/propose-match", {"mentor": "@", "fallback": "practice_area"}
        assert await office.difference("the coordinator", "POST", path, FAR_MENTOR, body) == ""


async def test_nobody_of_another_association_is_helper_accused_or_looked_at(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await far_mentor(office)
        for name, path, body, code in (
            ("the mentor", "name-helper", {"helper": "@", "topic": "x"}, "unknown_person"),
            ("the mentee", "open-complaint", {"about": "conduct", "against": "@"}, "unknown_person"),
            ("the coordinator", "settle-change", {"person": "@"}, "no_change_to_look_at"),
            ("the coordinator", "confirm-match", {"money_region": "far"}, "money_region_unknown"),
        ):
            whole = f"{office.pair.path}/{path}"
            assert await office.difference(name, "POST", whole, FAR_MENTOR, body) == ""
            sent = {field: value.replace("@", FAR_MENTOR) for field, value in body.items()}
            refused = await office.send(name, "POST", whole, "again", json=sent)
            assert (refused.status_code, refused.json()["code"]) == (409, code)
        assert client.engine.sent == []


async def test_no_body_tells_whom_another_association_has(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        far, known = derive("far", STATE), office.known
        person = {"name": "A", "email": "a@example.org", "role_title": "x"}
        for name, path, body, here in (
            (ADMIN, "grants", {"person": "@", "role": "auditor"}, PERSON),
            (ADMIN, "regions/far/contacts", {"person": "@", "first": "2026-01-01"}, PERSON),
            (ADMIN, "conflicts", {"person": far, "other": "@", "kind": "family"}, PERSON),
            (ADMIN, "conflicts", {"person": "@", "other": far, "kind": "family"}, PERSON),
            (ADMIN, f"people/{far}/change", {"supervisor": "@"}, PERSON),
            (ADMIN, "people", {**person, "region": "far", "supervisor": "@"}, PERSON),
            (ADMIN, f"people/{far}/same-as", {"other": "@", "answer": "same"}, PERSON),
            (ADMIN, "people/@/same-as", {"other": far, "answer": "same"}, PERSON),
            (ADMIN, "people/@/left", {"day": "2026-01-01"}, PERSON),
            (ADMIN, "mentors", {"person": "@", "capacity": 1}, PERSON),
            (ADMIN, "grants/@/end", {}, known["grant"]),
            (ADMIN, "imports/@/take-over", {"digest": "0" * 64}, known["id"]),
        ):
            assert await office.difference(name, "POST", f"/v1/{path}", here, body) == ""
        for path, here in (
            ("people/@", PERSON),
            ("people/@/history", PERSON),
            ("grants?person=@", PERSON),
            ("grants/@", known["grant"]),
            ("imports/@", known["id"]),
            ("term-regions/@/history", TERM),
            ("obligations/@/history", OWED),
        ):
            assert await office.difference(ADMIN, "GET", f"/v1/{path}", here) == ""


async def test_no_body_tells_which_regions_another_association_has(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        far = derive("far", STATE)
        person = {"name": "A", "email": "a@example.org", "role_title": "x", "region": "@"}
        role = {"person": derive("far", AUDITOR), "role": "coordinator", "regions": ["@"]}
        for method, path, body in (
            ("POST", "people", person),
            ("POST", f"people/{far}/move", {"region": "@", "since": "2026-01-01"}),
            ("POST", "grants", role),
            ("POST", "regions/@/contacts", {"person": far, "first": "2026-01-01"}),
            ("POST", "regions/@/contacts/1/withdraw", {}),
            ("GET", "people?region=@", None),
            ("GET", "term-regions?region=@", None),
            ("GET", f"programs/{OTHER.program}/codes?region=@", None),
        ):
            assert await office.difference(ADMIN, method, f"/v1/{path}", "r1", body, unknown="r7") == ""
        applied = {"person": "@", "term": OPENED, "reason": "x", "applied_on": "2026-11-01"}
        assert await office.difference(STATE, "POST", "/v1/applications", PERSON, applied) == ""
        assert NOBODY not in (await office.send(ADMIN, "GET", "/v1/people")).text
