"""What was signed, in which language and by whom, as the page of an agreement and the form of a signature say it."""

from datetime import timedelta

import pytest

from activities.adapters.postgres.database import Database
from domain.relationship.stages.agreement.drafting import DraftAgreement
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_my_page import page_of
from tests.api_gateway.door.test_own_acts import in_touch
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR, TERMS

pytestmark = pytest.mark.usefixtures("client")


async def test_a_translation_of_an_agreement_says_which_text_was_signed(
    pair: LivePair, own: OwnForms
) -> None:
    place = f"/my/agreement/{pair.id}"
    assert "This text is a translation" not in await page_of(own, MENTEE, place)
    browser = await own.browser(MENTEE)
    form = form_to((await browser.get("/my")).text, "/my/language")
    await browser.post("/my/language", form.filled())
    said = "Este texto es una traducción: lo que se firmó es el texto en inglés."
    assert (await page_of(own, MENTEE, place)).count(said) == 1


async def test_who_signs_second_reads_that_the_partner_has_signed(
    client: Client, worker: Database, own: OwnForms
) -> None:
    made = await in_touch(client, worker)
    made.do(DraftAgreement, MENTOR, terms=TERMS)
    await made.at(made.now + timedelta(hours=1))
    assert "signed on" not in (await own.page(MENTOR, "SignAgreement", made.id)).text
    made.sign(MENTEE)
    await made.at(made.now + timedelta(hours=1))
    page = (await own.page(MENTOR, "SignAgreement", made.id)).text
    assert "Robin Reyes signed on " in page
    assert "It takes effect once you have signed, too." in page
