"""A running relationship continues under other rules: on the real server, across runs, and in a replay."""

from dataclasses import replace

from temporalio.client import Client

from domain.codec import text_of
from domain.journal import decode
from domain.relationship.any_stage.rules_version import MoveRules
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.canonical_json import rules_digest
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, STATE_OFFICE
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, workers
from workers.audit.histories import replay_run
from workers.audit.replay import runs_of

NEWER = replace(RULES, version="2", contact=replace(RULES.contact, modes=("video",)))


async def test_what_follows_a_move_is_decided_and_recorded_under_the_new_rules(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue, cache=1):
        # With so short a history, the run continues as new right after the move: the next run also has the new rules.
        pair = Pair(client, start_of(first=today(), history_limit=40), queue)
        await pair.apply()
        await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        await pair.do(ConfirmMatch, COORDINATOR)
        office.facts = replace(office.facts, rules_text=text_of(NEWER))
        moved = MoveRules(id="ab" * 16, actor=STATE_OFFICE, rules_version="2", reason="new_cohort_rules")
        first = await pair.send(moved)
        assert await pair.send(moved) == first, "the same command again moves nothing"
        local = RULES.calendar.local_date(await pair.now())
        await pair.do(ConfirmFirstContact, MENTEE, contacted_on=local, mode="video")
        told = [decode(text.encode()) for text in office.streams[pair.start.relationship]]
        runs = await runs_of(client, pair.id)
        assert len(runs) > 1
        assert [(await replay_run(history)).fault for history in runs] == [""] * len(runs)
        await pair.handle.terminate()
    at = next(number for number, envelope in enumerate(told) if envelope.type == "RulesMoved")
    digests = [envelope.rules.digest for envelope in told if envelope.rules]
    assert set(digests[: at + 1]) == {pair.start.rules_digest}
    assert set(digests[at + 1 :]) == {rules_digest(text_of(NEWER))}
    assert "FirstContactMade" in [envelope.type for envelope in told[at + 1 :]]
