"""What happens to a command that a person sends, whether as JSON or as a form of a page: the one way to a workflow.

It finds who acts, refuses and records what is about another association, keeps the documents that come with the
command, and sends it once under the sender's key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from api_gateway.http.acting import roles_here, standing_in
from api_gateway.http.command_bodies import FOR_A_PERSON, command_from, sealed_texts
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.form_answers import Submission
from api_gateway.services.problem import Problem, broken_rule
from api_gateway.services.scans import demand_scan
from api_gateway.services.sealed_texts import keep_aside, seal
from api_gateway.services.send_command import CommandAnswer
from api_gateway.services.writer import demand_named, demand_subject
from domain.actors import Actor, Role
from domain.messages import By, Command
from domain.payments import obligation
from domain.relationship import rooms
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.term import decider as term

COMMANDS: Mapping[str, tuple[type[Command], ...]] = {
    "relationship": rooms.COMMANDS,
    "obligation": obligation.COMMANDS,
    "term": term.COMMANDS,
}
"""All commands, by the kind of their subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCommand:
    """A command as it came: its class, its subject with its kind, its parsed body, and the id for its sender's key.

    ``print_`` is the fingerprint of what came; the same key with another one is refused.
    """

    kind: type[Command]
    subject_kind: str
    subject: str
    body: BaseModel
    command: str
    print_: str


def sent_by_people(kind: type[Command]) -> bool:
    """Return whether a command has its own route; others are sent by workflows, at the start, or for a whole group."""
    return kind not in (OpenRelationship, LogGroupMeeting) and set(kind.roles) != {Role.SYSTEM}


def senders(kind: type[Command]) -> tuple[Role, ...]:
    """Return the roles in which a command may be sent: those of its class, and staff who act for a person."""
    staff = (Role.COORDINATOR,) if kind.by is By.OWN_OR_STAFF else ()
    return tuple(dict.fromkeys((*kind.roles, *staff)))


async def carry_out(office: Office, caller: Caller, sent: SentCommand) -> CommandAnswer:
    """Carry out a command once and return its answer; raise ``Problem`` if it is refused."""
    caller = await standing_in(office, caller, sent.subject)
    actor = await _actor(office, caller, sent)
    submission = Submission(
        kind=sent.kind,
        subject=sent.subject,
        body=sent.body,
        command=sent.command,
        caller=caller,
        actor=actor,
    )
    await _demand_here(office, submission)
    await demand_scan(office.documents, sent.subject, getattr(sent.body, "scan", None))
    documents = await _documents_of(office, submission)
    whole = command_from(
        sent.kind, sent.body, id=sent.command, actor=actor, **documents, **_named(office, sent)
    )
    answer = await office.sender.send(sent.subject_kind, sent.subject, whole, sent.print_)
    await office.form_answers.forget_draft(submission, documents.get("answers"))
    return answer


def _named(office: Office, sent: SentCommand) -> dict[str, str]:
    """Return the ids that a body names as people see them, as the domain knows them."""
    return {name: office.ids.inner(getattr(sent.body, name)) for name in sent.kind.shown}


async def _documents_of(office: Office, sent: Submission) -> dict[str, Any]:
    """Keep the documents that come with a command: answers, sealed texts, and a text kept beside it."""
    kind, body = sent.kind, sent.body
    kept: dict[str, Any] = dict(await office.form_answers.keep(sent))
    for name, text in sealed_texts(kind, body).items():
        kept[name] = await seal(office.documents, name, text, sent) if text else None
    if aside := getattr(body, kind.aside, "") if kind.aside else "":
        await keep_aside(office.documents, kind.aside, aside, sent)
    return kept


async def _actor(office: Office, caller: Caller, sent: SentCommand) -> Actor:
    """Return who acts: the caller in their own name, or staff for the person whom the body names."""
    kind, subject, body = sent.kind, sent.subject, sent.body
    if kind.by is not By.OWN_OR_STAFF:
        return caller.acting(await roles_here(office, kind, caller, subject))
    person, reason = (getattr(body, name) for name in FOR_A_PERSON)
    if person:
        return caller.acting_for(person, reason)
    if reason:
        raise broken_rule("acting_for_missing", "acting_for")
    try:
        return caller.acting(await roles_here(office, kind, caller, subject))
    except Problem as problem:
        staff = caller.acting((Role.COORDINATOR,))
        await office.intake.refuse(
            command=sent.command, kind=kind.__name__, code=problem.recorded, actor=staff, subject=subject
        )
        raise


async def _demand_here(office: Office, sent: Submission) -> None:
    """Refuse what the sender does not see, or names somebody of another association, and record the attempt.

    A repeated request gets its first answer, whatever has changed since.
    """
    try:
        await demand_subject(office.facts, sent.caller, sent.actor, sent.subject)
        await demand_named(office.facts, sent.caller, sent.kind, sent.body)
    except Problem as problem:
        if await office.intake.knows(sent.command):
            return
        await office.intake.refuse(
            command=sent.command,
            kind=sent.kind.__name__,
            code=problem.recorded,
            actor=sent.actor,
            subject=sent.subject,
        )
        raise
