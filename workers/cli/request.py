"""One request to the API, as `tasks`, `import`, `send`, `show` and `history` make it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import httpx2 as httpx
import typer

from workers.settings import load_settings

Token = Annotated[str, typer.Option(envvar="MENTORFLOW_TOKEN", help="A token of the API.")]
Url = Annotated[
    str,
    typer.Option(envvar="MENTORFLOW_URL", help="Address of the API; by default that of the running demo."),
]


def request(
    method: str,
    path: str,
    token: str,
    url: str,
    *,
    key: str = "",
    or_nothing: tuple[int, ...] = (),
    or_problem: str = "",
    **options: Any,
) -> Mapping[str, Any]:
    """Return the API's answer; print a problem in words and exit with 1.

    If its status is one of ``or_nothing``, the answer is empty instead. A problem with the code ``or_problem`` is
    returned as it is. Where the address serves others than the owner of the token, the one that it names is asked.
    """
    headers = _signed_in(token)
    if method != "GET":
        headers["Idempotency-Key"] = key or f"cli-{secrets.token_hex(16)}"
    base = url or load_settings().public_url
    try:
        answer = httpx.request(method, base + path, headers=headers, timeout=60, **options)
        content: Mapping[str, Any] = answer.json()
        if elsewhere := _served_at(answer):
            base = elsewhere
            answer = httpx.request(method, base + path, headers=headers, timeout=60, **options)
            content = answer.json()
    except (httpx.HTTPError, ValueError):
        typer.echo(f"no API answers at {base}; start the office, or name it with --url", err=True)
        raise typer.Exit(1) from None
    if answer.status_code in or_nothing:
        return {}
    if answer.is_error and or_problem and content.get("code") == or_problem:
        return content
    if answer.is_error:
        for line in problem_lines(content):
            typer.echo(line, err=True)
        raise typer.Exit(1)
    return content


def _signed_in(token: str) -> dict[str, str]:
    """Return the header for a token; a text that no token can be is refused before anything is sent."""
    if not token.strip():
        raise typer.BadParameter(
            "the token is empty. Write your access token after --token, or set MENTORFLOW_TOKEN. An administrator of "
            "your association makes it for you at the machine of the office: mentorflow token --person ID. The id "
            "stands in the address of your page in the office, under People. A new office gets its first one with: "
            "mentorflow admin first --help"
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise typer.BadParameter(
            "this is no access token: it has a space, a line break or a letter that no token has. Copy the token again"
        )
    return {"Authorization": f"Bearer {token}"}


def download(path: str, token: str, url: str) -> tuple[bytes, Mapping[str, str]]:
    """Return the file that the API answers with, and its headers; print a problem in words and exit with 1."""
    headers = _signed_in(token)
    base = url or load_settings().public_url
    try:
        answer = httpx.get(base + path, headers=headers, timeout=60)
        if base := _served_at(answer):
            answer = httpx.get(base + path, headers=headers, timeout=60)
    except httpx.HTTPError:
        typer.echo(f"no API answers at {base}; start the office, or name it with --url", err=True)
        raise typer.Exit(1) from None
    if answer.is_error:
        for line in problem_lines(answer.json()):
            typer.echo(line, err=True)
        raise typer.Exit(1)
    return answer.content, answer.headers


def _served_at(answer: httpx.Response) -> str:
    """Return the address that serves the owner of the token; empty where this one does, or where nobody does."""
    return str(answer.json().get("served_at", "")) if answer.status_code == 403 else ""


def problem_lines(problem: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem in lines for a person: what it is, what happened, what to do, and each fault with its place."""
    title = problem.get("title") or problem.get("code") or "Refused"
    yield str(title)
    errors = [str(error.get("detail") or error.get("code")) for error in problem.get("errors", ())]
    detail = str(problem.get("detail") or "")
    # One fault says its place, what happened and what to do by itself.
    if detail and not any(error.endswith(detail) for error in errors):
        yield detail
    yield from (f"  {error}" for error in errors)
