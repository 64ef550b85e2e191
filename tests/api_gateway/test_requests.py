"""What is refused before a route sees it, what every answer has, and what is logged of a refusal."""

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest
import structlog

from api_gateway.app import create_app
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_api import LOG, MEETING
from workers.logs import configure_logs


@pytest.mark.parametrize("path", ["/v1/people/", "/v1/people", "/v1/nothing/", "/"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
async def test_a_request_for_another_host_is_refused_and_sent_nowhere(
    client: Client, path: str, host: str
) -> None:
    """C70."""
    answer = await client.send("admin", "GET", path, headers={"Host": host})
    assert answer.status_code == 400
    if path == "/":  # a page says it in words
        assert answer.headers["content-type"].startswith("text/html")
        assert not host or host not in answer.text
    else:
        assert answer.json()["code"] == "unknown_host"
    assert "location" not in answer.headers


async def test_a_slash_at_the_end_of_an_address_is_no_redirect(client: Client) -> None:
    """C70: an address in a redirect would have the host that the client names."""
    answer = await client.send("admin", "GET", "/v1/people/")
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_hosts_are_those_of_the_two_addresses_and_of_the_setting(client: Client) -> None:
    """C70."""
    settings = client.office.settings.model_copy(
        update={
            "public_url": "https://Office.example:8443",
            "gateway_host": "::1",
            "allowed_hosts": "a.example, b.example",
        }
    )
    assert settings.hosts == {"office.example", "::1", "a.example", "b.example"}
    transport = httpx.ASGITransport(app=create_app(replace(client.office, settings=settings)))
    async with httpx.AsyncClient(transport=transport) as http:
        for host in ("office.example", "OFFICE.example:8443", "[::1]:80", "b.example"):
            answer = await http.get("http://any/v1/health", headers={"Host": host})
            assert answer.status_code == 200, host
        assert (await http.get("http://127.0.0.1/v1/health")).status_code == 400


async def test_the_body_of_a_stranger_is_not_read(client: Client) -> None:
    """C70: neither without a token, nor with a role that may not send it."""
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"{"

    headers = {"content-type": "application/json"}
    for sender, status in (("", 401), ("auditor", 403)):
        answer = await client.send(sender, "POST", LOG, content=body(), headers=headers)
        assert (answer.status_code, read) == (status, 0)
    answer = await client.send("mentee", "POST", LOG, content=body(), headers=headers)
    assert (answer.status_code, read) == (400, 1)


async def test_every_answer_stays_out_of_caches_and_is_what_it_says(client: Client) -> None:
    """C70."""
    for sender, method, path, status in (
        ("admin", "GET", "/v1/people", 200),
        ("admin", "GET", "/v1/people/me/calendar", 200),
        ("admin", "GET", "/v1/exports/people?association=masa", 200),
        ("", "GET", "/v1/people", 401),
        ("auditor", "GET", "/v1/exports/people", 403),
        ("admin", "GET", "/v1/nothing", 404),
        ("admin", "PUT", "/v1/people", 405),
        ("mentee", "POST", LOG, 422),
        ("", "GET", "/", 303),
        ("", "GET", "/sign-in", 200),
        ("", "GET", "/v1/health", 200),
        ("", "GET", "/v1/docs?%00", 400),
    ):
        answer = await client.send(sender, method, path)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["cache-control"] == "private, no-store", path
        assert answer.headers["x-content-type-options"] == "nosniff", path


Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Yield what reads the log lines of answers since the last time, once the test has configured logs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def read() -> list[dict[str, Any]]:
        found = (json.loads(line) for line in capsys.readouterr().err.splitlines())
        return [line for line in found if line["logger"] == "api_gateway.http.answers"]

    yield read
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def test_a_refusal_is_one_log_line_without_personal_data(client: Client, lines: Lines) -> None:
    """C74."""
    configure_logs(console=False)
    person = "Ruth Olsen"
    for sender, method, path, status, route, event, code in (
        ("", "GET", f"/v1/people?q={person}", 401, "/v1/people", "sign-in refused", "no_valid_token"),
        ("mentee", "GET", "/v1/people", 403, "/v1/people", "request refused", "role_not_allowed"),
        ("admin", "GET", f"/v1/{person}", 404, "", "request refused", "not_found"),
        ("admin", "PUT", "/v1/people", 405, "/v1/people", "request refused", "method_not_allowed"),
        (
            "mentee",
            "POST",
            LOG,
            422,
            LOG.replace(LOG.split("/")[3], "{subject}"),
            "request refused",
            "invalid",
        ),
    ):
        answer = await client.send(sender, method, path, json={"topics": [person]})
        assert answer.status_code == status
        [line] = lines()
        kept = {name: line.pop(name) for name in ("event", "method", "route", "status", "code", "request_id")}
        assert kept == {
            "event": event,
            "method": method,
            "route": route,
            "status": status,
            "code": code,
            "request_id": answer.headers["x-request-id"],
        }
        assert set(line) == {"logger", "level", "timestamp"}
        assert answer.json()["instance"] == answer.headers["x-request-id"]
    await client.send("admin", "GET", "/v1/people")
    assert lines() == []


async def test_a_fault_of_ours_is_one_line_with_its_place_and_an_answer_with_the_same_id(
    client: Client, lines: Lines
) -> None:
    """C74: the class of the error and where it was, and nothing of what was sent."""
    configure_logs(console=False)
    client.engine.raises = KeyError("Ruth Olsen")
    answer = await client.send("mentee", "POST", LOG, json=MEETING, headers={"X-Request-Id": "0123abcd-ef"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_fault")
    assert answer.json()["instance"] == "0123abcd-ef"
    assert answer.headers["cache-control"] == "private, no-store"
    [line] = lines()
    assert (line["event"], line["level"], line["status"]) == ("request failed", "error", 500)
    assert (line["error"], line["request_id"], line["code"]) == ("KeyError", "0123abcd-ef", "internal_fault")
    assert "Ruth" not in json.dumps(line)


async def test_the_id_of_a_request_is_never_a_name_that_a_client_chose(client: Client) -> None:
    """C74."""
    answer = await client.send(
        "admin", "GET", "/v1/people", headers={"X-Request-Id": "ruth.olsen@example.org"}
    )
    assert "olsen" not in answer.headers["x-request-id"]
