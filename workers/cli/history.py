"""`mentorflow history`: who did what under which rule, or the state at one moment."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from activities.adapters.files.roster.dates import FIRST_YEAR, LAST_YEAR
from domain.ids import is_id
from domain.languages import Language
from workers.cli.answer_lines import lines
from workers.cli.member_numbers import person_with_number
from workers.cli.request import Url, problem_lines, request
from workers.cli.stream_id import are_digits, demand_digits, whole_id
from workers.settings import ProcessRole, load_settings

commands = typer.Typer()
_OF_ENTRY: Final = (
    "PersonOnRecord",
    "PersonAdded",
    "PersonChanged",
    "PersonMoved",
    "PersonCorrected",
    "PersonSeparated",
)
MOMENT: Final = "2026-11-02T15:00:00-06:00"
"""A moment as people write it: 3 pm Central Standard Time."""


@commands.command()
def history(
    id: Annotated[
        str,
        typer.Argument(
            help="Id of a relationship, obligation, term in a region, person or grant, or its first 8 digits; "
            "a grant, and with a token a person, needs the whole id. With a token, also the member number of a person."
        ),
    ],
    at: Annotated[
        str,
        typer.Option(
            help=f"Show the state at a moment: day, time and offset from universal time, such as {MOMENT}."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="MENTORFLOW_TOKEN",
            help="Read through the API with this token: you see what its person may see.",
        ),
    ] = None,
    url: Url = "",
    language: Annotated[str, typer.Option(help="Language of the sentences: en or es.")] = "en",
    side: Annotated[
        bool,
        typer.Option(
            "--side",
            help="For a relationship: what was refused, read or parked, instead of its main history.",
        ),
    ] = False,
) -> None:
    """Show who did what and when, one sentence for each event with the rule's citation; or the state at one moment.

    Without a token it reads as the operator of this machine, who sees the journal and no names.
    """
    if at and side:
        raise typer.BadParameter("--at shows the state of a relationship, so leave --side out")
    moment = _parse_instant(at) if at else None
    if language not in {each.value for each in Language}:
        raise typer.BadParameter("a language is one of " + ", ".join(each.value for each in Language))
    found: Mapping[str, Any]
    if token is not None:
        found = _seen_by_token(id, at, token, url, side=side)
    else:
        found = asyncio.run(_history(id, moment, side=side))
    if not found:
        typer.echo("there is no such history, or nothing had happened by then", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    elif at:
        for line in lines(found):
            typer.echo(line)
    else:
        _print_sentences(id, found, Language(language))


def _seen_by_token(id: str, at: str, token: str, url: str, *, side: bool) -> Mapping[str, Any]:
    """Return the history that an id names and that the token's person may see, whatever the id is of.

    What is no id, or names nothing, may be a person's member number.
    """
    if side or are_digits(id):
        demand_digits(id)
        if found := _of_id(id, at, token, url, side=side):
            return found
    if not side and (person := person_with_number(id, token, url)):
        return _of_id(person, at, token, url, side=False)
    more = "" if is_id(id) else ", or write the whole id: more than one may begin with these digits"
    what = (
        f"with the id {id}. Check the id{more}"
        if are_digits(id)
        else f"of {id}, and nobody has this member number"
    )
    typer.echo(
        f"You cannot see any history {what}. `mentorflow list` shows the ids that you may see.", err=True
    )
    raise typer.Exit(1)


def _of_id(id: str, at: str, token: str, url: str, *, side: bool) -> Mapping[str, Any]:
    """Return the history that an id names; nothing where there is none that the token's person may see."""
    kinds = ("relationships", "people", "obligations", "term-regions", "grants")
    for kind in kinds[:1] if side else kinds:
        if kind in ("people", "grants") and not is_id(id):
            continue  # these are found by whole ids alone
        path, params = f"/v1/{kind}/{id}/{'side-' if side else ''}history", {"at": at} if at else {}
        if found := request("GET", path, token, url, params=params, or_nothing=(403, 404)):
            return found
    return {}


def _print_sentences(id: str, found: Mapping[str, Any], language: Language) -> None:
    """Print a line about the time zone, a sentence for each event, and where the values of an entry are to be seen."""
    # Late: `--help` needs no program file.
    from activities.adapters.files.locales import zone_in_words
    from activities.adapters.files.program_files import load_programs
    from api_gateway.services.event_sentences import sentences, words

    zone = found["zone"]
    typer.echo(words(language)["frame"]["zone"].format(zone=zone_in_words(zone, language)))
    shown = (found["data"], found["names"], load_programs(), language, zone, found.get("records", ()))
    for sentence in sentences(*shown):
        typer.echo(sentence.line)
    if any(each["type"] in _OF_ENTRY for each in found["data"]):
        typer.echo(words(language)["frame"]["values"].format(person=id))


def _parse_instant(text: str) -> datetime:
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
            return moment
    raise typer.BadParameter(
        f"write the moment as day, time and offset from universal time, such as {MOMENT} for 3 pm Central "
        "Standard Time"
    )


async def _history(digits: str, at: datetime | None, *, side: bool) -> dict[str, Any]:
    """Return the events of a stream, or its state at a moment, as the operator sees them; empty if there is none."""
    # Late: the database layer takes half a second to load, and `--help` needs none of it.
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.reads.history import HistoryReads
    from api_gateway.services.history import history_answer
    from api_gateway.services.problem import Problem
    from domain.visibility import OPERATOR

    settings = load_settings()
    id = await whole_id(settings, ProcessRole.GATEWAY, digits) or digits  # a grant is found by its whole id
    database = Database(settings.database_url(ProcessRole.GATEWAY), size=1)
    try:
        reads = HistoryReads(database)
        found = await (reads.side(OPERATOR, id) if side else reads.stream(OPERATOR, id))
        if found is None or not found.events:
            return {}
        shown = await history_answer(SqlClock(database).now, found, at)
    except Problem as problem:
        for line in problem_lines(problem.body()):
            typer.echo(line, err=True)
        raise typer.Exit(1) from None
    finally:
        await database.close()
    return {} if at is not None and shown["state"] is None else shown
