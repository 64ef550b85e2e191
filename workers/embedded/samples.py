"""Sample people for the demo: every sample folder's regions, staff, roster and term, loaded through the API.

What is loaded once is found again at the next start, since ids and keys are derived from the folder's own keys.
"""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx

from activities.adapters.clock import SqlClock
from activities.adapters.database import Database
from activities.adapters.intake import Intake
from activities.adapters.intake_roster import person_id
from activities.adapters.program_files import load_programs
from domain.actors import Role
from domain.ids import derive
from workers.embedded.process import StartFailed
from workers.embedded.supervisor import Office
from workers.settings import Role as Login

SCENARIOS: Final = Path(__file__).parent / "scenarios"
TOKEN_DAYS: Final = 1200
ROSTER: Final = ("people", "memberships", "mentors", "applications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the sample: key of the folder, id, and the token with its roles."""

    key: str
    id: str
    token: str
    roles: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample folder, loaded: people by key, and the term of its roster."""

    program: str
    term: str
    people: dict[str, Person]


def sample_folders(program: str | None = None) -> tuple[Path, ...]:
    """The folders of sample data, each named after its program."""
    found = sorted(path for path in SCENARIOS.iterdir() if (path / "office.toml").is_file())
    return tuple(path for path in found if program in (None, path.name))


async def load_samples(office: Office) -> None:
    """Load every sample folder for the year that runs now, and write the tokens where the card says."""
    if office.data.tokens_file.is_file():
        return
    tokens = {}
    for folder in sample_folders():
        sample = await load_sample(office, folder, year=None, applications=True)
        tokens[sample.program] = {
            "term": sample.term,
            "people": {
                key: {"person": one.id, "token": one.token, "roles": one.roles, "regions": one.regions}
                for key, one in sample.people.items()
            },
        }
    office.data.tokens_file.touch(mode=0o600)
    office.data.tokens_file.write_text(json.dumps(tokens, indent=2) + "\n")


async def load_sample(office: Office, folder: Path, *, year: int | None, applications: bool) -> Sample:
    """Load one folder through the API; ``year`` is the one in which the term begins, by default the running one."""
    plan = tomllib.loads((folder / "office.toml").read_text())
    program = load_programs()[folder.name]
    people = await _tokens(office, folder, plan)
    admin = people["admin"].token
    async with httpx.AsyncClient(base_url=office.gateway_url, timeout=120) as http:
        for region in plan["regions"]:
            body = {"code": region["code"], "name": region["name"], "program": folder.name}
            await _post(http, admin, "regions", f"region-{region['code']}", body, json_exists=True)
        begins = year if year is not None else await _running_year(office, folder.name)
        dates = program.frame.cycle.term(begins)
        name = f"{dates.first.year}-{dates.last.year}"
        term_body = {
            "program": folder.name,
            "name": name,
            "first": dates.first.isoformat(),
            "last": dates.last.isoformat(),
        }
        await _post(http, admin, "terms", f"term-{name}", term_body, json_exists=True)
        term = derive("term", folder.name, name)
        wanted = ROSTER if applications else ROSTER[:-1]
        files = {part: (f"{part}.csv", (folder / f"{part}.csv").read_bytes(), "text/csv") for part in wanted}
        answer = await http.post(
            "/v1/imports/roster",
            data={"term": term},
            files=files,
            headers={"Authorization": f"Bearer {admin}", "Idempotency-Key": f"roster-{name}"},
        )
        _demand(answer)
        for region in plan["regions"]:
            contact = {"person": people[region["contact"]].id, "first": "2020-07-01"}
            await _post(
                http, admin, f"regions/{region['code']}/contacts", f"contact-{region['code']}", contact
            )
    return Sample(program=folder.name, term=term, people=people)


async def _running_year(office: Office, program: str) -> int:
    """The year in which the cycle that runs now has begun."""
    database = Database(office.settings.database_url(Login.GATEWAY), size=1)
    try:
        today = (await SqlClock(database).now()).date()
    finally:
        await database.close()
    cycle = load_programs()[program].frame.cycle
    return today.year if cycle.term(today.year).first <= today else today.year - 1


async def _tokens(office: Office, folder: Path, plan: dict[str, Any]) -> dict[str, Person]:
    """A token for everybody: staff with roles, everybody else of the roster as a participant."""
    with (folder / "people.csv").open(newline="") as file:
        regions = {row["key"]: row["region"] for row in csv.DictReader(file)}
    database = Database(office.settings.database_url(Login.GATEWAY), size=2)
    intake = Intake(database)
    until = await SqlClock(database).now() + timedelta(days=TOKEN_DAYS)
    people: dict[str, Person] = {}
    staff = {one["key"]: one for one in plan["staff"]}
    try:
        for key in (*staff, *(key for key in regions if key not in staff)):
            one = staff.get(key, {"roles": ["participant"], "regions": []})
            id = person_id(regions[key], key) if key in regions else derive("staff", folder.name, key)
            roles = tuple(Role(role) for role in one["roles"])
            token = await intake.make_token(id, roles, tuple(one["regions"]), until)
            people[key] = Person(
                key=key, id=id, token=token, roles=tuple(one["roles"]), regions=tuple(one["regions"])
            )
    finally:
        await database.close()
    return people


async def _post(
    http: httpx.AsyncClient,
    token: str,
    path: str,
    key: str,
    body: dict[str, Any],
    *,
    json_exists: bool = False,
) -> None:
    answer = await http.post(
        f"/v1/{path}", json=body, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    )
    if json_exists and answer.status_code == 409:
        return
    _demand(answer)


def _demand(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise StartFailed(f"The sample data were refused: {answer.text[:600]}")
