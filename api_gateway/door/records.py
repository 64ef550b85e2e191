"""What a mentor or mentee chooses among: own meetings, hours, forms and entries. What is chosen already in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import isolated, opening
from api_gateway.pages.acts.form import Offers
from api_gateway.pages.acts.parts import Choice, FormPart
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.words import Say
from api_gateway.services.form_answers import seat_of
from domain.languages import Language
from domain.messages import Command
from domain.relationship.parts.meetings import Meeting, MeetingVersion
from domain.relationship.state import Relationship

Records = tuple[Choice, ...]


def own_records(
    shown: Shown, state: Relationship, kind: type[Command], parts: Sequence[FormPart], offers: Offers
) -> dict[str, Records]:
    """Return the choices of fields whose records are other ones for a mentor or mentee than for staff."""
    found = {}
    for part in parts:
        name = part.offers.partition(":")[2]
        if part.offers.startswith("records:") and name in _OWN:
            found[part.offers] = _OWN[name](shown, state, tuple(offers.get(part.offers, ())))
    return found


def _hours(shown: Shown, state: Relationship, _: Records) -> Records:
    """Return the booked observations and planned meetings that are still to come."""
    now = shown.subject.now
    booked = [
        Choice(value=each.id, label=_hour(shown, "observation_at", each))
        for each in state.observations.booked
        if each.status == "booked" and each.starts_at > now
    ]
    planned = [
        Choice(value=each.id, label=_hour(shown, "meeting_at", each))
        for each in state.schedule.planned
        if each.status == "planned" and each.starts_at > now
    ]
    return (*booked, *planned)


def _hour(shown: Shown, key: str, each: Any) -> str:
    say = Say(Language(shown.language))
    return say(f"door.records.{key}", day=shown.day(each.starts_at), hour=shown.hour(each.starts_at))


def _helpers(shown: Shown, state: Relationship, _: Records) -> Records:
    say = Say(Language(shown.language))
    return tuple(
        Choice(value=each.person, label=say("door.records.helper", topic=shown.code(each.topic)))
        for each in state.helpers
    )


def _others(shown: Shown, state: Relationship, offered: Records) -> Records:
    return tuple(each for each in offered if each.value != shown.caller.person)


def _own_entries(shown: Shown, state: Relationship, offered: Records) -> Records:
    own = {act.id for act in state.staff_acts if act.person in shown.caller.ids}
    return tuple(each for each in offered if each.value in own)


def _own_forms(shown: Shown, state: Relationship, offered: Records) -> Records:
    """Return the forms that this side fills in and has not handed in, unless they are filled in several times.

    What belongs to an application is not among them once that is decided, unless it is still owed.
    """
    seat = seat_of(shown.caller, {**shown.row, "mentor": state.mentor, "mentee": state.mentee})
    handed_in = {each.form for each in state.filed if each.person in shown.caller.ids}
    owed = {each.form for each in state.owed}
    uses = {use.form: use for use in shown.subject.rules.forms}
    return tuple(
        replace(each, hint="")
        for each in offered
        if (use := uses[each.value]).by is seat
        and (use.stage != _BEFORE_PAIR or state.stage == _BEFORE_PAIR or each.value in owed)
        and (use.repeats or each.value not in handed_in)
    )


def _own_documents(shown: Shown, state: Relationship, offered: Records) -> Records:
    own = {each.document for each in state.filed if each.person in shown.caller.ids}
    return tuple(each for each in offered if each.value in own)


_BEFORE_PAIR: Final = "application"
"""The stage that is over once there is a pair."""
_OWN: Final[Mapping[str, Callable[[Shown, Relationship, Records], Records]]] = {
    "subject": _hours,
    "helper": _helpers,
    "against": _others,
    "act": _own_entries,
    "form": _own_forms,
    "document": _own_documents,
}


def in_own_words(choices: Sequence[Choice], language: str) -> Records:
    """Return codes to choose among as one of the pair says them, who is not one of "the two"."""
    say = Say(Language(language))
    return tuple(
        replace(each, label=say(key)) if say.has(key := f"door.codes.{each.value}") else each
        for each in choices
    )


_OF_A_MISFIT: Final = ("no_fault", "schedule")
"""Reasons of programs for an ending that fit a wish for another partner."""


def fitting_first(choices: Sequence[Choice]) -> Records:
    """Return the reasons of an ending with those first for which one of a pair looks for another partner."""
    fits = {code: place for place, code in enumerate(_OF_A_MISFIT)}
    return tuple(sorted(choices, key=lambda each: fits.get(each.value, len(fits))))


def by_name(choices: Sequence[Choice]) -> Records:
    """Return choices whose labels may be names, in whatever direction these are written."""
    return tuple(replace(each, label=isolated(each.label)) for each in choices)


def chosen_in_words(shown: Shown, state: Relationship, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the form of an act is about, in words, as far as it is chosen already."""
    return tuple(line for name, value in chosen.items() for line in _line(shown, state, name, value) if line)


def _line(shown: Shown, state: Relationship, name: str, value: str) -> Iterator[str]:
    if name == "form":
        yield form_title(value, shown.language)
    elif name == "meeting" and (met := state.meetings.find(value)) is not None:
        yield from meeting_words(shown, met)
    elif name == "observation" and (booked := state.observations.open(value)) is not None:
        yield _hour(shown, "observation_at", booked)
    elif name == "request":
        yield from (_hour(shown, "cover_at", each) for each in state.cover.requests if each.id == value)
    elif name == "subject":
        yield from (each.label for each in _hours(shown, state, ()) if each.value == value)


def meeting_words(shown: Shown, met: Meeting) -> Iterator[str]:
    """Yield a meeting in words: its day and hour, its length, its mode, its topics.

    As somebody wants to change it, if so, with what would be there no more; a withdrawal names the day and the hour.
    """
    say, change = Say(Language(shown.language)), met.proposed
    lines = [*_said_of(shown, change or met)]
    if change is not None and change.withdrawn:
        lines, gone = [say("door.records.not_held", day=shown.day(change.began_at))], [*_hour_of(shown, met)]
    else:
        gone = [each for each in _said_of(shown, met) if each not in lines]
    yield from lines
    if gone:
        yield say("door.records.before", said=", ".join(gone))


def proposed_in(met: Meeting | None) -> str:
    """Return what somebody wants to change about a meeting, as words about it are named; empty if nobody does."""
    if met is None or met.proposed is None:
        return ""
    return "withdrawal" if met.proposed.withdrawn else "correction"


def _hour_of(shown: Shown, said: Meeting | MeetingVersion) -> Iterator[str]:
    """Yield when a meeting began and how long it was; nothing of a short talk, which has a day alone."""
    if said.minutes:
        yield shown.hour(said.began_at)
        yield Say(Language(shown.language))("door.minutes", count=said.minutes)


def _said_of(shown: Shown, said: Meeting | MeetingVersion) -> Iterator[str]:
    day, hour = shown.day(said.began_at), [*_hour_of(shown, said)]
    yield opening(", ".join((day, *hour[:1])))
    yield from hour[1:]
    yield from (shown.code(code) for code in (said.mode, *said.topics) if code)
