"""People: the language of their emails, and their own calendar."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import httpx2 as httpx
import icalendar
import pytest
from sqlalchemy import select

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.app import create_app
from api_gateway.services.calendar_feed import words
from api_gateway.services.setting_up import SettingUp
from domain.actors import Role
from domain.ids import derive
from domain.journal import decode
from domain.languages import Language
from domain.messages import Command
from domain.relationship.any_stage.change_request import AskForChange
from domain.relationship.calendar_feed import OF_THE_PAIR
from domain.relationship.invitation import Occasion
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.meetings.plan import PlanMeetings
from tests.activities.postgres.test_journal import Stream
from tests.api_gateway.conftest import Client, add_person
from tests.api_gateway.importing import GOOD, PEOPLE, propose, roster
from tests.api_gateway.recorded import recorded_pair
from tests.conftest import PROGRAM
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, TERM

ANN = {"name": "Ann", "email": "ann@example.org", "role_title": "principal", "region": "r1"}


async def person(client: Client, handle: str, **more: Any) -> str:
    id = derive("p", handle)
    await add_person(client, id, **{**ANN, **more})
    return id


async def choose(client: Client, who: str, path: str, language: str, key: str = "l") -> Any:
    return await client.send(who, "POST", f"/v1/people/{path}/language", key=key, json={"language": language})


async def test_a_person_sees_and_chooses_the_language_of_their_emails(client: Client) -> None:
    own = await person(client, "mentee", phone="+1 612 555 0147")
    shown = (await client.send("mentee", "GET", "/v1/people/me")).json()
    assert (shown["id"], shown["language"], shown["phone"]) == (own, "en", "+1 612 555 0147")
    answer = await choose(client, "mentee", "me", "es")
    assert (answer.status_code, answer.json()) == (200, {"person": own, "language": "es"})
    assert (await client.send("mentee", "GET", "/v1/people/me")).json()["language"] == "es"
    again = await choose(client, "mentee", "me", "es")
    assert again.headers["idempotency-replayed"] == "true"


async def refusal_of(client: Client, **fields: str) -> tuple[int, list[tuple[str, str]]]:
    answer = await client.send("admin", "POST", "/v1/people", key="x", json={**ANN, **fields})
    return answer.status_code, [(each["pointer"], each["detail"]) for each in answer.json().get("errors", ())]


async def test_c18_an_address_that_not_every_mail_server_takes_is_refused(client: Client) -> None:
    body = {**ANN, "email": "nora@bücher.example"}
    await client.send("admin", "POST", "/v1/people", key="nora", json=body)
    [shown] = (await client.send("admin", "GET", "/v1/people", params={"q": "nora"})).json()["data"]
    assert shown["email"] == "nora@xn--bcher-kva.example"
    status, ((pointer, detail),) = await refusal_of(client, email="nöra@post.example")
    assert (status, pointer) == (422, "/email")
    assert detail.startswith("email: Before the @ this address has letters that not every mail server takes.")


async def test_c42_a_phone_number_may_have_an_extension(client: Client) -> None:
    await person(client, "mentee", phone="(218) 555-0101 ext. 12")
    assert (await client.send("mentee", "GET", "/v1/people/me")).json()["phone"] == "(218) 555-0101 ext. 12"
    status, ((pointer, detail),) = await refusal_of(client, phone="call me")
    assert (status, pointer) == (422, "/phone")
    assert "such as (218) 555-0101 ext. 12" in detail


async def test_c43_two_phone_numbers_in_one_field_are_refused_as_in_a_list(client: Client) -> None:
    status, ((pointer, detail),) = await refusal_of(client, phone="218-555-0101, 218-555-0102")
    assert (status, pointer) == (422, "/phone")
    assert "There are two phone numbers here, and the office keeps one. Write one of them." in detail


async def test_c43_a_name_has_no_sign_that_nobody_sees(client: Client) -> None:
    for sign in "\x85\u2028\u200b":
        status, ((pointer, detail),) = await refusal_of(client, name=f"An{sign}n")
        assert (status, pointer) == (422, "/name")
        assert f"U+{ord(sign):04X}" in detail


async def test_the_office_chooses_for_its_own_people_and_nobody_chooses_for_others(client: Client) -> None:
    own = await person(client, "mentee")
    await client.token("other", Role.PARTICIPANT)
    assert (await choose(client, "coordinator", own, "es")).status_code == 200
    assert (await choose(client, "elsewhere", own, "en")).status_code == 404
    assert (await choose(client, "other", own, "en")).status_code == 403
    assert (await choose(client, "auditor", own, "en")).status_code == 403
    assert (await choose(client, "other", "me", "en", key="own")).json()["code"] == "unknown_person"
    assert (await client.send("mentee", "GET", "/v1/people/me")).json()["language"] == "es"


async def test_a_language_that_the_office_does_not_offer_is_refused_with_its_field(client: Client) -> None:
    await person(client, "mentee")
    answer = await choose(client, "mentee", "me", "fr")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/language"]
    body = {**ANN, "phone": "call me"}
    refused = await client.send("admin", "POST", "/v1/people", key="x", json=body)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/phone"]


async def test_the_choice_is_recorded_without_the_language(client: Client) -> None:
    own = await person(client, "mentee")
    await choose(client, "mentee", "me", "es")
    async with client.office.database.transaction() as connection:
        kept = select(tables.events.c.bytes).where(tables.events.c.type == "LanguageChosen")
        [encoded] = await connection.scalars(kept)
    assert own.encode() in bytes(encoded)
    assert b'"es"' not in bytes(encoded)


async def test_nobody_chooses_the_id_of_a_new_person(client: Client) -> None:
    """An id that is somebody's in another association would be refused otherwise, and so told."""
    body = {**ANN, "id": derive("p", "chosen")}
    answer = await client.send("admin", "POST", "/v1/people", key="chosen", json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/id"]
    one, other = [
        (await client.send("admin", "POST", "/v1/people", key=key, json=ANN)).json()["person"]
        for key in ("one", "other")
    ]
    assert len({one, other}) == 2


HEADING = PEOPLE.strip() + ",phone,language\n"
ROW = "ann,Ann A,ann@example.org,principal,D1,r1,"


async def test_a_roster_may_name_language_and_telephone_and_overwrites_no_choice(client: Client) -> None:
    term = await open_own_term(client)
    files = {"people": f"{HEADING}{ROW},612-555-0147,es\nben,Ben B,ben@example.org,principal,D1,r1,,,\n"}
    assert (await roster(client, term, files)).json()["state"] == "done"
    await client.send("admin", "POST", f"/v1/people/{await ann(client)}/language", json={"language": "en"})
    assert (await roster(client, term, files, key="again")).status_code == 200
    assert (await roster(client, term, {"people": GOOD["people"]}, key="without")).status_code == 200
    async with client.office.database.transaction() as connection:
        table = tables.people.c
        found = await connection.execute(select(table.name, table.phone, table.language).order_by(table.name))
        assert [tuple(row) for row in found] == [("Ann A", "612-555-0147", "en"), ("Ben B", "", "en")]


async def test_a_roster_with_an_invalid_language_or_telephone_is_refused(client: Client) -> None:
    term = await open_own_term(client)
    proposal = (await propose(client, term, {"people": f"{HEADING}{ROW},call,klingon\n"})).json()
    found = {refused["column"]: (refused["code"], refused["rows"]) for refused in proposal["refused"]}
    assert found == {"phone": ("bad_phone", [2]), "language": ("unknown_language", [2])}


async def ann(client: Client) -> str:
    async with client.office.database.transaction() as connection:
        return str(await connection.scalar(select(tables.people.c.id).where(tables.people.c.name == "Ann A")))


# The calendar


async def open_own_term(client: Client) -> str:
    """Open a term over the dates of the sample pair, in the program of the test regions."""
    body = {"program": PROGRAM, "name": "t"}
    body |= {"first": TERM.first.isoformat(), "last": TERM.last.isoformat()}
    answer = await client.send("admin", "POST", "/v1/terms", key="term", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["term"])


async def pair(client: Client, *, confirmed: bool = True, then: tuple[type[Command], ...] = ()) -> None:
    """Record a pair in the journal, confirmed or only proposed, with tokens for the mentor and the coordinator.

    ``then`` holds commands that the mentee sends an hour later.
    """
    program = PROGRAM
    region = {"code": "r3", "name": "R3", "program": program}
    await client.send("admin", "POST", "/v1/regions", key="r3", json=region)
    stream = Stream("calendar")
    stream.case.state = replace(stream.case.state, program=program, term=await open_own_term(client))
    worker = Database(client.office.settings.database_url("worker"), size=2)
    try:
        records = SqlRecords(worker)
        await records.record(stream.opening())
        await records.record(stream.proposal())
        if confirmed:
            await records.record(stream.record(ConfirmMatch(id=derive("confirm"), actor=COORDINATOR)))
        stream.case.now += timedelta(hours=1)
        for kind in then:
            await records.record(stream.record(kind(id=derive(kind.__name__), actor=MENTEE)))
    finally:
        await worker.close()
    for name, actor in (("own mentor", MENTOR), ("own coordinator", COORDINATOR)):
        await client.token_of(name, actor.id, (actor.role,), actor.regions)


async def calendar(client: Client, who: str) -> icalendar.Calendar:
    answer = await client.send(who, "GET", "/v1/people/me/calendar")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    return icalendar.Calendar.from_ical(answer.text)


def entries_of(found: icalendar.Calendar) -> dict[str, tuple[date, date]]:
    """Return the summary of each calendar entry, with its first and last day."""
    days = timedelta(days=1)
    return {
        str(each["SUMMARY"]): (each["DTSTART"].dt, each["DTEND"].dt - days) for each in found.walk("VEVENT")
    }


async def test_a_mentor_finds_deadlines_breaks_and_holidays_in_their_own_language(client: Client) -> None:
    await pair(client)
    program = load_programs()[PROGRAM]
    name = program.wording.program
    english = entries_of(await calendar(client, "own mentor"))
    contact = f"{name}: get in touch with each other"
    assert english[contact][0] == english[contact][1] > date(2026, 8, 3)
    pause = next(each for each in program.rules.calendar.breaks if each.first >= TERM.first)
    label = program.label(pause.name)
    assert f"{name}: {label}" in english
    assert f"{name}: state holiday" in english
    await add_person(client, MENTOR.id, **ANN, language="es")
    spanish = entries_of(await calendar(client, "own mentor"))
    own = program.wording_in("es").program
    assert spanish[f"{own}: ponerse en contacto"] == english[contact]
    assert f"{own}: {program.label(pause.name, 'es')}" in spanish


async def test_every_break_and_holiday_of_the_term_is_listed_and_none_outside_it(client: Client) -> None:
    await pair(client)
    own = load_programs()[PROGRAM].rules.calendar
    found = await calendar(client, "own mentor")
    days = [each["DTSTART"].dt for each in found.walk("VEVENT") if "state holiday" in each["SUMMARY"]]
    assert days == [day for day in own.holidays if TERM.first <= day <= TERM.last]
    starts = [each["DTSTART"].dt for each in found.walk("VEVENT")]
    for pause in own.breaks:
        assert (pause.first in starts) == (pause.first <= TERM.last and TERM.first <= pause.last)


async def test_the_calendar_names_nobody_and_is_the_same_each_time(client: Client) -> None:
    await pair(client)
    first, again = [(await client.send("own mentor", "GET", "/v1/people/me/calendar")).text for _ in range(2)]
    assert first == again
    for hidden in (MENTEE.id, MENTOR.id, "mailto:"):
        assert hidden not in first


async def test_no_entry_reveals_by_its_time_that_the_partner_asked_for_a_change(client: Client) -> None:
    await pair(client, then=(AskForChange,))
    async with client.office.database.transaction() as connection:
        rows = await connection.scalars(select(tables.events.c.bytes).order_by(tables.events.c.seq))
        decided = {event.type: event.decided_at for event in map(decode, map(bytes, rows))}
    entries = (await calendar(client, "own mentor")).walk("VEVENT")
    stamps = {each["DTSTAMP"].dt for each in entries}
    assert decided["ChangeAsked"].replace(microsecond=0) not in stamps
    assert decided["MatchConfirmed"].replace(microsecond=0) in stamps


async def test_a_planned_meeting_is_in_the_calendar_with_length_way_and_place(client: Client) -> None:
    own = load_programs()[PROGRAM]
    place = RULES.schedule.places[0]
    async with recorded_pair(client) as pair:
        pair.case.state = replace(pair.case.state, program=PROGRAM)
        await pair.signed()
        row = PlanRow(on=date(2026, 8, 19), begins=time(15, 0), minutes=45, place=place, mode="video")
        await pair.do(PlanMeetings, MENTEE, rows=(row,))
        found = await calendar(client, "the mentor")
    [event] = [each for each in found.walk("VEVENT") if each["SUMMARY"].endswith(": meeting")]
    assert event["LOCATION"].lower() == own.label(place)
    assert event["DESCRIPTION"].startswith("By video. To move or cancel it")
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=45)


