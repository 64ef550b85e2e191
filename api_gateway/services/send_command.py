"""The sending of commands: a claimed row, an update under the same id, a stored answer.

Wherever it is interrupted, the same key gets the same answer: the row says who holds the claim, Temporal answers an
update id once, and housekeeping sends again what nobody answered.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes.commands import Claimed, CommandIntake, KeyClaim
from activities.adapters.postgres.writes.group_meetings import Groups, Part
from activities.errors import Unavailable
from api_gateway.services.advice import advice_in_case
from api_gateway.services.allowed_values import advice_of, values_not_known
from api_gateway.services.problem import (
    RETRY_AFTER,
    Problem,
    broken_rule,
    in_words,
    key_reused,
    place_in_words,
    unavailable,
)
from api_gateway.services.receipts import Receipts
from domain.codec import to_plain
from domain.messages import Command, Receipt
from domain.workflow_contracts import PARKED, RULE_VIOLATION, TRY_AGAIN, workflow_id

PATIENCE: Final = 15.0
"""Seconds that a request waits for an answer before it returns 503; the command itself is not lost."""
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswer:
    """The answer to a command, and whether it was given before.

    ``text`` is the whole body as JSON where another process has made it; ``body`` then has its id alone.
    """

    body: Any
    status: int = 200
    replayed: bool = False
    text: bytes = b""


def fingerprint(key: str, method: str, path: str, body: bytes) -> str:
    """Return the fingerprint of a request; the same key with another fingerprint is refused.

    The key is part of the hash and is stored nowhere: a body may contain answers or a sealed text, and a reader of the
    command rows must not be able to find out which ones by trying.
    """
    parts = (key.encode(), method.encode(), path.encode(), body)
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def given_before(claimed: Claimed, pairs: Sequence[str] = ()) -> CommandAnswer | None:
    """Return the stored answer, or None if the caller must carry out the command; raise ``Problem`` for all else.

    ``pairs`` are those that a group's log names.
    """
    if claimed.claim is KeyClaim.MINE:
        return None
    if claimed.claim is KeyClaim.OTHER_CONTENT:
        raise key_reused()
    if claimed.claim is KeyClaim.IN_FLIGHT:
        raise Problem(409, "in_flight", headers={"Retry-After": RETRY_AFTER})
    answer = claimed.answer
    if claimed.status < 400:
        return CommandAnswer(body=answer, status=claimed.status, replayed=True)
    replayed = {"Idempotency-Replayed": "true"}
    code, errors = answer["code"], answer.get("errors", ())
    # Housekeeping keeps only codes, without the words for people.
    if "title" not in answer and not errors:
        problem = broken_rule(code)
        problem.headers |= replayed
        raise problem
    given = Problem(claimed.status, code, errors=in_sentences(errors, pairs), headers=replayed)
    given.detail = answer.get("detail") or given.detail
    raise given


def in_sentences(errors: Sequence[Mapping[str, str]], pairs: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return the errors of a stored answer; one of a group's pair, stored as a code, gets the words of the code."""
    return [
        {**error, "detail": f"{_place(error, pairs)}: {in_words(error['code'])}"}
        if error["detail"] == error["code"].replace("_", " ")
        else dict(error)
        for error in errors
    ]


def _place(error: Mapping[str, str], pairs: Sequence[str]) -> str:
    """Return the place of an error; one in a pair begins with the first digits of the pair's id."""
    name, _, number = error["pointer"].removeprefix("/").partition("/")
    if name == "relationships" and number.isdigit() and int(number) < len(pairs):
        field = error.get("field", "").strip("/").replace("/", ".")
        return f"pair {pairs[int(number)][:8]}" + (f", {field}" if field else "")
    parts = [*error["pointer"].split("/"), *error.get("field", "").split("/")]
    return place_in_words([part for part in parts if part])


