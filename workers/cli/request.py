"""One request to the API, as `tasks`, `import`, `send`, `show` and `history` make it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
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
    **options: Any,
) -> Mapping[str, Any]:
    """Return the API's answer; print a problem with its code and exit with 1.

    If its status is one of ``or_nothing``, the answer is empty instead.
    """
    if not token.strip():
        raise typer.BadParameter("the token is empty; make one with `mentorflow token`")
    headers = {"Authorization": f"Bearer {token}"}
    if method == "POST":
        headers["Idempotency-Key"] = key or f"cli-{datetime.now(UTC).isoformat()}-{os.getpid()}"  # noqa: TID251 - a key
    base = url or load_settings().public_url
    try:
        answer = httpx.request(method, base + path, headers=headers, timeout=60, **options)
        content: Mapping[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        typer.echo(f"no API answers at {base}; start the office, or name it with --url", err=True)
        raise typer.Exit(1) from None
    if answer.status_code in or_nothing:
        return {}
    if answer.is_error:
        detail = f": {content['detail']}" if content.get("detail") else ""
        typer.echo(f"{content['status']} {content['code']}{detail}", err=True)
        for error in content.get("errors", ()):
            typer.echo(f"  {error['pointer']}: {error['detail']} ({error['code']})", err=True)
        raise typer.Exit(1)
    return content
