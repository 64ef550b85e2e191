"""An agreement that is to be changed: who has to sign it reads the new text, and what is in effect until then."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest_asyncio

from api_gateway.door.own_address import own_address, own_agreement_address
from domain.actors import Actor
from domain.relationship.stages.agreement.drafting import DraftAgreement
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import MENTEE, MENTOR, TERMS

NEW: Final = "About 45 minutes"
OLD: Final = "About 60 minutes"


@pytest_asyncio.fixture
async def amended(pair: LivePair) -> LivePair:
    """Return a pair whose mentor has written new terms while version 1 is in force."""
    assert TERMS.minutes == 60
    pair.do(DraftAgreement, MENTOR, terms=replace(TERMS, minutes=45))
    await pair.at(pair.now + timedelta(hours=1))
    return pair


async def shown(own: OwnForms, who: Actor, path: str) -> str:
    return text_of((await (await own.browser(who)).get(path)).text)


async def test_my_page_asks_both_to_sign_the_new_version_and_leads_to_its_text(
    amended: LivePair, own: OwnForms
) -> None:
    for who in (MENTEE, MENTOR):
        page = (await (await own.browser(who)).get("/my")).text
        assert f'href="{own_address("SignAgreement", amended.id)}"' in page
        assert "(version 2)" in page
        form = (await own.page(who, "SignAgreement", amended.id)).text
        changes, letter = form.split('class="letter"')
        assert "What changes compared with version 1, which is in effect" in changes
        assert NEW in changes.partition("No longer in it")[0]
        assert OLD in changes.partition("No longer in it")[2]
        assert NEW in letter
        assert OLD not in letter
        assert 'name="version" value="2"' in form


async def test_each_address_of_the_agreement_has_the_text_of_its_version(
    amended: LivePair, own: OwnForms
) -> None:
    here = own_agreement_address(amended.id)
    in_force, first, second = [
        await shown(own, MENTEE, path) for path in (here, f"{here}?version=1", f"{here}?version=2")
    ]
    assert in_force == first
    assert "In effect since" in first
    assert "What changes" not in first
    assert OLD in first
    assert "It is waiting for your signature. Until both of you have signed it, version 1 stays" in second
    assert "What changes compared with version 1" in second
    assert NEW in second
    page = (await (await own.browser(MENTEE)).get(f"{here}?version=2")).text
    assert f'href="{own_address("SignAgreement", amended.id)}"' in page
    assert f'href="{here}?version=1"' in page


async def test_who_has_signed_the_new_version_is_led_to_it_and_then_it_is_in_effect(
    amended: LivePair, own: OwnForms
) -> None:
    id = amended.id
    second = own_agreement_address(id, 2)
    await own.send(MENTEE, "SignAgreement", id, first_name="Robin Reyes")
    assert f'href="{second}"' in (await (await own.browser(MENTEE)).get("/my")).text
    assert f'href="{second}"' in (await own.page(MENTEE, "SignAgreement", id)).text
    assert "Sam Ortiz still has to sign. Until both of you have signed it, version 1" in await shown(
        own, MENTEE, second
    )
    await own.send(MENTOR, "SignAgreement", id, first_name="Sam Ortiz")
    assert amended.state.agreement.in_force == 2
    assert "In effect since" in await shown(own, MENTEE, own_agreement_address(id))
    assert "A later version has taken its place." in await shown(own, MENTEE, own_agreement_address(id, 1))
    assert "(version 2)" not in await shown(own, MENTOR, "/my")
