"""The command `mentorflow`: processes and checks on the stack, and a client of the API."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import typer

from workers.cli.doctor import checks
from workers.cli.programs.commands import programs
from workers.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Runs educator-mentoring programs.")
app.add_typer(programs, name="programs")
forms = typer.Typer(no_args_is_help=True, help="Forms of a program: list them, read one.")
app.add_typer(forms, name="forms")

Token = Annotated[str, typer.Option(envvar="MENTORFLOW_TOKEN", help="A token of the API.")]
Url = Annotated[
    str, typer.Option(envvar="MENTORFLOW_URL", help="Where the API is; the running demo by default.")
]


@app.callback()
def root() -> None:
    """Runs educator-mentoring programs."""


@app.command()
def doctor() -> None:
    """Look at this machine and this installation, and say what to do about what is missing."""
    looked = checks()
    for check in looked:
        typer.echo(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.found}")
        if check.todo:
            typer.echo(f"     {check.todo}")
    raise typer.Exit(0 if all(check.ok for check in looked) else 1)


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    from workers import migrate as migrations

    migrations.main(load_settings())


@app.command()
def worker(queue: Annotated[str, typer.Argument(help="relationships or payments")] = "relationships") -> None:
    """Serve the task queues of relationships (with notices and documents) or of payments."""
    from workers.serve import run

    run(queue)


@app.command()
def gateway() -> None:
    """Serve the API."""
    from api_gateway.__main__ import main as serve

    serve()


@app.command()
def token(
    person: Annotated[str, typer.Option(help="Id of the person, 32 hex digits.")],
    role: Annotated[
        list[str], typer.Option(help="coordinator, payment_staff, auditor, admin or participant.")
    ],
    region: Annotated[
        list[str] | None, typer.Option(help="Code of a region; none is the whole association.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=90)] = 30,
) -> None:
    """Make a token of the API; it is shown once."""
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.writes.commands import Intake
    from domain.actors import Role
    from domain.ids import is_id

    given = {each.value for each in Role} - {Role.SYSTEM.value}
    if not is_id(person):
        raise typer.BadParameter("a person is 32 hex digits")
    if not set(role) <= given:
        raise typer.BadParameter(f"a role is one of {', '.join(sorted(given))}")

    async def make() -> str:
        database = Database(load_settings().database_url("gateway"), size=1)
        try:
            until = await SqlClock(database).now() + timedelta(days=days)
            return await Intake(database).make_token(
                person, tuple(Role(name) for name in role), tuple(region or ()), until
            )
        finally:
            await database.close()

    typer.echo(asyncio.run(make()))


@app.command()
def history(
    relationship: str,
    at: Annotated[str, typer.Option(help="An instant with its offset: show the state at that moment.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    token: Annotated[str, typer.Option(help="Read over the API with this token, as its person may.")] = "",
    url: Url = "",
    of_term: Annotated[
        bool, typer.Option("--term", help="Over the API: the id is that of a term in a region.")
    ] = False,
    of_money: Annotated[
        bool, typer.Option("--obligation", help="Over the API: the id is that of an obligation.")
    ] = False,
) -> None:
    """Show who did what under which rule, or the state at a moment; without a token from the stack's own journal.

    There the id may be that of a relationship, of an obligation, or of a term in a region.
    """
    moment = _moment(at) if at else None
    found: Mapping[str, Any]
    if token:
        kind = "term-regions" if of_term else "obligations" if of_money else "relationships"
        path = f"/v1/{kind}/{relationship}/history"
        found = _call("GET", path, token, url, params={"at": at} if at else {})
    else:
        found = asyncio.run(_history(relationship, moment))
    if not found:
        typer.echo("no such stream, or nothing had happened by then", err=True)
        raise typer.Exit(1)
    if as_json or at:
        typer.echo(json.dumps(found, indent=2))
        return
    for event in found["data"]:
        rules, actor = event.get("rules", {}), event["actor"]
        typer.echo(
            f"{event['seq']:>4}  {event['decided_at'][:16].replace('T', ' ')}  {event['type']:<26}"
            f"{actor['role']:<14}{actor['id'][:8]}  {rules.get('set', '')} {rules.get('version', '')}"
            f"  {' '.join(event.get('why', []))}"
        )


def _moment(text: str) -> datetime:
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise typer.BadParameter("write an instant with its offset, such as 2026-11-02T15:00:00-06:00")


async def _history(relationship: str, at: datetime | None) -> dict[str, Any]:
    """The events of a stream, or its state at a moment; empty where there is none."""
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.reads.lists import Views
    from api_gateway.services.history import state_at
    from domain.codec import to_plain

    database = Database(load_settings().database_url("gateway"), size=1)
    try:
        views = Views(database)
        events = await views.history(relationship)
        if at is not None:
            state = await state_at(views, events, at)
            return {"at": at.isoformat(), "state": state} if state is not None else {}
        return {"data": [{**to_plain(each), "hash": sealed} for each, sealed in events]} if events else {}
    finally:
        await database.close()


@app.command()
def replay(
    relationship: Annotated[str, typer.Argument()] = "",
    every: Annotated[bool, typer.Option("--all", help="Every relationship, obligation and term.")] = False,
) -> None:
    """Make the three checks: fold equals projection, chain whole, every run replays with equal inputs."""
    from workers.audit.replay import ALL
    from workers.audit.replay import replay as replayed

    if bool(relationship) == every:
        raise typer.BadParameter("name a relationship, an obligation or a term in a region, or say --all")
    report = asyncio.run(replayed(load_settings(), relationship or ALL))
    typer.echo(
        f"{report.relationships} relationships, {report.obligations} obligations, {report.terms} terms in regions, "
        f"{report.events} events"
    )
    typer.echo(f"{report.runs} runs replayed, {report.compared} inputs compared")
    for fault in report.faults:
        typer.echo(f"NO  {fault.check}: {fault.stream} {fault.code}")
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def clock(
    days: Annotated[int, typer.Option(min=0, help="How many days to go forward; 0 only shows the time.")] = 0,
) -> None:
    """Show the office's time, or move a demo's clock forward: every deadline on the way fires."""
    from workers.embedded.clock import NotQuiet, demo_clock
    from workers.time_skipping import NotSkipped

    settings = load_settings()
    if not settings.demo:
        raise typer.BadParameter("only a demo's clock can be moved")

    async def move() -> datetime:
        async with demo_clock(settings, seconds=120) as moved:
            now = await moved.now()
            # Day by day, so that what falls due in between sees its own day.
            for _ in range(days):
                now = await moved.move_to(now + timedelta(days=1))
            return now

    try:
        typer.echo(asyncio.run(move()).isoformat(timespec="minutes"))
    except (NotQuiet, NotSkipped) as unrest:
        typer.echo(
            f"the office did not come to rest: {unrest}; look into its logs, then move it again", err=True
        )
        raise typer.Exit(1) from None


Language = Annotated[str, typer.Option(help="en or es.")]


@forms.command("list")
def forms_list(program: str, language: Language = "en") -> None:
    """List the forms of a program: who fills each, from which stage on, when it is due."""
    from workers.cli.forms import listed

    _tell(lambda: listed(program, _language(language)))


@forms.command("show")
def forms_show(
    program: str,
    form: Annotated[str, typer.Argument(help="All, where none is named.")] = "",
    language: Language = "en",
) -> None:
    """Show a form field by field, as whoever fills it reads it."""
    from workers.cli.forms import shown

    _tell(lambda: shown(program, form, _language(language)))


def _language(name: str) -> str:
    from domain.forms.model import LANGUAGES

    if name not in LANGUAGES:
        raise typer.BadParameter("a language is one of " + ", ".join(LANGUAGES))
    return name


def _tell(lines: Callable[[], Iterable[str]]) -> None:
    """Print lines; a name that is not there ends the command with 1."""
    from workers.cli.forms import NoForm

    try:
        for line in lines():
            typer.echo(line)
    except NoForm as unknown:
        typer.echo(str(unknown), err=True)
        raise typer.Exit(1) from None


@app.command()
def tasks(token: Token, url: Url = "") -> None:
    """List open tasks: what to do, why, by when."""
    after = ""
    while True:
        page = _call("GET", "/v1/tasks", token, url, params={"after": after} if after else {})
        for task in page["data"]:
            due = (task["due_at"] or "")[:10]
            typer.echo(
                f"{due:<12}{task['kind']:<28}{task['region']:<16}  {task['subject']}  {task['why']}".rstrip()
            )
        after = page["next"] or ""
        if not after:
            return


@app.command("import")
def import_roster(folder: Path, term: str, token: Token, key: str = "", url: Url = "") -> None:
    """Import a roster: people.csv, memberships.csv, mentors.csv and applications.csv of a folder."""
    names = ("people", "memberships", "mentors", "applications")
    files = {
        name: (folder / f"{name}.csv").read_bytes() for name in names if (folder / f"{name}.csv").is_file()
    }
    sent = {name: (f"{name}.csv", content, "text/csv") for name, content in files.items()}
    answer = _call("POST", "/v1/imports/roster", token, url, key=key, data={"term": term}, files=sent)
    typer.echo(json.dumps(answer))


@app.command()
def send(
    path: Annotated[str, typer.Argument(help="For example relationships/ID/log-meeting.")],
    token: Token,
    body: Annotated[str, typer.Option(help="The JSON body.")] = "{}",
    key: Annotated[str, typer.Option(help="Idempotency-Key; a new one by default.")] = "",
    url: Url = "",
) -> None:
    """Send a command to the API."""
    typer.echo(json.dumps(_call("POST", f"/v1/{path}", token, url, key=key, json=_json(body))))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise typer.BadParameter("the body is not JSON") from None


def _call(
    method: str, path: str, token: str, url: str, *, key: str = "", **options: Any
) -> Mapping[str, Any]:
    """One request; a problem is printed with its code and ends the command with 1."""
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
    if answer.is_error:
        told = f": {content['detail']}" if content.get("detail") else ""
        typer.echo(f"{content['status']} {content['code']}{told}", err=True)
        for error in content.get("errors", ()):
            typer.echo(f"  {error['pointer']}: {error['detail']} ({error['code']})", err=True)
        raise typer.Exit(1)
    return content


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
