"""What an email about an entry of staff knows when it leaves: what was entered, and whether its reader has to sign."""

from dataclasses import replace
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.ports.notices import NoticeToSend
from domain.actors import Actor, StaffReason
from domain.notices import NoticeKind
from domain.relationship.any_stage.staff_acts import ContradictStaffAct
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.contact.checklist import TickChecklist
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from tests.api_gateway.conftest import MINE, Client
from tests.api_gateway.pages.sample_office import COORDINATOR, REGION, TERMS, NamedPair, fill
from tests.conftest import NOW


class Entries:
    """A pair for which a coordinator enters what the two told, and the emails about it."""

    def __init__(self, client: Client, worker: Database) -> None:
        self.pair = NamedPair("Nia Low", "Lee Park", NOW - timedelta(days=16)).matched()
        self.pair.days(2)
        self._client, self._worker = client, worker

    def enter(self, kind: type, person: Actor, reason: StaffReason, **given: object) -> None:
        """Have the coordinator enter something for one of the two."""
        staff = replace(COORDINATOR, acting_for=person.id, reason=reason)
        self.pair.do(kind, staff, **given)

    async def email(self, kind: NoticeKind, person: Actor) -> NoticeToSend:
        """Return the newest email of a kind to one of the two, as it would leave now."""
        await self.pair.store(SqlRecords(self._worker))
        row = tables.notices.c
        wanted = select(row.id).where(row.kind == kind, row.person == person.id).order_by(row.seq.desc())
        async with self._worker.transaction() as connection:
            id = await connection.scalar(wanted.limit(1))
        found = await NoticeRecords(self._worker, self._client.office.clock).to_send(id)
        assert found is not None
        return found


@pytest_asyncio.fixture
async def entries(client: Client, worker: Database) -> Entries:
    """Return a pair that was matched some days ago, with its people, term and rules."""
    await fill(client, worker, ())
    made = Entries(client, worker)
    blank = dict.fromkeys(("email", "role_title", "district"), "")
    people = [
        {"id": id, "name": name, "region": REGION, "association": MINE, "created_at": NOW, **blank}
        for id, name in made.pair.names.items()
    ]
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people), people)
    return made


async def test_day_and_way_of_a_first_contact_are_known(entries: Entries) -> None:
    pair, day = entries.pair, entries.pair.now.date()
    entries.enter(ConfirmFirstContact, pair.mentee, StaffReason.BY_PHONE, contacted_on=day, mode="phone")
    email = await entries.email(NoticeKind.ACTED_FOR_YOU, pair.mentee)
    assert (email.contacted_on, email.contact_mode) == (day, "phone")
    assert not email.to_sign


async def test_an_agreement_that_staff_wrote_has_its_text_and_is_to_be_signed_until_it_is(
    entries: Entries,
) -> None:
    pair = entries.pair
    pair.do(ConfirmFirstContact, pair.mentee, contacted_on=pair.now.date(), mode="phone")
    entries.enter(DraftAgreement, pair.mentor, StaffReason.BY_PHONE, terms=TERMS)
    email = await entries.email(NoticeKind.ACTED_FOR_YOU, pair.mentor)
    assert (email.version, email.to_sign) == ("1", True)
    assert email.digest == pair.digest("en")
    assert "60 minutes" in email.agreement
    assert email.due is not None
    pair.days(1)
    pair.sign(pair.mentor)
    assert not (await entries.email(NoticeKind.ACTED_FOR_YOU, pair.mentor)).to_sign
    pair.days(1)
    pair.do(DraftAgreement, pair.mentee, terms=replace(TERMS, minutes=45))
    later = await entries.email(NoticeKind.ACTED_FOR_YOU, pair.mentor)
    assert (later.version, later.to_sign) == ("1", False)
    assert "60 minutes" in later.agreement, "it shows what was entered then"


async def test_a_signature_on_paper_tells_the_other_to_sign_only_while_that_is_missing(
    entries: Entries,
) -> None:
    pair = entries.pair
    pair.do(ConfirmFirstContact, pair.mentee, contacted_on=pair.now.date(), mode="phone")
    pair.do(DraftAgreement, pair.mentee, terms=TERMS)
    paper = {"version": 1, "digest": pair.digest("en"), "scan": "0" * 32}
    entries.enter(SignAgreement, pair.mentee, StaffReason.ON_PAPER, **paper)
    email = await entries.email(NoticeKind.ACTED_FOR_PARTNER, pair.mentor)
    assert (email.data["version"], email.to_sign) == ("1", True)
    assert email.agreement == "", "the email that asks for the signature has the text"
    assert not (await entries.email(NoticeKind.ACTED_FOR_YOU, pair.mentee)).to_sign
    pair.days(1)
    pair.sign(pair.mentor)
    assert not (await entries.email(NoticeKind.ACTED_FOR_PARTNER, pair.mentor)).to_sign
    [act] = [each.id for each in pair.state.staff_acts]
    pair.do(ContradictStaffAct, pair.mentee, act=act)
    assert not (await entries.email(NoticeKind.ACTED_FOR_PARTNER, pair.mentor)).to_sign


async def test_once_both_have_signed_the_partner_is_told_when_the_agreement_takes_effect(
    entries: Entries,
) -> None:
    pair = entries.pair
    pair.do(ConfirmFirstContact, pair.mentee, contacted_on=pair.now.date(), mode="phone")
    pair.do(DraftAgreement, pair.mentee, terms=TERMS)
    pair.sign(pair.mentor)
    paper = {"version": 1, "digest": pair.digest("en"), "scan": "0" * 32}
    entries.enter(SignAgreement, pair.mentee, StaffReason.ON_PAPER, **paper)
    [act] = pair.state.staff_acts
    for kind, who in ((NoticeKind.ACTED_FOR_PARTNER, pair.mentor), (NoticeKind.ACTED_FOR_YOU, pair.mentee)):
        email = await entries.email(kind, who)
        assert (email.to_sign, email.effective_from) == (False, act.until)


async def test_the_points_of_a_first_meeting_and_the_meetings_planned_are_known(entries: Entries) -> None:
    pair, day = entries.pair, entries.pair.now.date()
    pair.do(ConfirmFirstContact, pair.mentee, contacted_on=day, mode="phone")
    first, second, *_ = pair.rules.contact.checklist
    entries.enter(TickChecklist, pair.mentee, StaffReason.BY_PHONE, items=(first, second), done_on=day)
    for kind, who in ((NoticeKind.ACTED_FOR_YOU, pair.mentee), (NoticeKind.ACTED_FOR_PARTNER, pair.mentor)):
        email = await entries.email(kind, who)
        assert (email.points, email.points_on, email.planned) == ((first, second), day, ())
