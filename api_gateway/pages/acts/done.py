"""What came of a task that was just done: whom it was about, in words what was done, and its result."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from activities.adapters.files.task_words import with_words
from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.subject import subject_now
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Pair
from api_gateway.pages.people import pair_shown, task_about
from api_gateway.pages.words import Say
from api_gateway.services.programs import programs
from domain.ids import is_id
from domain.languages import Language
from domain.relationship.calendar_feed import OF_THE_PAIR
from domain.relationship.state import Relationship

_LOOKED_UP: Final = ("ask-facts-again", "correct-application")
"""The acts after which the office looks the facts up again and decides by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone:
    """An act that was just done: what a page says of it, whom it was about, and what came of it."""

    said: str
    about: Pair
    result: str = ""
    waits: str = ""
    """What a pair that is matched waits for now, whoever has to do it."""


async def done_before(office: Office, visitor: Visitor, act: str, task: str) -> ActDone | None:
    """Return what came of the act that a task asked for; None where the address names none that the visitor sees."""
    said = say.done_words(visitor.language, act)
    if not said or not is_id(task):
        return None
    found = await office.reads.tasks.one(visitor.caller.sight, task)
    if found is None:
        return None
    words = Say(Language(visitor.language))
    who = with_words(found, visitor.language, programs())["who"]
    return ActDone(
        said=said,
        about=task_about(found, who, words),
        result=await _result(office, visitor, act, found, words),
        waits=await _waits(office, visitor, found, words),
    )


async def application_entered(office: Office, visitor: Visitor, id: str) -> ActDone | None:
    """Return what came of an application that was just entered; None where the visitor sees no such pair."""
    row = await office.reads.relationships.one(visitor.caller.sight, id) if is_id(id) else None
    subject = await subject_now(office, visitor.caller, "relationship", id) if row else None
    state = subject.state if subject else None
    if row is None or not isinstance(state, Relationship):
        return None
    words = Say(Language(visitor.language))
    said, shown = words("applications.done.entered"), pair_shown(row, words)
    result = _of_application(state, row["program"], words)
    return ActDone(said=said, about=replace(shown, rest=""), result=result)


def _of_application(state: Relationship, program: str, words: Say) -> str:
    """Return what the rules made of an application so far."""
    refusal = state.application.refusal
    if state.ended_at is not None:
        return words("applications.done.refused")
    if state.application.accepted:
        return words("applications.done.accepted")
    if refusal is not None:
        why = say.of_code(words.language, program, refusal.reason)
        return words("applications.done.to_decide", why=why[:1].lower() + why[1:])
    return words(f"applications.done.{'special' if state.application.special else 'checked'}")


async def _waits(office: Office, visitor: Visitor, task: Mapping[str, Any], words: Say) -> str:
    """Return what the pair of a task waits for and until when; nothing without a pair that has something to do."""
    if task["subject_kind"] != "relationship":
        return ""
    subject = await subject_now(office, visitor.caller, "relationship", task["subject"])
    state = subject.state if subject else None
    if subject is None or not isinstance(state, Relationship) or state.ended_at is not None:
        return ""
    owed = [each for each in state.timers if each.subject in OF_THE_PAIR]
    first = min(owed, key=lambda each: (each.due, each.subject), default=None)
    if first is None:
        return ""
    dates = Dates(visitor.language, subject.rules.calendar.zone, subject.now)
    due = dates.day(dates.due_by(first.due)).words
    return words("task.pair_waits", what=words(f"relationships.next.{first.subject}"), due=due)


async def _result(office: Office, visitor: Visitor, act: str, task: Mapping[str, Any], words: Say) -> str:
    """Return what the facts said once they were looked up again: accepted, or what still stands against it."""
    if act not in _LOOKED_UP or task["subject_kind"] != "relationship":
        return ""
    subject = await subject_now(office, visitor.caller, "relationship", task["subject"])
    state = subject.state if subject else None
    if not isinstance(state, Relationship):
        return ""
    if state.application.accepted:
        return words("task.now_accepted")
    refusal = state.application.refusal
    if refusal is None:
        return ""
    why = say.of_code(visitor.language, task["program"], refusal.reason)
    return words("task.still_refused", why=why[:1].lower() + why[1:])