class CommandSender:
    """A sender that passes each command to its workflow once."""

    def __init__(
        self,
        client: Client,
        intake: CommandIntake,
        groups: Groups,
        facts: CommandFacts,
        receipts: Receipts,
    ) -> None:
        self._client = client
        self._intake = intake
        self._groups = groups
        self._facts = facts
        self._receipts = receipts

    def claiming_by(self, intake: CommandIntake) -> "CommandSender":
        """Return the same sender with another way to claim the rows of commands."""
        return CommandSender(self._client, intake, self._groups, self._facts, self._receipts)

    def leaving(self, groups: Groups) -> "CommandSender":
        """Return the same sender with another way to settle logs of groups."""
        return CommandSender(self._client, self._intake, groups, self._facts, self._receipts)

    async def send(self, kind: str, subject: str, command: Command, print_: str) -> CommandAnswer:
        """Send a command to the workflow of ``kind`` and ``subject``; raise ``Problem`` unless it succeeds."""
        name = type(command).__name__
        payload = {key: value for key, value in to_plain(command).items() if key not in ("id", "actor")}
        claimed = await self._intake.claim(
            command.id, kind=name, subject=subject, payload=payload, fingerprint=print_, actor=command.actor
        )
        before = given_before(claimed)
        if before is not None:
            return replace(before, body=self._receipts.shown(before.body))
        try:
            receipt = await asyncio.wait_for(self._update(workflow_id(kind, subject), command), PATIENCE)
        except Problem as problem:
            await self._settle(command, name, subject, problem)
            raise
        except TimeoutError:
            raise unavailable("engine") from None
        answer = to_plain(receipt)
        await self._intake.answer(command.id, 200, answer)
        return CommandAnswer(body=self._receipts.shown(answer))

    async def send_group(self, group: str, pairs: Sequence[str]) -> CommandAnswer:
        """Send a group's log to all its pairs; raise ``Problem`` if the check refuses it, or while one is open.

        Wherever it is interrupted, the same key continues from what is done by then, and housekeeping does the rest.
        """
        try:
            prepared = await self._groups.prepare(group)
        except Unavailable:
            await self._intake.release(group)
            raise
        if prepared.answer is not None and prepared.status >= 400:
            answer = prepared.answer
            raise Problem(prepared.status, answer["code"], errors=in_sentences(answer["errors"], pairs))
        await asyncio.gather(*(self._send_part(part) for part in prepared.parts))
        settled = await self._groups.settle(group)
        if settled is None:
            await self._intake.release(group)
            raise unavailable("engine")
        await asyncio.gather(*(self._send_part(part) for part in settled.refusals))
        return CommandAnswer(body=dict(settled.answer))

    async def _send_part(self, part: Part) -> None:
        """Send a command whose row is written; the row gets the answer, and housekeeping resends one without it."""
        with contextlib.suppress(Problem):
            await self.send("relationship", part.relationship, part.command, part.fingerprint)

    async def _settle(self, command: Command, name: str, subject: str, problem: Problem) -> None:
        """Keep a final refusal, as answer and in the side stream; release the claim after a temporary fault."""
        if problem.status >= 500:
            await self._intake.release(command.id)
            return
        await self._intake.answer(command.id, problem.status, problem.body())
        await self._intake.refuse(
            command=command.id,
            kind=name,
            code=problem.recorded,
            actor=command.actor,
            subject=subject,
        )

    async def _update(self, id: str, command: Command) -> Receipt:
        handle = self._client.get_workflow_handle(id)
        while True:
            try:
                receipt: Receipt = await handle.execute_update(
                    type(command).__name__, command, id=command.id, result_type=Receipt
                )
                return receipt
            except WorkflowUpdateFailedError as failed:
                cause = failed.cause
                if not isinstance(cause, ApplicationError) or cause.type == PARKED:
                    raise unavailable("relationship") from None
                if cause.type == RULE_VIOLATION:
                    code, field = [*map(str, cause.details), "", ""][:2]
                    raise await self._broken(id.partition("/")[2], command, code, field) from None
                if cause.type != TRY_AGAIN:
                    raise unavailable("relationship") from None
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                raise unavailable("engine") from None
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    raise await self._nobody_there(id) from None
                if error.status in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.RESOURCE_EXHAUSTED):
                    await asyncio.sleep(_PAUSE)
                    continue
                raise unavailable("engine") from None
            await asyncio.sleep(_PAUSE)

    async def _broken(self, subject: str, command: Command, code: str, field: str) -> Problem:
        """Return the problem of a broken rule; about a field, with what it takes, and with the other unknown values.

        A workflow names the first fault alone. Whoever corrects it should not meet the next one only then.
        """
        rules, advice = None, ""
        with contextlib.suppress(Unavailable):
            rules = await self._facts.rules(subject) if field else None
            advice = await advice_in_case(self._facts, subject, code, field, rules)
        if rules is None:
            return broken_rule(code, field, advice)
        problem = broken_rule(code, field, advice or advice_of(type(command), code, field, rules))
        named = {error["pointer"] for error in problem.errors}
        others = values_not_known(type(command).example, to_plain(command), rules)
        problem.errors += [error for error in others if error["pointer"] not in named]
        return problem

    async def _nobody_there(self, id: str) -> Problem:
        """Return 404 for an unknown subject, and the refusal of every command for one that has ended."""
        try:
            await self._client.get_workflow_handle(id).describe()
        except RPCError:
            return Problem(404, "not_found")
        return Problem(409, f"{id.partition('/')[0]}_ended")
