"""The mentor who is proposed accepts: it is kept and told, and it confirms nothing."""

from dataclasses import replace

from domain.codec import from_plain, to_plain
from domain.relationship.parts.matching import Proposal
from domain.relationship.stages.matching.acceptance import AcceptMatch
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.tasks import TaskKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.relationship.steps import refused


def proposed() -> Case:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    return case


def why_confirm(case: Case) -> tuple[str, ...]:
    [task] = [each for each in case.state.tasks if each.kind is TaskKind.CONFIRM_MATCH and each.open]
    return task.why


def test_a_proposed_mentor_accepts_and_the_coordinator_still_confirms() -> None:
    case = proposed()
    assert why_confirm(case) == ()
    case.do(AcceptMatch, MENTOR)
    proposal = case.state.open_proposal
    assert proposal is not None
    assert proposal.accepted_at == case.now
    assert (case.state.stage, case.state.mentor) == ("matching", "")
    assert why_confirm(case) == ("mentor_accepted",)
    refused(case, "match_already_accepted", AcceptMatch, MENTOR)
    case.do(ConfirmMatch, COORDINATOR)
    assert case.state.mentor == MENTOR.id
    refused(case, "not_in_matching", AcceptMatch, MENTOR)


def test_only_the_proposed_mentor_accepts_and_a_mentee_learns_nothing_of_a_proposal() -> None:
    case = Case().apply()
    refused(case, "not_the_proposed_mentor", AcceptMatch, MENTEE)
    refused(case, "no_proposal", AcceptMatch, MENTOR)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "not_the_proposed_mentor", AcceptMatch, MENTEE)
    refused(case, "not_the_proposed_mentor", AcceptMatch, replace(MENTEE, id="f" * 32))
    refused(case, "role_not_allowed", AcceptMatch, COORDINATOR)


def test_a_mentor_who_has_accepted_declines_and_a_new_proposal_is_not_accepted_yet() -> None:
    case = proposed()
    case.do(AcceptMatch, MENTOR)
    case.do(DeclineMatch, MENTOR, reason="no_time")
    refused(case, "no_proposal", AcceptMatch, MENTOR)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert case.state.open_proposal is not None
    assert case.state.open_proposal.accepted_at is None
    assert why_confirm(case) == ()


def test_a_match_is_confirmed_without_an_answer() -> None:
    case = proposed()
    case.do(ConfirmMatch, COORDINATOR)
    assert case.state.stage == "contact"


def test_a_proposal_that_nobody_accepted_is_written_as_before() -> None:
    proposal = proposed().state.open_proposal
    assert proposal is not None
    assert "accepted_at" not in to_plain(proposal)
    assert from_plain(Proposal, to_plain(proposal)) == proposal
