"""The two signatures are those of two people: nobody signs twice, for another person, or in a second role."""

from dataclasses import replace
from typing import Any

import pytest

from domain.actors import Role
from domain.errors import RuleViolation
from domain.ids import derive
from domain.messages import Command, Receipt
from tests.api_gateway.conftest import Client, broken
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR


def decides(client: Client, pair: RecordedPair) -> None:
    """Make the engine answer from the pair's own state."""

    async def answer(command: Command) -> Receipt:
        fields = {name: getattr(command, name) for name in ("version", "digest")}
        try:
            await pair.do(type(command), command.actor, **fields)
        except RuleViolation as violation:
            refusal = broken(violation.code, violation.field)
        else:
            return Receipt(command=command.id, stream=pair.case.id, seq=9, hash="b" * 64, state="agreement")
        raise refusal

    client.engine.deciding[f"relationship/{pair.case.id}"] = answer


async def signs(client: Client, pair: RecordedPair, name: str, key: str, **more: Any) -> tuple[int, str]:
    body = {"version": 1, "digest": pair.case.digest(), **more}
    answer = await client.send(name, "POST", f"{pair.path}/sign-agreement", key=key, json=body)
    return answer.status_code, answer.json().get("code", "")


async def test_one_person_has_one_signature_with_any_role_and_token(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        decides(client, pair)
        every = (Role.ADMIN, Role.COORDINATOR, Role.PAYMENT_STAFF, Role.PARTICIPANT)
        await client.token_of("mentor with every role", MENTOR.id, every, ())
        assert await signs(client, pair, "mentor and coordinator", "1") == (200, "")
        draft = pair.case.state.agreement.draft
        assert draft is not None
        assert [side.value for side in draft.signed_by] == ["mentor"]
        for number, name in enumerate(("the mentor", "mentor and coordinator", "mentor with every role")):
            assert await signs(client, pair, name, f"again{number}") == (409, "already_signed")
        assert pair.case.state.agreement.in_force == 0
        assert await signs(client, pair, "the mentee", "2") == (200, "")
        assert pair.case.state.agreement.in_force == 1


async def test_nobody_signs_for_another_person(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        decides(client, pair)
        await client.token_of("stranger", derive("stranger"), (Role.PARTICIPANT,), ())
        await client.token_of(
            "coordinator who mentors others", COORDINATOR.id, (Role.COORDINATOR, Role.PARTICIPANT), ()
        )
        for name in ("the coordinator", "admin", "payment", "auditor"):
            assert await signs(client, pair, name, name) == (403, "role_not_allowed")
        assert await signs(client, pair, "stranger", "stranger") == (404, "not_found")
        colleague = "coordinator who mentors others"
        assert await signs(client, pair, colleague, colleague) == (404, "not_found"), "no pair of theirs"
        for claimed in ({"side": "mentee"}, {"by": "mentee"}, {"actor": {"id": MENTEE.id}}):
            key = "-".join(claimed)
            assert (await signs(client, pair, "the mentor", key, **claimed))[0] == 422
        draft = pair.case.state.agreement.draft
        assert draft is not None
        assert draft.signed_by == ()


async def test_the_key_of_one_side_is_no_signature_of_the_other(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        decides(client, pair)
        assert await signs(client, pair, "the mentor", "same") == (200, "")
        assert await signs(client, pair, "the mentor", "same") == (200, "")
        assert pair.case.state.agreement.in_force == 0
        assert await signs(client, pair, "the mentee", "same") == (200, "")
        assert pair.case.state.agreement.in_force == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTICIPANT])
async def test_no_role_other_than_participant_signs_even_with_the_id_of_a_side(
    client: Client, role: Role
) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        with pytest.raises(RuleViolation, match="role_not_allowed"):
            await pair.sign(replace(MENTEE, role=role))
