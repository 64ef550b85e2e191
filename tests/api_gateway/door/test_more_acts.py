"""The rarer forms of the door: several pairs at once, forms of a program, what staff entered, matches, helpers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from api_gateway.door.own_address import own_address
from domain.acting_for import STAFF_ACTS
from domain.actors import StaffReason
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.notices import NoticeKind
from domain.relationship.any_stage.helpers import NameHelper
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit
from tests.api_gateway.door.test_my_page import page_of
from tests.api_gateway.door.test_statements import FORM, MY_PAGE
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair, live_pair, rules_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS
from workers.assembly import COMMANDS


def _agreed(pair: LivePair) -> LivePair:
    """Match a pair that has applied, and bring its agreement into force."""
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    pair.do(ConfirmMatch, COORDINATOR)
    pair.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    pair.sign(MENTEE)
    pair.sign(MENTOR)
    return pair


@pytest_asyncio.fixture
async def two(client: Client, worker: Database) -> tuple[LivePair, LivePair]:
    """Return two pairs of one mentor in a program whose mentors log for groups."""
    meetings = replace(rules_of().meetings, group_logs=True)
    one = _agreed(await live_pair(client, worker, meetings=meetings))
    other = LivePair(client, worker, one.rules, name="two")
    other.facts = replace(other.facts, free_slot=2)
    other.apply(application=derive("application", "2"))
    _agreed(other)
    later = one.now + timedelta(days=20)
    for pair in (one, other):
        await pair.at(later)
    return one, other


async def test_a_mentor_logs_one_meeting_for_several_pairs(
    two: tuple[LivePair, LivePair], own: OwnForms
) -> None:
    form = await own.form(MENTOR, "LogGroupMeeting", two[0].id)
    assert {*form.choices["relationships"]} == {pair.id for pair in two}
    assert {*form.values["relationships"]} == {pair.id for pair in two}
    given = {"began_at__when": "yesterday", "began_at__time": "15:00", "mode": "in_person"}
    answer = await own.post(MENTOR, form, **given, minutes__usual="60", topics=["budget"])
    assert answer.status_code == 303, answer.text
    assert "recorded for all of these pairs" in (await own.follow(MENTOR, answer)).text
    [first, second] = [pair.state.meetings.log[-1] for pair in two]
    assert (first.minutes, first.group) == (60, second.group)
    await own.page(MENTEE, "LogGroupMeeting", two[0].id, status=404)
    for who, several in ((MENTOR, True), (MENTEE, False)):
        page = await (await own.browser(who)).get(f"/my/more/{two[0].id}")
        assert ("/my/acts/log-group-meeting/" in page.text) is several


async def test_my_page_of_a_mentor_with_several_pairs_lists_each_and_the_log_of_both(
    two: tuple[LivePair, LivePair], own: OwnForms, statements: list[str]
) -> None:
    browser = await own.browser(MENTOR)
    statements.clear()
    page = (await browser.get("/my")).text
    assert 0 < len(statements) <= MY_PAGE, "as many as for one pair"
    for pair in two:
        for address in (
            f"/my/agreement/{pair.id}",
            f"/my/more/{pair.id}",
            own_address("LogMeeting", pair.id),
        ):
            assert address in page, address
        more = (await browser.get(f"/my/more/{pair.id}")).text
        assert own_address("LogGroupMeeting", pair.id) in more
        other = (await (await own.browser(MENTEE)).get(f"/my/more/{pair.id}")).text
        assert own_address("LogGroupMeeting", pair.id) not in other
    statements.clear()
    assert (await browser.get(own_address("LogGroupMeeting", two[0].id))).status_code == 200
    assert 0 < len(statements) <= FORM


async def test_a_pair_that_takes_no_part_of_a_group_log_is_named_in_words_and_housekeeping_tells_it(
    two: tuple[LivePair, LivePair],
    own: OwnForms,
    client: Client,
    worker: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = two
    form = await own.form(MENTOR, "LogGroupMeeting", first.id)
    decides = client.engine.deciding[f"relationship/{second.id}"]

    async def refuses(command: Command) -> Receipt:
        if isinstance(command, LogGroupMeeting):
            client.engine.refuse("relationship_paused")
            refusal, client.engine.raises = (
                client.engine.raises,
                None,
            )  # of this pair alone, whoever is decided next
            raise refusal or AssertionError
        return await decides(command)

    monkeypatch.setitem(client.engine.deciding, f"relationship/{second.id}", refuses)
    given = {"began_at__when": "yesterday", "began_at__time": "15:00", "mode": "in_person"}
    answer = await own.post(MENTOR, form, **given, minutes__usual="60", topics=["budget"])
    assert answer.status_code == 409, answer.text
    assert "The meeting was recorded for the other pairs" in answer.text
    assert "Robin Reyes: " in answer.text
    assert "paused" in answer.text
    assert len(first.state.meetings.log) == 1
    assert not second.state.meetings.log
    async with client.office.database.transaction() as connection:
        row = tables.commands.c
        left = await connection.scalar(
            select(row.id).where(row.kind == "GroupMeeting", row.answered_at.is_(None))
        )
    assert left is not None
    monkeypatch.undo()
    backlog = SqlBacklog(worker, SqlClock(worker), COMMANDS)
    told = [each.command for each in await backlog.unanswered(10)]
    assert [(type(each), each.code) for each in told] == [(HearGroupRefusal, "relationship_paused")]
    async with client.office.database.transaction() as connection:
        answered = await connection.scalar(select(row.answer).where(row.id == left))
    assert {line["status"] for line in answered["results"]} == {"logged", "refused"}


async def test_a_form_is_picked_sent_and_changed(pair: LivePair, own: OwnForms) -> None:
    pick = await own.page(MENTEE, "SubmitForm", pair.id)
    assert f"/my/acts/submit-form/{pair.id}?form=region_feedback_mentee" in pick.text
    assert "special_application" not in pick.text, "there is a pair already"
    assert 'class="muted"' not in pick.text
    form = await own.form(MENTEE, "SubmitForm", pair.id, form="region_feedback_mentee")
    given = {name.replace(".", "__"): _fit(form.choices.get(name)) for name in form.asked}
    check = await own.post(MENTEE, form, **given)
    sent = await own.post(MENTEE, form_to(check.text, form.action), form_checked="yes")
    assert sent.status_code == 303, sent.text
    [filed] = [each for each in pair.state.filed if each.form == "region_feedback_mentee"]
    assert filed.person == MENTEE.id
    again = await own.form(MENTEE, "AmendForm", pair.id, document=filed.document)
    assert [again.values[name] for name in form.asked] == [[each] for each in given.values()]
    changed = await own.post(MENTEE, again)
    amended = await own.post(MENTEE, form_to(changed.text, again.action), form_checked="yes")
    assert amended.status_code == 303, amended.text
    assert pair.state.filed[-1].amends == filed.document
    await own.page(MENTOR, "AmendForm", pair.id, document=filed.document)


def _fit(choices: list[str] | None) -> str:
    """Return an answer that fits a question: its first choice, or some words."""
    return next(filter(None, choices)) if choices else "It goes well."


async def test_what_staff_entered_is_contradicted_by_its_link(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    staff = replace(COORDINATOR, acting_for=MENTOR.id, reason=StaffReason.BY_PHONE)
    pair.do(LogMeeting, staff, began_at=pair.now - timedelta(hours=2), minutes=60, mode="phone")
    await pair.at(pair.now + timedelta(hours=1))
    [entry] = pair.state.staff_acts
    data = {"act": entry.id, "entry": "LogMeeting", "said": "by_phone"}
    assert "LogMeeting" in STAFF_ACTS
    tokens = await mail.tokens(NoticeKind.ACTED_FOR_YOU, MENTOR, **data)
    page = await visit.open(tokens["ContradictStaffAct"])
    assert "Is what we entered for you wrong?" in page.text
    answer = await visit.send(tokens["ContradictStaffAct"], first_name="Sam")
    assert "Thank you for telling us" in (await visit.get(answer.headers["location"])).text
    assert pair.state.meetings.log[-1].status == "disputed"
    assert client.engine.sent[-1][2].actor.auth == "task_link"


async def test_a_proposed_mentor_declines_by_link_and_sees_nothing_of_the_pair_then(
    client: Client, worker: Database, visit: Visit, own: OwnForms
) -> None:
    pair = await live_pair(client, worker)
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.at(pair.now + timedelta(hours=1))
    mail = Mail.of(client, worker, pair)
    tokens = await mail.tokens(NoticeKind.MATCH_PROPOSED, MENTOR)
    page = await visit.open(tokens["DeclineMatch"])
    assert "Robin" not in page.text
    mine = await page_of(own, MENTOR)
    accept, decline = mine.index("Accept this match"), mine.index("Decline this match")
    assert accept < decline < mine.index("If you do not answer, your ")
    assert "There is nothing to do today." not in mine
    answer = await visit.send(tokens["DeclineMatch"], reason="no_time", first_name="Sam")
    done = await visit.get(answer.headers["location"])
    assert "The match is declined" in done.text
    assert pair.state.matching.proposal is None


async def test_a_proposed_mentor_accepts_by_link_and_can_still_decline(
    client: Client, worker: Database, visit: Visit, own: OwnForms
) -> None:
    pair = await live_pair(client, worker)
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.at(pair.now + timedelta(hours=1))
    tokens = await Mail.of(client, worker, pair).tokens(NoticeKind.MATCH_PROPOSED, MENTOR)
    assert [*tokens] == ["AcceptMatch", "DeclineMatch"]
    page = await visit.open(tokens["AcceptMatch"])
    assert "Accept this match" in page.text
    assert "Robin" not in page.text
    answer = await visit.send(tokens["AcceptMatch"], first_name="Sam")
    done = (await visit.get(answer.headers["location"])).text
    assert "You have accepted the match" in done
    assert "Until then you can still decline." in done
    assert client.engine.sent[-1][2].actor.auth == "task_link"
    assert pair.state.open_proposal is not None
    assert pair.state.open_proposal.accepted_at is not None
    assert pair.state.stage == "matching"
    mine = await page_of(own, MENTOR)
    assert "You accepted to be a mentor on " in mine
    assert own_address("AcceptMatch", pair.id) not in mine
    assert own_address("DeclineMatch", pair.id) in mine
    again = await own.page(MENTOR, "AcceptMatch", pair.id)
    assert "You have already accepted it, on " in again.text
    assert own_address("DeclineMatch", pair.id) in again.text
    hers = await own.page(MENTEE, "AcceptMatch", pair.id)
    assert "accepted it" not in hers.text
    await visit.send(tokens["DeclineMatch"], reason="no_time", first_name="Sam")
    assert pair.state.matching.proposal is None


async def test_after_a_decline_the_link_to_accept_opens_nothing(
    client: Client, worker: Database, visit: Visit
) -> None:
    pair = await live_pair(client, worker)
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.at(pair.now + timedelta(hours=1))
    tokens = await Mail.of(client, worker, pair).tokens(NoticeKind.MATCH_PROPOSED, MENTOR)
    await visit.send(tokens["DeclineMatch"], reason="no_time", first_name="Sam")
    dead = await visit.post("/t", {"token": tokens["AcceptMatch"]})
    assert dead.status_code == 404


async def test_a_mentee_agrees_to_a_helper(pair: LivePair, own: OwnForms) -> None:
    pair.do(NameHelper, MENTOR, helper=derive("person", "helper"), topic="budget")
    await pair.at(pair.now + timedelta(hours=1))
    await own.send(MENTEE, "AnswerHelper", pair.id, consent="yes")
    assert pair.state.helpers[0].status == "agreed"
    closed = await own.page(MENTOR, "AnswerHelper", pair.id)
    assert "This cannot be done now" in closed.text
