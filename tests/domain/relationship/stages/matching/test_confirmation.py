"""What happens to a proposal: its conflict is waived, it is declined, it is confirmed."""

from dataclasses import replace

from domain.actors import Actor, Role
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.conflicts import WaiveConflict
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, SECOND, Case, person
from tests.domain.relationship.steps import refused

STRANGER = Actor(id=person("stranger"), role=Role.PARTICIPANT)


def test_a_conflict_blocks_until_a_second_person_waives_it() -> None:
    case = Case(facts=replace(FACTS, conflicts=("family",))).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert "waive_conflict" in case.open_tasks()
    refused(case, "conflict_not_waived", ConfirmMatch, COORDINATOR)
    refused(case, "waiver_is_proposer", WaiveConflict, COORDINATOR, reason="small_region")
    refused(case, "unknown_reason", WaiveConflict, SECOND, reason="")
    case.do(WaiveConflict, SECOND, reason="small_region")
    case.do(ConfirmMatch, COORDINATOR)
    assert case.state.stage == "contact"


def test_a_declined_match_frees_the_slot_and_seeks_another_mentor() -> None:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "proposal_open", ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "not_a_participant", DeclineMatch, STRANGER, reason="no_time")
    case.do(DeclineMatch, MENTOR, reason="no_time")
    assert [slot.released_at is None for slot in case.state.slots] == [False]
    assert "propose_mentor" in case.open_tasks()
    refused(case, "no_proposal", ConfirmMatch, COORDINATOR)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert [slot.released_at is None for slot in case.state.slots] == [False, True]


def test_confirmation_looks_at_memberships_again() -> None:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.facts = replace(FACTS, memberships={MENTEE.id: "active"})
    refused(case, "mentor_not_a_member", ConfirmMatch, COORDINATOR)
    refused(case, "confirmer_in_pair", ConfirmMatch, replace(COORDINATOR, id=MENTOR.id))