async def test_a_coordinator_finds_dated_tasks_and_a_stranger_finds_nothing(client: Client) -> None:
    await pair(client, confirmed=False)
    name = load_programs()[PROGRAM].wording.program
    found = entries_of(await calendar(client, "own coordinator"))
    assert f"{name}: state holiday" in found
    assert found[f"{name}: a task is due"][0] > date(2026, 8, 3)
    assert entries_of(await calendar(client, "mentee")) == {}
    assert (await client.send("", "GET", "/v1/people/me/calendar")).status_code == 401


@pytest.mark.parametrize("language", Language)
def test_the_calendar_has_words_for_everything_in_every_language(language: Language) -> None:
    own, english = words()[language], words()[Language.EN]
    assert own.keys() == english.keys()
    assert set(own["what"]) == {subject.value for subject in OF_THE_PAIR}
    assert set(own["occasion"]) == {occasion.value for occasion in Occasion}
    for key, text in english.items():
        if isinstance(text, str):
            assert re.findall(r"{\w+}", own[key]) == re.findall(r"{\w+}", text)


async def test_a_term_beyond_the_calendar_is_refused_outside_the_demo(client: Client) -> None:
    office = client.office
    setting_up = SettingUp(office.facts, office.writes, office.starter, demo=False)
    client.http._transport = httpx.ASGITransport(  # the same people, with an office that is not a demo
        app=create_app(replace(office, setting_up=setting_up))
    )
    body = {"program": "masa", "name": "far", "first": "2059-08-01", "last": "2060-06-30"}
    answer = await client.send("admin", "POST", "/v1/terms", key="far", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "calendar_too_short")


