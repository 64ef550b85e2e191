"""The acts of a simulated year as HTTP requests, each with its actor's token; each answer is checked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2 as httpx

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.tokens import TokenWrites, entry_of_first
from domain.actors import Role, machine_operator
from domain.ids import derive
from domain.rules.intake import TermDates
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.supervisor import NO_TLS, OfficeProcesses
from workers.embedded.year.door_visits import DoorVisits, NotAtDoor, UsedWays
from workers.embedded.year.importing import NotImported, import_lists
from workers.embedded.year.page_forms import NotInForm
from workers.embedded.year.scenario import Act, Fate, Scenario
from workers.operator import account
from workers.settings import ProcessRole as Login

_AFTER_LUNCH = timedelta(hours=5)
"""From the hour at which people come to a demo until the hour at which they met on another day."""
WATCHER = "auditor"
ADMIN = "admin"


class Unexpected(RuntimeError):
    """The office gave a different answer than the scenario expects."""


class Driver:
    """The people of one scenario at the API of one office."""

    def __init__(self, office: OfficeProcesses, scenario: Scenario, used: UsedWays | None = None) -> None:
        self._office = office
        self._scenario = scenario
        self._program = scenario.program_file
        self._calendar = self._program.rules.calendar
        self._administrator = ""
        self._http = httpx.AsyncClient(base_url=office.gateway_url, timeout=60, verify=NO_TLS)
        self._door = httpx.AsyncClient(base_url=office.door_url, timeout=60, verify=NO_TLS)
        self._database = Database(office.settings.database_url(Login.MIGRATOR), size=1)
        mailbox, zone = Mailbox(office.data.mails), self._calendar.zone
        self.visits = DoorVisits(office.door_url, mailbox, self._database, zone, used)
        self.tokens: dict[str, str] = {}
        self._participants: set[str] = set()
        self.term = ""
        self.start = date.min
        self._sent = 0
        self._subjects: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._read_once: dict[str, Any] | None = None
        """The pair of the act that is being filled in, once it was read."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._door.aclose()
        await self.visits.close()
        await self._database.close()

    async def furnish(self, start: date, until: datetime) -> None:
        """Create an administrator, regions, the term, the roster with its applications, tokens and contacts."""
        self.start = start
        await self.let_administrator_in(until)
        await self._add_regions()
        dates = self._scenario.term(start)
        self.term = await self._open_term(f"{dates.first.year}-{dates.last.year % 100:02}", dates)
        await self._import(self._scenario.files(), self.term)
        await self._make_tokens(until)
        await self._name_contacts(dates.first)
        self._know_subjects()

    async def _add_regions(self) -> None:
        for region in self._scenario.data["regions"]:
            await self.post(ADMIN, "regions", {**region, "program": self._scenario.program})

    async def _open_term(self, name: str, dates: TermDates) -> str:
        first, last = dates.first.isoformat(), dates.last.isoformat()
        term = {"program": self._scenario.program, "name": name, "first": first, "last": last}
        return str((await self.post(ADMIN, "terms", term))["term"])

    async def _import(self, files: Mapping[str, bytes], term: str) -> None:
        try:
            known = self._scenario.data.get("import_answers", {})
            await import_lists(self._send, files, term=term, known=known)
        except NotImported as fault:
            raise Unexpected(f"roster: {fault}") from None
        self._people = await self._people_by_key()

    async def _name_contacts(self, first: date) -> None:
        for contact in (staff for staff in self._scenario.data["staff"] if staff.get("contact")):
            body = {"person": self.person(contact["key"]), "first": first.isoformat()}
            await self.post(ADMIN, f"regions/{contact['contact']}/contacts", body)

    def _know_subjects(self) -> None:
        for fate in self._scenario.fates:
            application = derive("application", self.person(fate.mentee), self._term_of(fate))
            self._subjects[fate.key] = derive("relationship", application)

    def _term_of(self, fate: Fate) -> str:
        """Return the term of a pair."""
        return self.term

    def person(self, key: str) -> str:
        """Return the id of a person by the key in the scenario."""
        return self._administrator if key == ADMIN else self._people[key]

    async def act(self, act: Act, *, key: str = "") -> str:
        """Send one act, under a key of its own or a new one; return the answer's code (``ok`` if it was accepted).

        Raises:
            Unexpected: The answer is not the scenario's.
        """
        self._read_once = None
        path = await self._fill(act.path, act)
        body = await self._fill(dict(act.body), act)
        if act.who in self._participants and not act.refused and not key:
            try:
                if await self.visits.done(self.person(act.who), path, body):
                    return "ok"
            except (NotAtDoor, NotInForm) as fault:
                raise Unexpected(
                    f"{act.at:%Y-%m-%d} {act.fate.key}: {act.who} {act.path} at the door: {fault}"
                ) from None
        served = self._serving(act.who)
        answer = await served.post(f"/v1/{path}", json=body, headers=self._headers(act.who, key))
        code = "ok" if answer.is_success else str(answer.json().get("code", answer.status_code))
        if code != (act.refused or "ok"):
            raise Unexpected(
                f"{act.at:%Y-%m-%d} {act.fate.key}: {act.who} {act.path} -> {answer.status_code} {code} "
                f"{answer.json().get('errors', '') if not answer.is_success else ''}, expected {act.refused or 'ok'}"
            )
        return code

    async def post(self, who: str, path: str, body: Mapping[str, Any]) -> Any:
        """Send a request and expect success."""
        answer = await self._serving(who).post(f"/v1/{path}", json=body, headers=self._headers(who))
        if not answer.is_success:
            raise Unexpected(f"{who} {path}: {answer.status_code} {answer.text[:400]}")
        return answer.json()

    async def _send(self, method: str, path: str, **options: Any) -> Any:
        """Send a request as the administrator and expect success."""
        answer = await self._http.request(method, f"/v1/{path}", headers=self._headers(ADMIN), **options)
        if not answer.is_success:
            raise Unexpected(f"{method} {path}: {answer.status_code} {answer.text[:400]}")
        return answer.json()

    async def _people_by_key(self) -> dict[str, str]:
        """Return the id of each person of the association by member number."""
        return {key: row["id"] for row in await self.every("people", who=ADMIN) for key in row["keys"]}

    async def every(self, noun: str, *, who: str = WATCHER, **params: Any) -> list[dict[str, Any]]:
        """Return all entries of a list, as the auditor sees it unless somebody else is named."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            query = {"limit": 100, **params} | ({"after": after} if after else {})
            answer = await self._serving(who).get(f"/v1/{noun}", params=query, headers=self._headers(who))
            if not answer.is_success:
                raise Unexpected(f"list {noun}: {answer.status_code}")
            page = answer.json()
            found.extend(page["data"])
            after = page.get("next") or ""
            if not after:
                return found

    async def results(self, audience: str) -> dict[str, Any]:
        """Return the results of a survey, as the auditor sees them."""
        path = f"/v1/programs/{self._scenario.program}/terms/{self.term}/survey-results"
        answer = await self._http.get(path, params={"audience": audience}, headers=self._headers(WATCHER))
        if not answer.is_success:
            raise Unexpected(f"results of {audience}: {answer.status_code} {answer.text[:400]}")
        found: dict[str, Any] = answer.json()
        return found

    async def relationship(self, fate: Fate) -> dict[str, Any]:
        """Return a fate's relationship; after a change of partner, the one that follows."""
        subject = self._subjects[fate.key]
        while True:
            answer = await self._http.get(f"/v1/relationships/{subject}", headers=self._headers(WATCHER))
            if not answer.is_success:
                raise Unexpected(f"{fate.key}: relationship {answer.status_code}")
            found: dict[str, Any] = answer.json()
            if not found["successor"]:
                return found
            subject = found["successor"]

    async def _pair(self, fate: Fate) -> dict[str, Any]:
        """Return the pair of the act that is being filled in, which stays as it is until the act is sent."""
        if self._read_once is None:
            self._read_once = await self.relationship(fate)
        return self._read_once

    async def _fill(self, value: Any, act: Act) -> Any:
        """Return a value of the scenario with its ``@`` words replaced by what they stand for now."""
        if isinstance(value, dict):
            return {key: await self._fill(part, act) for key, part in value.items()}
        if isinstance(value, list):
            return [await self._fill(part, act) for part in value]
        if not isinstance(value, str) or not (value.startswith("@") or "/@" in value):
            return value  # an email address has its @ in the middle
        if "/" in value:
            return "/".join([str(await self._fill(part, act)) for part in value.split("/")])
        return await self._resolve(value, act)

    async def _resolve(self, word: str, act: Act) -> str | None:
        fate = act.fate
        people = {"@mentee": fate.mentee, "@mentor": fate.mentor, "@second_mentor": fate.second_mentor}
        if word in people:
            return self.person(people[word])
        if word.startswith("@school_hour_"):
            return self._calendar.at(self._open_day(act, word)).isoformat()
        if word.startswith("@pair:"):
            again = re.search(r"_\d+$", fate.key)
            return self._subjects[word.removeprefix("@pair:") + (again.group() if again else "")]
        match word:
            case "@term":
                return self._term_of(fate)
            case "@region":
                return fate.region
            case "@digest":
                return str((await self._read(act, "agreement"))["digest"])
            case "@complaint":
                return str((await self._read(act, "complaints"))["data"][-1]["id"])
            case "@act":
                return str((await self._read(act, "staff-acts"))["data"][-1]["id"])
            case "@period":
                return await self._period(fate.region)
        return _time_word(word, act.at) or await self._part_of_pair(word, act)

    async def _part_of_pair(self, word: str, act: Act) -> str | None:
        """Return the id of the pair's relationship or of something in it, or a day of its plan."""
        fate = act.fate
        found = await self._pair(fate)
        match word:
            case "@self" | "@relationship":
                return str(found["id"])
            case "@meeting":
                if not found["meetings"]:
                    raise Unexpected(f"{fate.key}: there is no meeting")
                return str(max(found["meetings"], key=lambda met: met["began_at"])["id"])
            case "@observation":
                return str(found["observations"][-1]["id"])
            case "@cover":
                return str(found["cover_requests"][-1]["id"])
            case "@obligation":
                if not found["claims"]:
                    raise Unexpected(f"{fate.key}: there is no claim")
                return str(found["claims"][-1]["obligation"])
            case "@first_order":
                return await self._first_order(act, str(found["claims"][-1]["obligation"]))
        if word.startswith("@next_day_"):
            return await self._next_day(str(found["id"]), act, word)
        raise Unexpected(f"{fate.key}: unknown word {word}")

    async def _read(self, act: Act, noun: str) -> Any:
        """Return what the actor reads first: the newest text to sign, or the cases to decide."""
        subject = (await self._pair(act.fate))["id"]
        path, served = f"/v1/relationships/{subject}/{noun}", self._serving(act.who)
        answer = await served.get(path, headers=self._headers(act.who))
        if not answer.is_success:
            raise Unexpected(f"{act.fate.key}: {act.who} cannot read {noun}: {answer.status_code}")
        return answer.json()

    async def _first_order(self, act: Act, obligation: str) -> str:
        """Return the first order that was made for money owed, as the actor reads it."""
        answer = await self._http.get(f"/v1/obligations/{obligation}", headers=self._headers(act.who))
        return str(answer.json()["orders"][0]["id"])

    async def _period(self, region: str) -> str:
        """Return the period of the log check that became a task last in a region."""
        todo = await self.every("tasks", open=False, own=False)
        checks = [task for task in todo if task["kind"] == "check_logs" and task["region"] == region]
        if not checks:
            raise Unexpected(f"{region}: no log check was ever due")
        return str(max(checks, key=lambda task: task["opened_at"])["about"])

    def _open_day(self, act: Act, word: str) -> date:
        """Return the first working day at least so many days after an act, by the program's calendar."""
        return self._calendar.next_working(act.at.date() + timedelta(days=int(word.rpartition("_")[2])))

    async def _next_day(self, relationship: str, act: Act, word: str) -> str | None:
        """Return a day for the next meeting within the time for meetings; None if that is over."""
        answer = await self._http.get(
            f"/v1/relationships/{relationship}/schedule", headers=self._headers(WATCHER)
        )
        end = date.fromisoformat(answer.json()["to"])
        day = min(self._open_day(act, word), end)
        return day.isoformat() if day > act.at.date() else None

    async def let_administrator_in(self, until: datetime) -> None:
        """Take the administrator whom the association has, or make the first, as ``mentorflow admin first`` does."""
        [staff] = (member for member in self._scenario.data["staff"] if member["key"] == ADMIN)
        entry = entry_of_first(staff["name"], staff["email"])
        async with self._token_writes() as tokens:
            known = await tokens.administrator(self._program.association)
            made = (
                await tokens.first_administrator(entry, self._program.association, until)
                if known is None
                else (known, await tokens.issue(known, (Role.ADMIN,), until))
            )
        self._administrator, self.tokens[ADMIN] = made

    async def _make_tokens(self, until: datetime) -> None:
        async with self._token_writes() as tokens:
            for key, roles, regions in self._holders():
                person = self.person(key)
                if roles == (Role.PARTICIPANT,):
                    self._participants.add(key)
                self.tokens[key] = await tokens.let_in(
                    person, roles, regions, until, first=self.start, confirmer=self._administrator
                )

    @asynccontextmanager
    async def _token_writes(self) -> AsyncIterator[TokenWrites]:
        database = Database(self._office.settings.database_url(Login.GATEWAY), size=1)
        try:
            yield TokenWrites(database, machine_operator(account()))
        finally:
            await database.close()

    def _holders(self) -> Sequence[tuple[str, tuple[Role, ...], tuple[str, ...]]]:
        staff = [
            (member["key"], tuple(Role(role) for role in member["roles"]), tuple(member.get("regions", ())))
            for member in self._scenario.data["staff"]
            if member["key"] != ADMIN
        ]
        people = {key: None for fate in self._scenario.fates for key in fate.people}
        return [*staff, *((key, (Role.PARTICIPANT,), ()) for key in people)]

    def _serving(self, who: str) -> httpx.AsyncClient:
        """Return the way to the application that serves somebody: the door for mentors and mentees."""
        return self._door if who in self._participants else self._http

    def _headers(self, who: str, key: str = "") -> dict[str, str]:
        self._sent += 1
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        key = key or f"{self._scenario.program}-{self.start:%Y%m%d}-{self._sent}"
        return headers | {"Idempotency-Key": key}


def midnight(day: date) -> datetime:
    """Return an instant of a day that is past midnight everywhere in the country."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _time_word(word: str, at: datetime) -> str:
    """Return what a word about time means at that moment; empty for any other word."""
    if word.startswith("@days_ago_"):
        return (at - timedelta(days=int(word.removeprefix("@days_ago_"))) + _AFTER_LUNCH).isoformat()
    match word:
        case "@today":
            return at.date().isoformat()
        case "@yesterday":
            return (at.date() - timedelta(days=1)).isoformat()
        case "@earlier":
            return (at - timedelta(hours=3)).isoformat()
        case "@tomorrow":
            return (at + timedelta(days=1)).isoformat()
        case "@month":
            return f"{at:%Y-%m}"
        case "@month_name":
            return f"{at:%B}".lower()
        case "@month_before":
            return f"{_month_before(at):%Y-%m}"
        case "@month_before_name":
            return f"{_month_before(at):%B}".lower()
    return ""


def _month_before(at: datetime) -> date:
    return at.date().replace(day=1) - timedelta(days=1)
