"""`mentorflow list`: people, pairs, money owed, terms and emails, with search and filters, through the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from domain.people.identity import plain_name
from workers.cli.request import Token, Url, request
from workers.cli.table import Row, table

commands = typer.Typer()


class Noun(StrEnum):
    """What can be listed."""

    PEOPLE = "people"
    MENTORS = "mentors"
    RELATIONSHIPS = "relationships"
    OBLIGATIONS = "obligations"
    TERMS = "terms"
    EMAILS = "emails"
    DIGESTS = "digests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list: its address, the filters that it takes, and its columns with what each shows of a row.

    ``by_name`` puts the rows in the order of the names.
    """

    path: str
    filters: tuple[str, ...]
    columns: Mapping[str, Callable[[Row], Any]]
    by_name: bool = False


def _of(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


def _with_mark(row: Row) -> str:
    """Return a person's name; an entry for which another one stands, or of somebody who left or died, says so."""
    stands, left, died = row.get("alias_of"), row.get("left_on"), row.get("died_on")
    ended = f" (died {died})" if died else f" (left {left})" if left else ""
    return str(row.get("name") or "") + (f" (same person as {stands[:8]})" if stands else "") + ended


def _membership(row: Row) -> str:
    """Return the classes of the memberships that a person has today; else the one that lapsed, or is still to begin."""
    held = row.get("membership")
    if not held:
        return ""
    if held["lapsed"]:
        return f"{held['class']}, lapsed {held['last']}"
    if held["ahead"]:
        return f"{held['class']}, from {held['first']}"
    return ", ".join(dict.fromkeys(held["classes"]))


def _numbers(row: Row) -> str:
    """Return the member numbers of a person."""
    return " ".join(row.get("keys") or ())


def _day(name: str) -> Callable[[Row], str]:
    return lambda row: str(row.get(name) or "")[:10]


def _amount(row: Row) -> str:
    return f"{row['amount_minor'] / 100:.2f} {row['currency']}"


def _next(row: Row) -> str:
    return f"{_day('next_due')(row)} {row.get('next_subject') or row.get('next_matter') or ''}".strip()


LISTINGS: Final[Mapping[Noun, Listing]] = {
    Noun.PEOPLE: Listing(
        path="people",
        filters=("region", "role"),
        columns={
            "name": _with_mark,
            "key": _numbers,
            "email": _of("email"),
            "role": _of("role_title"),
            "district": _of("district"),
            "region": _of("region"),
            "membership": _membership,
            "id": _of("id"),
        },
        by_name=True,
    ),
    Noun.MENTORS: Listing(
        path="mentors",
        filters=("region",),
        columns={
            "name": _of("name"),
            "key": _numbers,
            "region": _of("region"),
            "membership": _membership,
            "places": lambda row: f"{row['taken']} of {row['capacity']} taken",
            "trained": _day("trained_on"),
            "serving since": _day("serving_since"),
            "serving until": _day("serving_until"),
            "credential until": _day("credential_until"),
            "id": _of("person"),
        },
        by_name=True,
    ),
    Noun.RELATIONSHIPS: Listing(
        path="relationships",
        filters=("region", "late", "stage", "status"),
        columns={
            "mentee": _of("mentee_name"),
            "mentor": _of("mentor_name"),
            "region": _of("region"),
            "stage": _of("stage"),
            "since": _day("stage_since"),
            "status": _of("status"),
            "next": _next,
            "id": _of("id"),
        },
    ),
    Noun.OBLIGATIONS: Listing(
        path="obligations",
        filters=("region", "late", "state"),
        columns={
            "mentor": _of("mentor_name"),
            "paid to": _of("payee_name"),
            "region": _of("region"),
            "what": _of("kind"),
            "amount": _amount,
            "state": _of("state"),
            "due": _day("due_at"),
            "id": _of("id"),
        },
    ),
    Noun.TERMS: Listing(
        path="term-regions",
        filters=("region", "late"),
        columns={
            "program": _of("program"),
            "term": _of("name"),
            "region": _of("region"),
            "first day": _day("first"),
            "last day": _day("last"),
            "next": _next,
            "id": _of("id"),
        },
    ),
    Noun.EMAILS: Listing(
        path="notices",
        filters=("status",),
        columns={
            "written": _day("created_at"),
            "about": lambda row: str(row.get("kind") or "").replace("_", " "),
            "to": lambda row: row.get("person_name") or row.get("region") or "",
            "status": _of("status"),
            "sent": _day("sent_at"),
            "id": _of("id"),
        },
    ),
    Noun.DIGESTS: Listing(
        path="digests",
        filters=(),
        columns={
            "day": _of("day"),
            "at once": lambda row: "yes" if row.get("at_once") else "",
            "status": _of("status"),
            "sent": lambda row: str(row.get("sent_at") or "")[:16],
            "id": _of("id"),
        },
    ),
}


@commands.command("list")
def list_rows(
    noun: Annotated[Noun, typer.Argument(help="What to list.")],
    token: Token = "",
    search: Annotated[
        str,
        typer.Argument(help="Words of a name, an email address or a member number; of terms, their name."),
    ] = "",
    late: Annotated[bool, typer.Option("--late", help="Only where something is overdue.")] = False,
    stage: Annotated[str, typer.Option(help="Of relationships: only in this stage, such as meetings.")] = "",
    state: Annotated[str, typer.Option(help="Of obligations: only in this state, such as due.")] = "",
    status: Annotated[
        str, typer.Option(help="Of relationships and emails: only with this status, such as sent.")
    ] = "",
    region: Annotated[str, typer.Option(help="Only of this region, by its code.")] = "",
    role: Annotated[str, typer.Option(help="Of people: only with this role title.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    url: Url = "",
) -> None:
    """List people, mentors, relationships, obligations, terms or emails that you may see; find some by name.

    `list digests` shows those that you were sent.
    """
    listing = LISTINGS[noun]
    filters = {"late": "true" if late else "", "stage": stage, "state": state, "status": status}
    filters |= {"region": region, "role": role}
    for name, value in filters.items():
        if value and name not in listing.filters:
            known = ", ".join(f"--{each}" for each in listing.filters)
            use = f"use {known}" if known else "it has none"
            raise typer.BadParameter(f"--{name} is not a filter of {noun}; {use}")
    params = {name: value for name, value in {**filters, "q": search}.items() if value}
    rows = all_rows(listing.path, params, token, url)
    if listing.by_name:
        rows.sort(key=lambda row: plain_name(row.get("name") or ""))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for line in table(listing.columns, rows):
        typer.echo(line)
    typer.echo(_count(rows), err=True)


def _count(rows: Sequence[Row]) -> str:
    """Return how many rows there are; entries for which another one stands are counted apart, as exports do."""
    merged = sum(1 for row in rows if row.get("alias_of"))
    if not rows:
        return "nothing found"
    entries = "entry is" if merged == 1 else "entries are"
    beside = f"; {merged} more {entries} the same person as another one" if merged else ""
    return f"{len(rows) - merged} found{beside}"


def all_rows(path: str, params: Mapping[str, str], token: str, url: str) -> list[Row]:
    """Return all rows of a list of the API, page after page."""
    rows: list[Row] = []
    after = ""
    while True:
        asked = {**params, "limit": "100"} | ({"after": after} if after else {})
        page = request("GET", f"/v1/{path}", token, url, params=asked)
        rows += page["data"]
        after = page["next"] or ""
        if not after:
            return rows