# The history of a person


async def test_the_history_of_a_person_is_for_those_who_may_see_it(client: Client) -> None:
    """C9: who changed which fields when; numbers and hashes only for those who check the chain."""
    own = await person(client, "mentee")
    await choose(client, "mentee", "me", "es")
    path = f"/v1/people/{own}/history"
    seen = (await client.send("coordinator", "GET", path)).json()["data"]
    assert [(each["type"], each["body"]["fields"]) for each in seen][1:] == [("PersonChanged", ["language"])]
    assert seen[1]["actor"]["id"] == own
    assert all("hash" not in each and "prev" not in each for each in seen)
    assert "hash" in (await client.send("auditor", "GET", path)).json()["data"][0]
    assert (await client.send("elsewhere", "GET", path)).status_code == 404
    assert (await client.send("payment", "GET", path)).status_code == 403
    assert (await client.send("mentee", "GET", path)).status_code == 403
    assert (await client.send("auditor", "GET", f"/v1/people/{derive('nobody')}/history")).status_code == 404


async def test_no_reader_sees_the_salt_of_an_entry(client: Client) -> None:
    await person(client, "mentee")
    [shown] = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    own = (await client.send("mentee", "GET", "/v1/people/me")).json()
    assert not {"salt", "email_plain", "name_plain", "district_plain"} & (shown.keys() | own.keys())
