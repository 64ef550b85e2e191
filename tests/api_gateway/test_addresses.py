"""Addresses: the index, unknown query parameters, and ids that are shortened to a reference."""

from dataclasses import replace

import pytest

from api_gateway.app import create_app
from api_gateway.http.auth import OPEN, declared_roles
from api_gateway.http.query import query_names
from domain.ids import derive
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, roster
from tests.api_gateway.openings import record_opening
from tests.api_gateway.recorded import recorded_pair
from tests.api_gateway.test_api import NAMES, every_route, side_codes


async def test_the_links_of_the_index_exist(client: Client) -> None:
    index = (await client.http.get("/v1")).json()
    for name in ("documentation", "openapi", "problems", "health"):
        assert (await client.http.get(index[name])).status_code == 200, name
    links = {link["href"] for link in index["links"]}
    assert {"/v1/relationships", "/v1/tasks", "/v1/people/me"} <= links
    assert "/v1" not in links
    for link in index["links"]:
        found = await client.send("admin", "GET", link["href"])
        assert found.status_code in (200, 404), link  # an administrator need not be one of the people
        assert link["about"]


async def test_an_unknown_query_parameter_is_refused_and_the_known_ones_are_named(client: Client) -> None:
    refused = await client.send("admin", "GET", "/v1/relationships?stagе=survey&limit=5&Limit=5")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_parameter")
    assert refused.json()["detail"].endswith(
        " The filters here are: after, late, limit, q, region, stage, status."
    )
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/stagе", "/Limit"]
    none = await client.send("admin", "POST", "/v1/regions?dry=1", json={})
    assert none.status_code == 422
    assert none.json()["detail"].endswith(" There are no filters here. Leave it out.")
    assert (await client.send("admin", "GET", "/v1/relationships?stage=survey&limit=5")).status_code == 200


async def test_every_route_refuses_an_unknown_query_parameter_after_token_and_role(client: Client) -> None:
    routes = every_route(create_app(client.office))
    for route in routes:
        assert "no_such" not in query_names(route.dependant)
        path = "/v1" + route.path.removeprefix("/v1").format(
            **dict.fromkeys(route.param_convertors, "a" * 32)
        )
        roles = declared_roles(route) or ()
        right = next(name for role, name in NAMES.items() if role in roles)
        wrong = [(name, (403, "role_not_allowed")) for role, name in NAMES.items() if role not in roles]
        expected = [
            ("", (401, "no_valid_token")),
            *wrong[:1],
            (right, (422, "unknown_parameter")),
        ]
        for method in route.methods:
            for who, answered in expected:
                answer = await client.send(who, method, f"{path}?no_such=1")
                assert (answer.status_code, answer.json()["code"]) == answered, (method, path, who)


async def test_a_command_by_the_wrong_role_is_recorded_also_with_an_unknown_query_parameter(
    client: Client,
) -> None:
    refused = await client.send("mentee", "POST", "/v1/regions?dry=1", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
    assert await side_codes(client) == ["role_not_allowed"]


@pytest.mark.parametrize("path", sorted(OPEN - {"/", "/v1/calendar/{secret}.ics"}))
async def test_addresses_without_a_token_refuse_unknown_query_parameters_too(
    client: Client, path: str
) -> None:
    path = path.format(code="invalid")
    assert (await client.http.get(path)).status_code == 200
    answer = await client.http.get(f"{path}?x=1")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")


async def test_the_reference_in_an_email_finds_what_its_reader_may_see(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        short = f"/v1/relationships/{pair.case.id[:12]}"
        for path in ("", "/history", "/side-history", "/agreement", "/codes", "/forms"):
            whole = await client.send("the coordinator", "GET", pair.path + path)
            found = await client.send("the coordinator", "GET", short + path)
            assert (found.status_code, found.json()) == (200, whole.json()), path
        assert (await client.send("the mentee", "GET", short)).status_code == 200
        assert (await client.send("elsewhere", "GET", short)).status_code == 404
        assert (await client.send("mentee", "GET", short)).status_code == 404
        assert (await client.send("the coordinator", "GET", short[:-5])).status_code == 422
        write = await client.send("the coordinator", "POST", f"{short}/confirm-match", json={})
        assert (write.status_code, write.json()["code"]) == (422, "invalid")


async def test_digits_that_two_ids_begin_with_are_ambiguous(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    [start] = client.engine.started
    twin = f"{start.relationship[:9]}{'0' * 23}"
    opening = replace(start.opening, id=derive("command", "twin"), application=derive("application", "twin"))
    other = replace(start, relationship=twin, mentee=derive("p", "twin"), opening=opening)
    await record_opening(client.engine.database, other)
    answer = await client.send("admin", "GET", f"/v1/relationships/{twin[:9]}")
    assert (answer.status_code, answer.json()["code"]) == (404, "ambiguous_reference")
    assert answer.json()["detail"].endswith("Give more digits of the reference, or the whole id.")
    enough = await client.send("admin", "GET", f"/v1/relationships/{twin[:16]}")
    assert (enough.status_code, enough.json()["id"]) == (200, twin)


async def test_a_refusal_shows_no_regular_expression(client: Client) -> None:
    bad = {"code": "R 1", "name": "\u202e", "program": "x y"}
    answer = await client.send("admin", "POST", "/v1/regions", json=bad)
    details = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert details["/code"].startswith("code: This is not a code. Choose one of lower-case letters, digits")
    assert details["/name"].startswith("name: This contains characters that are invisible")
    path = (await client.send("admin", "GET", "/v1/relationships/XYZ")).json()
    assert "at least its first 8 characters" in path["errors"][0]["detail"]
    assert "^" not in answer.text + str(path)


async def test_the_documents_show_query_parameters(client: Client) -> None:
    page = (await client.http.get("/v1/docs")).text
    assert '<th scope="col">Query parameter</th>' in page
    assert "<td><code>limit</code></td><td>integer</td><td>default 50</td>" in page
