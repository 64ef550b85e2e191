"""A form that cannot be filled in now says why and leads on; what cannot be taken back is shown once more."""

import re
from datetime import timedelta

import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.associations import Association
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.visibility import participant, sight_of
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_own_acts import in_touch
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

STRANGE = "0" * 32


@pytest_asyncio.fixture
async def new_pair(client: Client, worker: Database) -> LivePair:
    """Return a pair that has been in touch, without an agreement."""
    return await in_touch(client, worker)


async def test_an_agreement_that_nobody_has_written_leads_to_its_writing(
    new_pair: LivePair, own: OwnForms
) -> None:
    page = (await own.page(MENTEE, "SignAgreement", new_pair.id)).text
    assert "Nothing is written yet." in page
    more = await (await own.browser(MENTEE)).get(f"/my/more/{new_pair.id}")
    assert "/my/acts/draft-agreement/" in more.text
    assert "/my/acts/sign-agreement/" not in more.text
    assert f'href="/my/acts/draft-agreement/{new_pair.id}"' in page
    assert "Write your agreement with Sam Ortiz" in page
    assert "first-name" not in page
    meeting = (await own.page(MENTEE, "LogMeeting", new_pair.id)).text
    assert "Nothing is written yet." in meeting


async def test_who_finds_the_first_contact_recorded_reads_by_whom_and_what_comes_next(
    new_pair: LivePair, own: OwnForms
) -> None:
    page = (await own.page(MENTOR, "ConfirmFirstContact", new_pair.id)).text
    mine = (await own.page(MENTEE, "ConfirmFirstContact", new_pair.id)).text
    by_mentee = "Robin Reyes recorded on" in page
    assert ("You recorded on" in (mine if by_mentee else page)) is True
    assert ("Sam Ortiz recorded on" in mine) is not by_mentee
    for each in (page, mine):
        assert "This cannot be done now" not in each
        assert f'href="/my/acts/draft-agreement/{new_pair.id}"' in each
        assert "that you have been in touch" in each or "that the two of you have been in touch" in each


async def test_a_dispute_says_where_it_goes_and_offers_to_correct_instead(
    pair: LivePair, own: OwnForms
) -> None:
    held = {"began_at__when": "yesterday", "began_at__time": "15:00", "mode": "in_person"}
    await own.send(MENTOR, "LogMeeting", pair.id, **held, minutes__usual="30", topics=["budget"])
    about = {"meeting": pair.state.meetings.log[-1].id}
    page = (await own.page(MENTEE, "DisputeMeeting", pair.id, **about)).text
    assert "and you cannot take it back." in page
    assert f'href="/my/acts/correct-meeting/{pair.id}?meeting={about["meeting"]}"' in page


async def test_reasons_for_another_partner_begin_with_those_that_fit(pair: LivePair, own: OwnForms) -> None:
    page = (await own.page(MENTEE, "ChangePartner", pair.id)).text
    assert "End your mentoring with Sam Ortiz and change partner" in page
    assert "We do not suit each other, and nobody is at fault" in page
    values = re.findall(r'name="reason"[^>]*value="(\w+)"', page)
    assert values[:2] == ["no_fault", "schedule"]
    assert sorted(values) == sorted(pair.rules.ending_reasons)
    other = (await own.page(MENTEE, "EndRelationship", pair.id)).text
    assert re.findall(r'name="reason"[^>]*value="(\w+)"', other) == [*pair.rules.ending_reasons]


