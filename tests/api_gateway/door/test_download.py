"""Everything about oneself as a download: what one wrote is in it, the partner's own texts and cases are not."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Actor, Side
from domain.codec import instant_text
from domain.journal import decode
from domain.relationship.any_stage.complaint import OpenComplaint
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_after_sending import FORM
from tests.api_gateway.door.test_end_of_year import filled
from tests.api_gateway.door.test_saved_answers import in_survey
from tests.api_gateway.door.test_staff_see_the_door import sent_notice
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.test_emails_as_sent import left
from tests.domain.builders import MENTEE, MENTOR, document

WRITTEN = {"mentor": "MentorsOwnWords", "mentee": "MenteesOwnWords"}


@pytest_asyncio.fixture
async def complained(pair: LivePair) -> LivePair:
    """Return a pair that has met, of which the mentee has complained."""
    pair.do(
        LogMeeting,
        MENTOR,
        began_at=pair.now - timedelta(days=1),
        minutes=45,
        mode="video",
        topics=("budget",),
    )
    kind = pair.rules.endings.complaint_kinds[0]
    pair.do(OpenComplaint, MENTEE, about=kind, against=MENTOR.id, statement=document("statement"))
    await pair.at(pair.now)
    return pair


async def files(own: OwnForms) -> dict[str, Any]:
    """Return the file of each of the pair, with its text."""
    found = {}
    for side, who in (("mentor", MENTOR), ("mentee", MENTEE)):
        answer = await (await own.browser(who)).get("/my/download.json")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        found[side] = answer.text
    return found


async def test_the_download_has_the_own_data_and_of_a_case_its_status_for_who_opened_it(
    complained: LivePair, own: OwnForms
) -> None:
    found = await files(own)
    case = complained.state.complaints[0]
    for side, name in (("mentor", "Sam Ortiz"), ("mentee", "Robin Reyes")):
        about = json.loads(found[side])
        assert about["person"]["name"] == name
        [pair] = about["pairs"]
        assert pair["meetings"][0]["minutes"] == 45
        assert pair["agreement"]["version"] == 1
        assert len(about["sign_ins"]) == 1
        assert case.id not in found[side]
        assert ("complaint" in found[side].lower()) is (side == "mentee")
        assert "salt" not in about["person"]


async def test_who_complained_reads_how_it_stands_and_by_when_there_is_an_answer(
    complained: LivePair, own: OwnForms
) -> None:
    rules, opened = complained.rules, complained.state.complaints[0].opened_at
    endings = rules.endings
    second = endings.second_days if endings.complaint_needs_second else 0
    until = rules.calendar.after(rules.calendar.local_date(opened), endings.complaint_days + second)
    [pair] = json.loads((await files(own))["mentee"])["pairs"]
    [case] = pair["complaints"]
    assert {**case, "answer_by": datetime.fromisoformat(case["answer_by"])} == {
        "about": endings.complaint_kinds[0],
        "status": "open",
        "opened_at": instant_text(opened),
        "closed_at": None,
        "answer_by": until,
    }
    said = "Nobody has taken it on yet. You will have an answer by "
    for page in ("/my/download", f"/my/more/{complained.id}"):
        assert said in (await (await own.browser(MENTEE)).get(page)).text
        assert "Your complaint" not in (await (await own.browser(MENTOR)).get(page)).text
    assert "Your complaint" not in (await (await own.browser(MENTEE)).get("/my")).text


async def test_what_one_of_the_pair_wrote_is_not_in_the_download_of_the_other(
    pair: LivePair, own: OwnForms, client: Client, worker: Database
) -> None:
    use = next(each for each in pair.rules.forms if each.by.value in ("mentor", "mentee", "both"))
    for who, text in ((MENTOR, WRITTEN["mentor"]), (MENTEE, WRITTEN["mentee"])):
        drafts = client.office.drafts
        await drafts.save(
            {"note": text},
            relationship=pair.id,
            form=use.form,
            version=use.version,
            person=who.id,
            seen=0,
        )
    found = await files(own)
    for side, other in (("mentor", "mentee"), ("mentee", "mentor")):
        assert WRITTEN[side] in found[side]
        assert WRITTEN[other] not in found[side]


async def test_what_the_partner_handed_in_is_not_in_the_download(pair: LivePair, own: OwnForms) -> None:
    form = await own.form(MENTEE, "SubmitForm", pair.id, form=FORM)
    given = filled(form) | {"answers__wish": "MenteesOwnForm"}
    await own.send(MENTEE, "SubmitForm", pair.id, chosen={"form": FORM}, **given)
    assert pair.state.filed
    await in_survey(pair)
    for side, who in (("mentor", MENTOR), ("mentee", MENTEE)):
        form = await own.form(who, "SubmitSurvey", pair.id)
        given = filled(form) | {"answers__most_helpful": WRITTEN[side]}
        await own.send(who, "SubmitSurvey", pair.id, **given)
    found = await files(own)
    pages = {side: await _page(own, who) for side, who in (("mentor", MENTOR), ("mentee", MENTEE))}
    for side, other in (("mentor", "mentee"), ("mentee", "mentor")):
        for text in (found[side], pages[side]):
            assert WRITTEN[side] in text
            assert WRITTEN[other] not in text
            assert ("MenteesOwnForm" in text) == (side == "mentee")


@pytest.mark.parametrize("act", ["ChangePartner", "EndRelationship"])
async def test_the_sealed_reason_of_the_partner_is_not_in_the_download(
    pair: LivePair, own: OwnForms, act: str
) -> None:
    await own.send(MENTEE, act, pair.id, reason="no_fault", private_reason=WRITTEN["mentee"])
    await pair.at(pair.now)
    found = await files(own)
    assert WRITTEN["mentee"] in found["mentee"]
    assert WRITTEN["mentee"] not in found["mentor"]
    assert WRITTEN["mentee"] in await _page(own, MENTEE)
    assert WRITTEN["mentee"] not in await _page(own, MENTOR)


async def test_that_the_partner_asks_for_a_change_is_not_in_the_download(
    pair: LivePair, own: OwnForms
) -> None:
    without, page = (await files(own))["mentor"], await _page(own, MENTOR)
    await own.send(MENTEE, "AskForChange", pair.id)
    assert pair.state.change_asked == (Side.MENTEE,)
    assert _lasting((await files(own))["mentor"]) == _lasting(without)
    assert _lasting(await _page(own, MENTOR)) == _lasting(page)


def _lasting(text: str) -> str:
    """Return a download without the moments at which it was made and asked for."""
    text = re.sub(r'"(made_at|used_at|as_of)": "[^"]*"', "", text)
    return re.sub(r'value="[0-9a-f-]{20,}"|datetime="[^"]*"|title="[^"]*"', "", text)


async def _page(own: OwnForms, who: Actor) -> str:
    return (await (await own.browser(who)).get("/my/download")).text


async def test_the_page_reads_the_same_in_words(complained: LivePair, own: OwnForms) -> None:
    page = (await (await own.browser(MENTEE)).get("/my/download")).text
    assert "Robin Reyes" in page
    assert "All meetings (1)" in page
    assert "/my/download.json" in page
    assert complained.state.complaints[0].id not in page


async def test_reading_an_email_again_is_noted(pair: LivePair, own: OwnForms, client: Client) -> None:
    for who in (MENTOR, MENTEE):
        await left(client, pair.id, id=await sent_notice(client, pair, who.id), subject=f"For {who.id}")
    assert await _readers(client) == []
    found = await files(own)
    assert await _readers(client) == sorted((MENTOR.id, MENTEE.id))
    for side, who, other in (("mentor", MENTOR, MENTEE), ("mentee", MENTEE, MENTOR)):
        assert [each["subject"] for each in json.loads(found[side])["emails"]] == [f"For {who.id}"]
        assert f"For {other.id}" not in found[side]


async def _readers(client: Client) -> list[str]:
    """Return who has opened an email, once for each time."""
    event = tables.events.c
    async with client.office.database.transaction() as connection:
        read = await connection.scalars(select(event.bytes).where(event.type == "EmailRead"))
        return sorted(decode(bytes(each)).actor.id for each in read)
