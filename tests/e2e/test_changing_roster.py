"""A year whose roster changes every month, played over the API with its mailbox read: who gets what, and who does not.

C1, C2, C5, C6, C8, C11, C17: a full list each month, with moves, lapses, corrections, doubles and lost zeros in it.
"""

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import select

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.shown_ids import ShownIds
from domain.journal import decode
from tests.conftest import office_at_ten, unavailable
from workers.audit.replay import replay
from workers.embedded.clock import DemoClock, demo_clock
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.driver import ADMIN, Driver, midnight
from workers.embedded.year.scenario import Scenario, scenarios

REFUSED, LEFT, MOVES, LAPSES, LATE, WHOLE = (
    "ineligible",
    "ended_early",
    "disputed",
    "disputed",
    "late_pair",
    "full_year",
)
CHOSEN = (WHOLE, LATE, MOVES, REFUSED, LEFT)
MET = {"began_at": "@earlier", "minutes": 60, "mode": "in_person", "topics": []}
LEAVES_ON = 184
NUMBERED = ("00412", "00413")
Row = dict[str, str]


def month(number: int) -> int:
    """Return the day of the year on which the list of a month arrives."""
    return 31 * number


class Roster:
    """The lists as the association keeps them: what the office must know after each import."""

    def __init__(self, scenario: Scenario) -> None:
        keys = {each["key"] for each in scenario.data["staff"]}
        keys |= {
            key for fate in scenario.fates for key in (fate.mentee, fate.mentor, fate.second_mentor) if key
        }
        of_keys = {
            kind: [row for row in rows if row["key"] in keys] for kind, rows in scenario.roster.items()
        }
        self.people: dict[str, Row] = {row["key"]: dict(row) for row in of_keys["people"]}
        self.members: dict[str, Row] = {row["key"]: dict(row) for row in of_keys["memberships"]}
        self.others = {kind: of_keys[kind] for kind in ("mentors", "applications")}
        like = self.people[scenario.fates[0].mentee]
        for key in NUMBERED:
            own = {"key": key, "name": f"Member {key}", "email": f"m{key}@example.org"}
            self.people[key] = {**dict.fromkeys(like, ""), **like, **own}
            self.members[key] = {"key": key, "membership": "active", "first": "2020-07-01", "last": ""}

    def first(self) -> dict[str, bytes]:
        """Return the lists that the year begins with."""
        return {**self.lists(), **{kind: text(rows) for kind, rows in self.others.items()}}

    def lists(
        self, *more: Row, spelled: Callable[[str], str] = str, separator: str = ","
    ) -> dict[str, bytes]:
        """Return the full lists of people and memberships, with further rows, as a spreadsheet may save them."""
        people = [{**row, "key": spelled(row["key"])} for row in (*self.people.values(), *more)]
        members = [{**row, "key": spelled(row["key"])} for row in self.members.values()]
        return {"people": text(people, separator), "memberships": text(members, separator)}