async def test_who_has_signed_reads_since_when_it_waits_and_then_that_it_is_in_effect(
    new_pair: LivePair, own: OwnForms
) -> None:
    id = new_pair.id
    new_pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await new_pair.at(new_pair.now + timedelta(days=1))
    assert "Change your agreement with Robin Reyes" in (await own.page(MENTOR, "DraftAgreement", id)).text
    form = await own.form(MENTEE, "SignAgreement", id)
    other_tab = await own.form(MENTEE, "SignAgreement", id)
    first = await own.post(MENTEE, form, first_name="Robin Reyes")
    said = (await own.follow(MENTEE, first)).text
    assert "You have signed the agreement" in said
    assert "Now Sam Ortiz has to sign it." in said
    page = (await own.page(MENTEE, "SignAgreement", id)).text
    assert "Sam Ortiz still has to sign." in page
    for who, signs in ((MENTEE, False), (MENTOR, True)):
        more = await (await own.browser(who)).get(f"/my/more/{id}")
        assert (f'href="/my/acts/sign-agreement/{id}"' in more.text) is signs
    assert "You signed on Wednesday, August 5, 2026; Sam Ortiz still" in page
    assert f'href="/my/agreement/{id}?version=1"' in page
    assert "first-name" not in page
    # The same form that is sent again is the same signature; another one says how it stands.
    assert (await own.post(MENTEE, form, first_name="Robin Reyes")).status_code == 303
    other = await own.post(MENTEE, other_tab, first_name="Robin Reyes")
    assert other.status_code == 409
    assert "Sam Ortiz still has to sign." in other.text
    last = await own.send(MENTOR, "SignAgreement", id, first_name="Sam Ortiz")
    done = (await own.follow(MENTOR, last)).text
    assert "The agreement is now in effect" in done
    assert "Now you can start your meetings." in done
    held = (await own.page(MENTEE, "SignAgreement", id)).text
    assert "You have both signed: in effect since Wednesday, August 5, 2026." in held
    assert f'href="/my/agreement/{id}?version=1"' in held
    assert "There is no draft" not in held


async def test_a_form_that_is_not_open_to_its_reader_says_so(pair: LivePair, own: OwnForms) -> None:
    for act in ("SignAgreement", "LogGroupMeeting", "SubmitMonthlyRecord", "SubmitTermSurvey"):
        page = await own.page(MENTEE, act, STRANGE, status=404)
        assert "This form is not open to you" in page.text
        assert "This page does not exist" not in page.text


async def test_the_form_of_a_change_says_who_can_read_what_as_the_office_shows_it(
    pair: LivePair, own: OwnForms, client: Client
) -> None:
    page = (await own.page(MENTEE, "ChangePartner", pair.id)).text
    assert "The other person in your pair can see which reason you choose." in page
    assert "only you can open it, in the download of your data." in page
    await own.send(MENTEE, "ChangePartner", pair.id, reason="no_fault", private_reason="We did not fit.")
    reads, id = client.office.reads, pair.id
    row = await reads.relationships.one(participant(MENTOR.id), id)
    assert row is not None
    assert row["outcome_reason"] == "no_fault"
    admin = sight_of("admin", (Role.ADMIN,), Association(regions=(row["region"],)))
    for sight, actor in ((participant(MENTOR.id), MENTOR), (admin, COORDINATOR)):
        assert await reads.documents.private_reason(sight, id, actor) is None
    kept = await reads.documents.private_reason(participant(MENTEE.id), id, MENTEE)
    assert kept is not None
    # What a coordinator is told in confidence is another act, and My page says that of it.
    mine = (await (await own.browser(MENTEE)).get("/my")).text
    assert "another partner" not in mine
    assert "that you made a complaint or told us that something is not going well" in mine


async def test_what_cannot_be_taken_back_is_shown_once_more(pair: LivePair, own: OwnForms) -> None:
    form = await own.form(MENTEE, "ChangePartner", pair.id)
    check = await own.post(MENTEE, form, reason="no_fault")
    assert check.status_code == 200
    assert "Your mentoring with Sam Ortiz ends today. This cannot be undone." in check.text
    assert pair.state.ended_at is None
    once_more = form_to(check.text, form.action)
    changed = await own.post(MENTEE, once_more, form_change="yes")
    assert form_to(changed.text, form.action).values["reason"] == ["no_fault"]
    answer = await own.post(MENTEE, once_more, form_checked="yes")
    done = (await own.follow(MENTEE, answer)).text
    assert pair.state.ended_at is not None
    assert "Your mentoring with Sam Ortiz has ended" in done
    assert "You keep your place in the program." in done
