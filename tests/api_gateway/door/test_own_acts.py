"""The forms of a person who is signed in: the agreement, surveys, and every act that a mentor or mentee may send."""

from datetime import date, timedelta

import pytest_asyncio

from activities.adapters.postgres.database import Database
from api_gateway.door.acts import NO_FORM, OF_PAIR
from api_gateway.door.own_acts import BY_ADDRESS
from api_gateway.door.term_acts import OF_TERM
from api_gateway.http.carry_out import COMMANDS
from domain.actors import Role
from domain.messages import By
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.pages.live import LivePair, live_pair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS


@pytest_asyncio.fixture
async def unsigned(client: Client, worker: Database) -> LivePair:
    """Return a pair whose mentor has written an agreement that nobody has signed."""
    made = await live_pair(client, worker)
    made.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    made.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    made.do(ConfirmMatch, COORDINATOR)
    made.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    made.do(DraftAgreement, MENTOR, terms=TERMS)
    await made.at(made.now + timedelta(days=1))
    return made


def test_every_command_of_a_participant_has_a_form_or_a_reason() -> None:
    own = {
        kind.__name__
        for kinds in COMMANDS.values()
        for kind in kinds
        if kind.by in (By.OWN, By.OWN_OR_STAFF) and Role.PARTICIPANT in kind.roles
    }
    assert own == {*BY_ADDRESS.values()} | NO_FORM.keys()
    assert not {*BY_ADDRESS.values()} & NO_FORM.keys()
    assert {*OF_PAIR} & {*OF_TERM} == set()


async def test_a_mentee_reads_the_agreement_and_signs_it_with_the_whole_name(
    unsigned: LivePair, own: OwnForms, client: Client
) -> None:
    page = await own.page(MENTEE, "SignAgreement", unsigned.id)
    assert "Sign your agreement with Sam Ortiz" in page.text
    assert "Ground rules" in page.text or "ground rules" in page.text
    refused = await own.send(MENTEE, "SignAgreement", unsigned.id, status=422, first_name="Robin")
    assert "Write the whole name: Robin Reyes." in refused.text
    answer = await own.send(MENTEE, "SignAgreement", unsigned.id, first_name="robin  reyes")
    done = await own.follow(answer)
    assert "You have signed the agreement" in done.text
    draft = unsigned.state.agreement.draft
    assert draft is not None
    assert [side.value for side in draft.signed_by] == ["mentee"]
    [(_, _, command)] = client.engine.sent
    assert (command.actor.id, command.actor.auth) == (MENTEE.id, "sign_in_code")
    assert (command.version, command.digest) == (draft.version, draft.texts[0].digest)


async def test_a_text_that_changed_since_is_not_signed(unsigned: LivePair, own: OwnForms) -> None:
    form = await own.form(MENTEE, "SignAgreement", unsigned.id)
    unsigned.do(DraftAgreement, MENTOR, terms=TERMS)
    await unsigned.at(unsigned.now + timedelta(hours=1))
    stale = await own.visit.post(form.action, form.filled(first_name="Robin Reyes"))
    assert stale.status_code == 409
    assert "Something changed while this page was open" in stale.text
    assert 'value="Robin Reyes"' in stale.text
    draft = unsigned.state.agreement.draft
    assert draft is not None
    assert draft.signed_by == ()
    assert draft.texts[0].digest in stale.text