def text(rows: list[Row], separator: str = ",") -> bytes:
    """Return rows as a file."""
    written = io.StringIO()
    writer = csv.DictWriter(written, tuple(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


class Changing(Scenario):
    """The year of the program that is shown first, cut to a few pairs; one of its mentors leaves in the middle."""

    def __init__(self) -> None:
        shown = next(each for each in scenarios() if each.data.get("shown_first"))
        self.data, self.program, self.roster = shown.data, shown.program, shown.roster
        self.fates = tuple(self._fate(fate) for fate in shown.fates if fate.key in CHOSEN)
        self.of = {fate.key: fate for fate in self.fates}
        self.lists = Roster(self)

    def _fate(self, fate: Any) -> Any:
        if fate.key != LEFT:
            return fate
        script = [step for step in fate.script if step["do"] != "end-relationship"]
        script += [
            {"day": day, "who": "mentee", "do": "log-meeting", "body": MET} for day in (45, 75, 105, 135, 165)
        ]
        ends = {
            "day": LEAVES_ON + 9,
            "who": "coordinator",
            "do": "end-relationship",
            "body": {"reason": "left_state"},
        }
        return replace(fate, script=tuple(sorted([*script, ends], key=lambda step: step["day"])))

    def files(self) -> dict[str, bytes]:
        """Return the lists that the year begins with."""
        return self.lists.first()


class Year:
    """The changing year at one office: its clock, its mailbox, and what the association changes each month."""

    def __init__(self, office: OfficeProcesses, clock: DemoClock, scenario: Changing) -> None:
        self.office, self.clock, self.scenario, self.lists = office, clock, scenario, scenario.lists
        self.driver = Driver(office, scenario)
        self.mailbox = Mailbox(office.data.mails)
        self.http = httpx.AsyncClient(base_url=office.gateway_url, timeout=60)
        self.sent = 0
        self.mails_when_left = -1

    def address(self, key: str) -> str:
        return self.lists.people[key]["email"]

    async def send(self, method: str, path: str, **options: Any) -> Any:
        """Send a request as the administrator and expect success."""
        self.sent += 1
        headers = {
            "Authorization": f"Bearer {self.driver.tokens[ADMIN]}",
            "Idempotency-Key": f"month-{self.sent}",
        }
        answer = await self.http.request(method, f"/v1/{path}", headers=headers, **options)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    async def bring(self, files: Mapping[str, bytes], expected: dict[str, int], **answers: str) -> None:
        """Import a month's full lists with these answers by code; any other question is a fault.

        The association's lists still have the mentor who left, and the coordinator leaves everything as it is.
        """
        answers = {"people_who_left": "leave", **answers}
        sent = {kind: (f"{kind}.csv", content, "text/csv") for kind, content in files.items()}
        complete = {"complete_classes": "active", "complete_regions": "north,central,south"}
        proposal = await self.send("POST", "imports", data={"term": self.driver.term, **complete}, files=sent)
        path = f"imports/{proposal['id']}"
        while asked := [each for each in proposal["questions"] if not each["answer"]]:
            unforeseen = [each["problem"] for each in asked if each["code"] not in answers]
            assert not unforeseen, unforeseen
            given = {}
            for each in asked:
                wanted = answers[each["code"]]
                given[each["id"]] = next(value for value in each["answers"] if value.startswith(wanted))
            proposal = await self.send("POST", f"{path}/answers", json={"answers": given})
        assert proposal["refused"] == []
        found = {
            outcome: count
            for outcome, count in proposal["counts"].items()
            if count and outcome != "unchanged"
        }
        assert found == expected, (found, proposal["rows"])
        begun = await self.send("POST", f"{path}/take-over", json={"digest": proposal["digest"]})
        for _ in range(600):
            operation = await self.send("GET", f"operations/{begun['operation']}")
            if operation["state"] != "running":
                break
            await asyncio.sleep(0.1)
        assert operation["state"] == "done"
        await self.clock.rest()

    async def some_hours(self) -> None:
        """Let the office hear of what changed: housekeeping comes by, and what it tells is decided."""
        await self.clock.move_to(await self.clock.now() + timedelta(hours=2))

    async def open_tasks(self, kind: str) -> int:
        return sum(task["kind"] == kind for task in await self.driver.every("tasks", who=ADMIN, own=False))

    # What each month brings

    async def nothing_new(self) -> None:
        """C8, C34: the same lists, saved with semicolons."""
        before = len(self.mailbox.all())
        await self.bring(self.lists.lists(separator=";"), {})
        assert len(self.mailbox.all()) == before

    async def a_move_and_a_corrected_address(self) -> None:
        """C1, C17: one moves, and what an old address refused and still matters arrives at the new one."""
        mentee = self.scenario.of[WHOLE].mentee
        assert await self.open_tasks("fix_address") == 1
        assert not self.to(self.address(mentee))
        self.lists.people[self.scenario.of[MOVES].mentee]["region"] = "north"
        self.lists.people[mentee]["email"] = "corrected@example.org"
        await self.bring(self.lists.lists(), {"moved": 1, "changed": 1})
        await self.some_hours()
        assert self.to("corrected@example.org"), "what was refused and still matters went out again"
        assert await self.open_tasks("fix_address") == 0

    async def lost_zeros(self) -> None:
        """C2: a spreadsheet took the zeros of the member numbers away."""
        lists = self.lists.lists(spelled=lambda key: key.lstrip("0"))
        await self.bring(lists, {}, zeros_lost="put_back")

    async def a_double(self) -> None:
        """C2, C60: a known human under another number is asked about, and stays one."""
        double = {**self.lists.people[NUMBERED[1]], "key": "x-413"}
        await self.bring(self.lists.lists(double), {"changed": 1}, alike_person="same", alike_people="same")

    async def a_lapse(self) -> None:
        """C5: a mentor is missing in the complete list; a person says yes, and the pair's coordinator gets one task."""
        gone = self.lists.members.pop(self.scenario.of[LAPSES].mentor)
        try:
            lists = self.lists.lists()
        finally:
            self.lists.members[gone["key"]] = gone
        await self.bring(lists, {"lapsed": 1}, many_members_missing="yes", members_missing="yes")
        await self.some_hours()
        gone["last"] = str((await self.clock.now()).date() - timedelta(days=1))
        assert await self.tasks_about_people() == 1

    async def somebody_left(self) -> None:
        mentor = self.driver.person(self.scenario.of[LEFT].mentor)
        await self.send("POST", f"people/{mentor}/left", json={"day": str((await self.clock.now()).date())})
        self.mails_when_left = len(self.mailbox.all())
        await self.some_hours()
        assert await self.tasks_about_people() == 2

    async def corrections(self) -> None:
        """C6: a name and a phone are corrected; what is blank stays."""
        late = self.scenario.of[LATE]
        self.lists.people[late.mentee]["name"] = "Cleo Cedar-Lund"
        self.lists.people[late.mentee]["phone"] = "612-555-0199"
        self.lists.people[late.mentor]["phone"] = ""
        await self.bring(self.lists.lists(), {"changed": 1})
        self.lists.people[late.mentor]["phone"] = "612-555-0103"

    async def a_renewal(self) -> None:
        """The lapsed mentor is a member again, and the task about the lapse ends by itself."""
        mentor = self.scenario.of[LAPSES].mentor
        today = str((await self.clock.now()).date())
        renewed = {**self.lists.members[mentor], "first": today, "last": ""}
        self.lists.members[f"{mentor} again"] = renewed
        await self.bring(self.lists.lists(), {"new": 1})
        await self.some_hours()
        assert await self.tasks_about_people() == 2, "no further task"

    def months(self) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
        """Return what happens on which day."""
        return [
            (month(1), self.nothing_new),
            (month(2), self.a_move_and_a_corrected_address),
            (month(3), self.lost_zeros),
            (month(4), self.a_double),
            (month(5), self.a_lapse),
            (LEAVES_ON, self.somebody_left),
            (month(7), self.corrections),
            (month(8), self.a_renewal),
            (month(9), self.nothing_new),
            (month(10), self.nothing_new),
        ]

    async def play(self) -> None:
        """Play the year from act to act, from month to month and from deadline to deadline."""
        start = self.scenario.start_after((await self.clock.now()).date())
        await self.clock.move_to(midnight(start))
        old = self.lists.people[self.scenario.of[WHOLE].mentee]["email"]
        (self.office.data.mails / "refuse.txt").write_text(f"{old}\n")
        await self.driver.furnish(start, midnight(start) + timedelta(days=900))
        await self.clock.rest()
        for fate in (self.scenario.of[LATE],):  # its membership arrives over the API on the first day
            self.lists.members[fate.mentee] = {
                "key": fate.mentee,
                "membership": "active",
                "first": "2020-07-01",
                "last": "",
            }
        acts = self.scenario.acts(start, 7)
        months = [(midnight(start + timedelta(days=day)), change) for day, change in self.months()]
        while True:
            due: list[datetime | None] = [await self.clock.next_due()]
            due += [acts[0].at if acts else None, months[0][0] if months else None]
            instants = [instant for instant in due if instant]
            if not instants:
                return
            now = await self.clock.move_to(min(instants))
            while acts and acts[0].at <= now:
                act = acts.pop(0)
                await self.driver.act(act)
                if not act.path.startswith("relationships"):
                    await self.clock.rest()
            await self.clock.rest()
            while months and months[0][0] <= now:
                await months.pop(0)[1]()

    # What must be true

    def to(self, address: str, after: int = 0) -> list[Any]:
        """Return the emails to an address, those with a higher number than ``after``."""
        return [mail for mail in self.mailbox.all() if address in mail.recipients and mail.number > after]

    async def rows(self, statement: Any) -> list[Any]:
        database = Database(self.office.settings.database_url("migrator"), size=1)
        try:
            async with database.transaction() as connection:
                return list((await connection.execute(statement)).all())
        finally:
            await database.close()

    async def tasks_about_people(self) -> int:
        """Return how many tasks about a person were ever opened in a pair."""
        row = tables.tasks.c
        return len(await self.rows(select(row.subject).where(row.kind == "look_at_person")))

    async def check(self) -> None:
        """Check the whole year: the mailbox, the journal, the people."""
        notice, event = tables.notices.c, tables.events.c
        kinds = {row.id: row.kind for row in await self.rows(select(notice.id, notice.kind))}
        kinds |= {row.id: "digest" for row in await self.rows(select(tables.digests.c.id))}
        kinds |= {row.id: "sign-in code" for row in await self.rows(select(tables.sign_in_codes.c.id))}
        mails = self.mailbox.all()
        assert max(Counter(mail.message_id for mail in mails).values()) == 1, "no email twice"
        ids = ShownIds(Keyring(self.office.settings.key_file))
        by_kind = Counter((kinds[ids.inner_of_email(mail.message_id)], mail.recipients) for mail in mails)
        thanked = {who: count for (kind, who), count in by_kind.items() if kind == "mentor_thanked"}
        assert thanked
        assert set(thanked.values()) == {1}, "nobody is thanked twice"
        left = self.address(self.scenario.of[LEFT].mentor)
        assert self.mails_when_left > 0
        assert self.to(left), "before"
        assert self.to(left, after=self.mails_when_left) == [], "no email to somebody who left"
        refused = await self.rows(select(event.bytes).where(event.type == "ApplicationRefused"))
        emails = sum(count for (kind, _), count in by_kind.items() if kind == "application_refused")
        assert (len(refused), emails) == (1, 1)
        assert decode(refused[0].bytes).actor.id == self.driver.person("coordinator_north"), (
            "a person refused"
        )
        person, key = tables.people.c, tables.person_keys.c
        numbered = select(key.person)
        wanted = select(person.name, person.email, person.region, person.phone).where(person.id.in_(numbered))
        kept = ("name", "email", "region", "phone")
        truth = sorted(tuple(row[name] for name in kept) for row in self.lists.people.values())
        assert sorted(tuple(row) for row in await self.rows(wanted)) == truth, "nobody twice"
        for fate in self.scenario.fates:
            assert (await self.driver.relationship(fate))["outcome"] == fate.outcome, fate.key
        assert await self.tasks_about_people() == 2, "every lapse and every end one task"
        proven = await replay(self.office.settings)
        assert (proven.faults, proven.people > 0, proven.runs > 0) == ((), True, True)


@pytest.mark.slow
async def test_a_year_of_monthly_lists_thanks_nobody_twice_and_refuses_nobody_without_a_person() -> None:
    try:
        async with office_at_ten() as office, demo_clock(office.settings) as clock:
            year = Year(office, clock, Changing())
            try:
                await year.play()
                await year.check()
            finally:
                await year.driver.close()
                await year.http.aclose()
    except StartFailed as obstacle:
        unavailable(obstacle)
