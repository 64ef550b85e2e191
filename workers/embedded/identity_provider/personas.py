"""Whom a visitor of the demo can be: its staff, who are tied to their identities, and somebody whom nobody knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.sign_in import SignInWrites
from workers.embedded.samples.scenario import SampleOffice
from workers.embedded.stack.data_folder import DataFolder, write_private
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.driver import ADMIN
from workers.embedded.year.scenario import Scenario, scenarios
from workers.settings import ProcessRole

_FILE: Final = "personas.json"
STRANGER: Final = "somebody_new"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoIdentity:
    """Somebody who can sign in.

    ``group`` is the office of the persona; ``person`` is empty for one without an entry.
    """

    key: str
    name: str
    email: str
    what: str
    group: str
    person: str = ""


def read_personas(data: DataFolder) -> Sequence[DemoIdentity]:
    """Return whom a visitor can be; nobody before the people are loaded."""
    file = data.path / _FILE
    return [DemoIdentity(**row) for row in json.loads(file.read_text())] if file.is_file() else []


async def introduce(office: OfficeProcesses) -> None:
    """Tie the staff of the demo to their identities at its provider, and write who they are; safe to repeat."""
    loaded = json.loads(office.data.tokens_file.read_text())
    own = SampleOffice()
    found = sorted(_staff(own, loaded), key=lambda each: _ORDER.index(each.key.split("_")[0]))
    others = [
        each
        for scenario in scenarios()
        if scenario.program in loaded and scenario.program != own.program
        for each in _administrators(scenario, loaded)
    ]
    database = Database(office.settings.database_url(ProcessRole.GATEWAY), size=1)
    try:
        writes, issuer = SignInWrites(database), office.settings.sign_in_issuer or ""
        for each in (*found, *others):
            await writes.let_in(issuer, each.key, each.person)
    finally:
        await database.close()
    new = DemoIdentity(
        key=STRANGER,
        name="Jordan Blake",
        email="jordan.blake@example.org",
        what="Somebody whom the office does not know yet: asks to be let in",
        group=found[0].group,
    )
    rows = [asdict(each) for each in (*found, new, *others)]
    write_private(office.data.path / _FILE, json.dumps(rows, indent=1) + "\n")


def _staff(scenario: Scenario, loaded: Mapping[str, Any]) -> list[DemoIdentity]:
    """Return the staff of a scenario who are in the office."""
    people, plan = loaded[scenario.program]["people"], scenario.data
    regions = {region["code"]: region["name"] for region in plan["regions"]}
    entries = {row["key"]: row for row in scenario.roster["people"]}
    return [
        DemoIdentity(
            key=staff["key"],
            name=staff.get("name") or entries[staff["key"]]["name"],
            email=staff.get("email") or entries[staff["key"]]["email"],
            what=_what(staff, regions),
            group=load_programs()[scenario.program].title,
            person=people[staff["key"]]["person"],
        )
        for staff in plan["staff"]
        if staff["key"] in people
    ]


def _administrators(scenario: Scenario, loaded: Mapping[str, Any]) -> list[DemoIdentity]:
    """Return the administrator of another association, whose program can be set up beside the demo."""
    title = load_programs()[scenario.program].title
    return [
        replace(
            each,
            key=f"{ADMIN}.{scenario.program}",
            what=f"Administrator, {title}",
            group="Other associations, which are still empty",
        )
        for each in _staff(scenario, loaded)
        if each.key == ADMIN
    ]


_ORDER: Final = ("coordinator", "state", "maker", "approver", "sender", "auditor", ADMIN)
"""How the keys of the staff begin, in the order in which they are shown."""
_ROLES: Final = {
    "admin": "Administrator: people and rights",
    "auditor": "Auditor: reads everything, changes nothing",
    "payment_staff": "Payment staff",
    "coordinator": "State office: coordinator of the whole association",
}
_MONEY: Final = {
    "maker": "Payment staff A: prepares",
    "approver": "Payment staff B: approves",
    "sender": "Payment staff C: sends the money",
}


def _what(staff: Mapping[str, Any], regions: Mapping[str, str]) -> str:
    """Return what somebody does in the office."""
    own = ", ".join(regions[code] for code in staff.get("regions", ()))
    if own:
        return f"Coordinator, {own}"
    return _MONEY.get(staff["key"]) or "; ".join(_ROLES[role] for role in staff["roles"])
