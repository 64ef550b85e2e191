"""A year with a lapse, a bounce, corrections, acts of staff and days without a mail server: every mailbox is read.

C14, C15, C16, C17, C27: what is asserted here is read from the emails themselves and from the journal, not by the
check of the year's report.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import pairwise

import pytest
import pytest_asyncio
from sqlalchemy import select

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.shown_ids import ShownIds
from domain.calendar import DAY, Calendar
from domain.journal import Envelope, decode
from tests.conftest import office_at_ten, unavailable
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.progress import silent
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.run import run_year
from workers.embedded.year.scenario import Scenario, scenarios

pytestmark = pytest.mark.asyncio(loop_scope="module")
DIGEST, URGENT, CODE = "digest", "urgent digest", "sign-in code"
REMINDERS = ("reminder", "survey_open", "forms_asked", "monthly_record_due", "still_looking")
AT_ONCE = (
    URGENT,
    CODE,
    "stipend_returned",
)
"""What somebody waits for, and what staff must know at any hour."""
LAST_WORDS = (
    "relationship_ended",
    "partner_changed",
    "forms_asked",
    "agreement_in_force",
    "mentor_thanked",
    "complaint_closed",
    "change_answered",
    "application_refused",
)
ON_THE_WAY = timedelta(seconds=5)
"""What was decided so shortly before an email left could not be known by it."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One email as its reader has it, with the event that caused it, if it is no digest."""

    number: int
    id: str
    to: tuple[str, ...]
    at: datetime
    subject: str
    text: str
    kind: str
    person: str = ""
    about: str = ""
    starts: datetime | None = None
    cause: Envelope | None = None


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year that is over: its scenario and first day, what arrived, and what was recorded."""

    scenario: Scenario
    start: date
    faults: list[str]
    mails: tuple[Mail, ...]
    events: dict[str, list[Envelope]]
    overtaken: int
    open_tasks: tuple[str, ...]

    @property
    def calendar(self) -> Calendar:
        return self.scenario.program_file.rules.calendar

    def hour(self, mail: Mail) -> tuple[date, time]:
        local = mail.at.astimezone(self.calendar.zone)
        return local.date(), local.time()

    def begins_soon(self, mail: Mail) -> bool:
        """Return whether an email is about something that begins before the next 09:00."""
        day, hour = self.hour(mail)
        next_morning = day if hour < time(9) else day + DAY
        return mail.starts is not None and mail.at <= mail.starts < self.calendar.at(next_morning, time(9))

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.to]

    def since(self, mail: Mail) -> list[Envelope]:
        """Return what was decided in the stream of an email after its cause, and before it left."""
        assert mail.cause is not None
        stream = self.events[mail.cause.stream]
        return [
            each for each in stream if each.seq > mail.cause.seq and each.decided_at <= mail.at - ON_THE_WAY
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    """Yield the year of the scenario in which the mail server is down for some days."""
    file = tmp_path_factory.mktemp("year") / "report.json"
    [scenario] = [each for each in scenarios() if "mail_outage" in each.data]
    try:
        async with office_at_ten() as office:
            await run_year(office, scenario, seed=11, report=file, say=silent)
            yield await _read(office, scenario, json.loads(file.read_text())["faults"])
    except StartFailed as obstacle:
        unavailable(obstacle)


async def _read(office: OfficeProcesses, scenario: Scenario, faults: list[str]) -> Year:
    database = Database(office.settings.database_url("migrator"), size=1)
    try:
        async with database.transaction() as connection:
            notices = (await connection.execute(select(tables.notices))).mappings().all()
            digests = (await connection.execute(select(tables.digests.c.id, tables.digests.c.task))).all()
            codes = (await connection.scalars(select(tables.sign_in_codes.c.id))).all()
            stored = await connection.scalars(select(tables.events.c.bytes).order_by(tables.events.c.seq))
            events: dict[str, list[Envelope]] = defaultdict(list)
            for each in map(decode, map(bytes, stored)):
                events[each.stream].append(each)
            [start] = await connection.scalars(select(tables.terms.c.first))
            task = tables.tasks.c
            todo = tuple(await connection.scalars(select(task.kind).where(task.closed_at.is_(None))))
    finally:
        await database.close()
    kinds = {row.id: URGENT if row.task else DIGEST for row in digests} | dict.fromkeys(codes, CODE)
    rows = {row["id"]: row for row in notices}
    shown = ShownIds(Keyring(office.settings.key_file))
    mailbox, mails = Mailbox(office.data.mails), []
    for caught in mailbox.all():
        message = mailbox.read(caught.number)
        assert message is not None
        id = shown.inner_of_email(caught.message_id)
        row = rows.get(id)
        mails.append(
            Mail(
                number=caught.number,
                id=caught.message_id,
                to=caught.recipients,
                at=parsedate_to_datetime(message["Date"]),
                subject=message["Subject"],
                text=_text(message),
                kind=row["kind"] if row else kinds[id],
                person=row["person"] if row else "",
                about=row["data"].get("about", "") if row else "",
                starts=datetime.fromisoformat(at) if row and (at := row["data"].get("starts_at")) else None,
                cause=events[row["subject"]][row["seq"] - 1] if row else None,
            )
        )
    overtaken = sum(row["status"] == "overtaken" for row in notices)
    return Year(
        scenario=scenario,
        start=start,
        faults=faults,
        mails=tuple(mails),
        events=events,
        overtaken=overtaken,
        open_tasks=todo,
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_the_year_holds_by_its_own_report(year: Year) -> None:
    assert not year.faults, year.faults
    assert len(year.mails) > 300
    assert {mail.kind for mail in year.mails} > {DIGEST, "meeting_to_confirm", "acted_for_you", "reminder"}


async def test_no_email_comes_twice(year: Year) -> None:
    assert max(Counter((mail.id, mail.to) for mail in year.mails).values()) == 1
    said: dict[tuple[object, ...], list[Mail]] = defaultdict(list)
    for mail in year.mails:
        words = re.sub(r"(Reference|Referencia) \S+|/t#\S+", "", mail.text)
        said[mail.to, mail.subject, words].append(mail)
    again = [pair for same in said.values() for pair in pairwise(same)]
    assert [second.subject for first, second in again if second.at - first.at < timedelta(days=2)] == []


async def test_every_email_comes_at_an_hour_of_its_class(year: Year) -> None:
    calendar = year.calendar
    for mail in year.mails:
        day, hour = year.hour(mail)
        what = f"{mail.subject!r} at {day:%a} {day} {hour:%H:%M}"
        by_reader = mail.cause is not None and mail.cause.actor.id == mail.person
        if by_reader or mail.kind in AT_ONCE or year.begins_soon(mail):
            continue
        assert day.weekday() < 5, what
        assert day not in calendar.holidays, what
        if mail.kind == DIGEST:
            assert time(9) <= hour < time(12), what
        elif mail.kind in REMINDERS:
            assert calendar.working(day), what
            assert time(9) <= hour < time(12), what
        else:
            assert time(7) <= hour < time(20), what


async def test_no_email_was_untrue_when_it_left(year: Year) -> None:
    for mail in year.mails:
        if mail.cause is None:
            continue
        said = year.since(mail)
        what = f"{mail.number} {mail.subject!r} after {[each.type for each in said]}"
        own_side = [each for each in said if each.actor.id == mail.person]
        assert not set(_answers(mail)) & {each.type for each in own_side}, what
        if mail.kind not in LAST_WORDS and mail.about != "form":
            assert not {"RelationshipEnded", "PartnerChanged"} & {each.type for each in said}, what
        if mail.kind == "reminder" and mail.about == "meeting":
            assert "MeetingLogged" not in {each.type for each in said}, what
        if mail.kind in ("meeting_to_confirm", "meeting_corrected", "correction_proposed"):
            changed = {each.body["meeting"] for each in said if each.type in _CHANGES}
            assert mail.cause.body["meeting"] not in changed, what


_CHANGES = ("MeetingCorrected", "MeetingWithdrawn", "MeetingResolved", "CorrectionTakenBack")


def _answers(mail: Mail) -> tuple[str, ...]:
    """Return the acts of its reader after which an email asks for what is done."""
    match mail.kind, mail.about:
        case "agreement_to_sign", _:
            return ("AgreementSigned",)
        case "survey_open", _:
            return ("SurveySubmitted",)
        case "reminder", "survey":
            return ("SurveySubmitted",)
        case "reminder", "agreement":
            return ("AgreementSigned",)
        case "continue_as_colleagues", _:
            return ("ContinuationAnswered",)
        case "match_proposed", _:
            return ("MatchAccepted", "MatchDeclined")
        case "acted_for_you", _:
            return ("StaffActConfirmed", "StaffActContradicted")
    return ()


async def test_no_reminder_comes_while_a_relationship_is_paused(year: Year) -> None:
    paused = 0
    for mail in year.mails:
        if mail.kind != "reminder" or mail.cause is None or mail.about in ("form", "pause"):
            continue
        before = [each.type for each in year.events[mail.cause.stream] if each.decided_at <= mail.at]
        last = [name for name in before if name in ("RelationshipPaused", "RelationshipResumed")]
        paused += bool(last)
        assert last[-1:] != ["RelationshipPaused"], mail.subject
    assert paused, "somebody was reminded after a pause"


async def test_the_emails_of_one_decision_keep_their_order_and_the_mailbox_its_dates(year: Year) -> None:
    assert [mail.at for mail in year.mails] == sorted(mail.at for mail in year.mails)
    decisions: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for mail in year.mails:
        if mail.cause is not None:
            decisions[mail.to, mail.cause.stream, mail.cause.cause.command].append(mail.cause.seq)
    assert any(len(seqs) > 1 for seqs in decisions.values())
    assert all(seqs == sorted(seqs) for seqs in decisions.values())
    for address in {address for mail in year.mails for address in mail.to}:
        kinds = [mail.kind for mail in year.to(address)]
        if "application_received" in kinds and "application_accepted" in kinds:
            assert kinds.index("application_received") < kinds.index("application_accepted"), address


def _of_mornings(year: Year) -> Iterator[list[Mail]]:
    """Yield the digests of each reader, the first one first."""
    of_reader: dict[tuple[str, ...], list[Mail]] = defaultdict(list)
    for mail in year.mails:
        if mail.kind == DIGEST:
            of_reader[mail.to].append(mail)
    assert of_reader
    yield from of_reader.values()


async def test_at_most_one_digest_a_person_and_morning(year: Year) -> None:
    for mails in _of_mornings(year):
        days = [year.hour(mail)[0] for mail in mails]
        assert len(days) == len(set(days)), mails[0].to


async def test_an_unchanged_list_comes_on_the_first_morning_of_a_week_only(year: Year) -> None:
    calendar = year.calendar
    for mails in _of_mornings(year):
        for before, after in pairwise(mails):
            day = year.hour(after)[0]
            monday = day - timedelta(days=day.weekday())
            open_days = [monday + n * DAY for n in range(day.weekday())]
            first = not any(each not in calendar.holidays for each in open_days)
            assert first or _news(after), f"{after.to} {day} after {year.hour(before)[0]}\n{after.text}"


def _news(mail: Mail) -> bool:
    """Return whether a digest says that something is new, due that day, late since a day, or still open."""
    marks = ("new", "nuevos?", "novedad(es)?", "due today", "vence hoy", "1 day late")
    marks += ("1 día de retraso", "still open", "sigue pendiente")
    said = mail.subject + mail.text.partition("\n--")[0]
    return any(re.search(rf"\b{mark}\b", said) for mark in marks)


async def test_nothing_comes_while_the_mail_server_is_down_and_all_that_still_matters_after_it(
    year: Year,
) -> None:
    hours = year.scenario.outage(year.start)
    assert hours is not None
    down, up = hours
    assert up - down > timedelta(days=3)
    assert [mail.subject for mail in year.mails if down <= mail.at < up] == []
    waited = [
        mail
        for mail in year.mails
        if mail.cause is not None and down <= mail.cause.decided_at < up <= mail.at
    ]
    assert waited, "what was decided meanwhile came afterward"
    assert all(mail.at - up < timedelta(days=4) for mail in waited)
    assert year.overtaken, "what was done meanwhile was not asked for any more"


async def test_a_corrected_address_gets_what_the_old_one_refused_and_still_matters(year: Year) -> None:
    [key] = [fate.mentee for fate in year.scenario.fates if fate.key == "refusing_mailbox"]
    [row] = [row for row in year.scenario.roster["people"] if row["key"] == key]
    assert year.to(row["email"]) == []
    mails = year.to(row["email"].removeprefix("refuse-"))
    kinds = [mail.kind for mail in mails]
    assert kinds.count("application_accepted") <= 1
    assert kinds.count("welcome_mentee") == 1
    assert "application_received" not in kinds, "the acceptance says it"
    assert "fix_address" not in year.open_tasks


async def test_who_is_said_to_have_met_hears_of_it_and_what_is_contradicted_is_told_to_nobody_again(
    year: Year,
) -> None:
    told = [mail for mail in year.mails if mail.kind == "acted_for_you"]
    acts = {mail.cause.body["act"] for mail in told if mail.cause is not None}
    assert len(acts) == len(told) == 3
    answers = [
        each
        for stream in year.events.values()
        for each in stream
        if each.type in ("StaffActConfirmed", "StaffActContradicted")
    ]
    assert {each.body["act"] for each in answers} == acts
    assert {each.type for each in answers} == {"StaffActConfirmed", "StaffActContradicted"}


async def test_the_year_has_a_lapse_and_logs_that_were_corrected_and_withdrawn(year: Year) -> None:
    types = Counter(each.type for stream in year.events.values() for each in stream)
    for wanted in ("MeetingCorrected", "CorrectionProposed", "MeetingWithdrawn", "OrderHeld"):
        assert types[wanted], wanted
