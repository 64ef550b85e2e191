"""A person's calendar: their deadlines and plans, the tasks of their staff role, the days on which school is closed.

The words are in ``words/``, one file for each language. The calendar does not say what two people talk about, or who
the other one is.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import opening
from activities.adapters.mail.icalendar import Appointment, CalendarEntry, feed
from activities.adapters.postgres.reads import OfficeReads
from api_gateway.services.caller import Caller
from api_gateway.services.history import relationship_state
from api_gateway.services.programs import programs
from domain.actors import Role
from domain.calendar import Calendar
from domain.ids import derive
from domain.languages import Language
from domain.relationship.calendar_feed import Deadline, deadlines, invitations, told_at
from domain.relationship.invitation import Invitation, Occasion
from domain.rules.canonical_json import rules_from_text
from domain.rules.program_file import ProgramFile

WORDS: Final = Path(__file__).parents[1] / "words"


@cache
def words() -> Mapping[Language, Mapping[str, Any]]:
    """Return the words of the calendar by language. A new language needs only a new file."""
    files = {each: WORDS / f"{each.value}.toml" for each in Language}
    return {each: tomllib.loads(file.read_text(encoding="utf-8")) for each, file in files.items()}


class Agenda:
    """The calendar of one caller, in the language of that person's emails."""

    def __init__(self, reads: OfficeReads, caller: Caller, *, now: datetime, office: str) -> None:
        self._reads = reads
        self._caller = caller
        self._now = now
        self._office = office
        self._programs = programs()
        self._language = Language.EN

    async def text(self) -> str:
        """Return the whole calendar as an iCalendar object."""
        person = await self._reads.people.oneself(self._caller.sight)
        reads = person["language"] if person else ""
        self._language = next((each for each in Language if each.value == reads), Language.EN)
        pairs = await self._reads.relationships.own(self._caller.sight)
        listed = await self._reads.regions.page(self._caller.sight)
        regions = {row["code"]: row["program"] for row in listed.rows}
        entries: list[CalendarEntry] = []
        appointments: list[Appointment] = []
        for pair in pairs:
            due, plans = await self._of_pair(pair)
            entries += due
            appointments += plans
        staff = {*self._caller.roles} - {Role.PARTICIPANT}
        tasks = await self._reads.tasks.dated(self._caller.sight) if staff else ()
        served = [self._programs.get(regions.get(task["region"], "")) for task in tasks]
        entries += [self._of_task(task, of) for task, of in zip(tasks, served, strict=True) if of]
        for term in await self._terms(pairs, regions):
            entries += await self._closed(term)
        return feed(entries, appointments, name=self._say("name"))

    async def _of_pair(self, pair: Mapping[str, Any]) -> tuple[list[CalendarEntry], list[Appointment]]:
        """Return the deadlines and the plans of one pair."""
        history = await self._reads.history.course(self._caller.sight, pair["id"])
        program = self._programs.get(pair["program"])
        if history is None or not history.events or program is None:
            return [], []
        state = relationship_state(history)
        calendar, here = (
            program.rules.calendar,
            self._caller.standing((pair["mentee"], pair["mentor"])).person,
        )
        plans = [
            Appointment(
                invitation=found,
                summary=self._of_occasion(program, found.occasion),
                description=self._plan(program, found),
                location=opening(self._label(program, found.place)),
            )
            for found in invitations(state, here, self._now)
        ]
        due = [
            CalendarEntry(
                uid=derive("deadline", state.id, found.subject.value, *filter(None, (found.about,))),
                stamped_at=told_at(state),
                summary=self._of(program, "deadline", what=self._of_deadline(found)),
                description=self._say("deadline_more"),
                first=found.day,
                last=found.day,
            )
            for found in deadlines(state, here, calendar)
        ]
        return due, plans

    def _plan(self, program: ProgramFile, found: Invitation) -> str:
        """Return what an entry says below its title: in which way the two meet, if it is known, and how to move it."""
        mode = self._label(program, found.mode)
        return f"{opening(mode)}. {self._say('plan_more')}" if mode else self._say("plan_more")

    def _label(self, program: ProgramFile, code: str) -> str:
        return program.label(code, self._language.value) if code else ""

    def _of_task(self, task: Mapping[str, Any], program: ProgramFile) -> CalendarEntry:
        due = datetime.fromisoformat(task["due_at"])
        day = program.rules.calendar.local_date(due - timedelta(seconds=1))
        return CalendarEntry(
            uid=derive("task", task["id"]),
            stamped_at=datetime.fromisoformat(task["opened_at"]),
            summary=self._of(program, "task"),
            description=self._say("task_more"),
            first=day,
            last=day,
        )

    async def _terms(
        self, pairs: tuple[Mapping[str, Any], ...], regions: Mapping[str, str]
    ) -> list[Mapping[str, Any]]:
        """Return the terms not yet over, of the person's own pairs and of the programs that a coordinator serves."""
        own = {pair["term"] for pair in pairs}
        served = self._caller.regions if Role.COORDINATOR in self._caller.roles else ()
        serves = {program for code, program in regions.items() if code in served}
        today = self._now.date()
        return [
            term
            for term in (await self._reads.terms.page(self._caller.sight)).rows
            if (term["id"] in own or term["program"] in serves) and date.fromisoformat(term["last"]) >= today
        ]

    async def _closed(self, term: Mapping[str, Any]) -> list[CalendarEntry]:
        """Return the breaks and holidays of a term, by the calendar that was frozen with it."""
        text = await self._reads.terms.rules(term["program"], term["version"])
        program = self._programs.get(term["program"])
        if not text or program is None:
            return []
        first, last = (date.fromisoformat(term[end]) for end in ("first", "last"))
        return list(self._days(program, rules_from_text(text).calendar, term, first, last))

    def _days(
        self, program: ProgramFile, calendar: Calendar, term: Mapping[str, Any], first: date, last: date
    ) -> Iterator[CalendarEntry]:
        made = datetime.fromisoformat(term["created_at"])
        for pause in calendar.breaks:
            if pause.first <= last and first <= pause.last:
                what = program.label(pause.name, self._language.value)
                yield CalendarEntry(
                    uid=derive("break", term["id"], pause.first.isoformat()),
                    stamped_at=made,
                    summary=self._of(program, "break", what=what),
                    first=pause.first,
                    last=pause.last,
                )
        for day in calendar.holidays:
            if first <= day <= last:
                yield CalendarEntry(
                    uid=derive("holiday", term["id"], day.isoformat()),
                    stamped_at=made,
                    summary=self._of(program, "holiday"),
                    first=day,
                    last=day,
                )

    def _say(self, key: str) -> str:
        return str(words()[self._language][key]).format(office=self._office)

    def _of_deadline(self, found: Deadline) -> str:
        what = str(words()[self._language]["what"][found.subject.value])
        return what.format(form=form_title(found.about, self._language.value)) if found.about else what

    def _of_occasion(self, program: ProgramFile, occasion: Occasion) -> str:
        name = program.wording_in(self._language.value).program
        return str(words()[self._language]["occasion"][occasion.value]).format(program=name)

    def _of(self, program: ProgramFile, key: str, what: str = "") -> str:
        name = program.wording_in(self._language.value).program
        return str(words()[self._language][key]).format(program=name, what=what)
