"""The changes of an entry itself: contact and position, language, region, member numbers, and its end."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from api_gateway.http.person_bodies import (
    ChosenLanguage,
    EntryFields,
    LastDay,
    Move,
    NumberTakenOff,
    RegionCorrection,
    Withdrawal,
)
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.people import position_of
from api_gateway.pages.person.change import FormAbout, Line, OpenedForm, PersonForm, iso
from api_gateway.pages.person.form_parts import chosen, reason_part, text
from api_gateway.services import entry_corrections
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.person_changes import change_entry, choose_language_of, end_entry, move_person
from domain.languages import Language
from domain.people.corrections import Mistake

_FIELDS: Final = ("name", "email", "phone", "role_title", "district")
_ENDS: Final = {"left": "left_on", "died": "died_on"}


async def _change(write: EntryWrite, _: OpenedForm, body: EntryFields) -> None:
    values = body.model_dump(exclude={"key", "confirmed"}, exclude_unset=True)
    await change_entry(write, values, key=body.key)


async def _end(write: EntryWrite, asked: OpenedForm, body: LastDay) -> None:
    await end_entry(write, _ENDS[asked.name], body.day)


async def _move(write: EntryWrite, _: OpenedForm, body: Move) -> None:
    await move_person(write, body.region, body.since)


async def _language(write: EntryWrite, _: OpenedForm, body: ChosenLanguage) -> None:
    await choose_language_of(write, body.language)


async def _take_off(write: EntryWrite, _: OpenedForm, body: NumberTakenOff) -> None:
    await entry_corrections.take_off_number(write, body.key, body.reason)


async def _withdraw(write: EntryWrite, _: OpenedForm, body: Withdrawal) -> None:
    await entry_corrections.withdraw_entry(write, body.reason)


async def _correct_region(write: EntryWrite, asked: OpenedForm, body: RegionCorrection) -> None:
    await entry_corrections.correct_region(
        write, asked.here.entry, _since(asked), body.region, body.since, body.reason
    )


async def _withdraw_region(write: EntryWrite, asked: OpenedForm, body: Withdrawal) -> None:
    await entry_corrections.withdraw_region(write, asked.here.entry, _since(asked), body.reason)


def _since(asked: OpenedForm) -> date:
    """Return the day from which the region holds that a form is about."""
    return date.fromisoformat(asked.record["since"])


def _fields(asked: OpenedForm) -> Sequence[FormPart]:
    return [text(asked, name, required=name not in ("phone", "district")) for name in _FIELDS]


def _now(asked: OpenedForm) -> Mapping[str, str]:
    entry = asked.here.entry
    return {**{name: str(entry.get(name) or "") for name in _FIELDS}, "role_title": position_of(entry)}


def _region_parts(asked: OpenedForm) -> Sequence[FormPart]:
    own = dict(asked.here.own)
    if asked.name == "move":
        own.pop(asked.here.entry["region"], None)
    return [chosen(asked, "region", own), text(asked, "since", Control.DAY)]


def _moved(asked: OpenedForm, body: Move) -> Sequence[Line]:
    here, newest = asked.here, asked.here.records("regions")[-1]
    then = here.region_since({"region": body.region, "since": body.since.isoformat()})
    return [Line(here.say("people.region"), here.region_since(newest), then)]


def _region_corrected(asked: OpenedForm, body: RegionCorrection) -> Sequence[Line]:
    here, known = asked.here, asked.record
    right = {"region": body.region or known["region"], "since": iso(body.since) or known["since"]}
    return [Line(here.say("people.region"), here.region_since(known), here.region_since(right))]


def _region_withdrawn(asked: OpenedForm, _: Withdrawal) -> Sequence[Line]:
    here, others = asked.here, [each for each in asked.here.records("regions") if each != asked.record]
    lines = [
        Line(here.say("people.region"), here.region_since(asked.record), here.say("person.counts_no_more"))
    ]
    if others:
        newest = max(others, key=lambda each: each["since"])
        present = here.region(here.entry["region"])
        lines.append(Line(here.say("person.region_today"), present, here.region(newest["region"])))
    return lines


def _ended(asked: OpenedForm, body: LastDay) -> Sequence[Line]:
    here, name = asked.here, asked.name
    return [
        Line(here.say(f"person.{name}"), here.day(here.entry.get(_ENDS[name])), here.day(iso(body.day))),
        *(
            Line(here.say("people.memberships"), here.membership(each), here.say("person.goes_on"))
            for each in here.records("memberships")
            if body.day and not each.get("last")
        ),
    ]


def _number_gone(asked: OpenedForm, body: NumberTakenOff) -> Sequence[Line]:
    say = asked.here.say
    return [Line(say("person.number"), body.key, say("person.free"))]


def _entry_gone(asked: OpenedForm, _: Withdrawal) -> Sequence[Line]:
    here = asked.here
    say, entry = here.say, here.entry
    found = [Line(say("person.entry"), entry["name"], say("person.in_no_list"))]
    found += [Line(say("person.number"), key, say("person.free")) for key in entry.get("keys") or ()]
    found += [
        Line(say("people.memberships"), here.membership(each), say("person.counts_no_more"))
        for each in here.records("memberships")
    ]
    if mentor := entry.get("mentor"):
        found.append(Line(say("people.places"), str(mentor["capacity"]), "0"))
    return found


ENTRY_CHANGES: Final[Sequence[PersonForm]] = (
    PersonForm(
        name="entry",
        kind="ChangePerson",
        body=EntryFields,
        write=_change,
        parts=_fields,
        now=_now,
        of_counting=True,
        only_changed=True,
    ),
    PersonForm(
        name="language",
        kind="ChooseLanguage",
        body=ChosenLanguage,
        write=_language,
        parts=lambda asked: [
            chosen(
                asked,
                "language",
                {each.value: asked.say(f"people.languages.{each.value}") for each in Language},
            )
        ],
        now=lambda asked: {"language": asked.here.entry["language"]},
    ),
    PersonForm(
        name="move",
        kind="MovePerson",
        body=Move,
        write=_move,
        parts=_region_parts,
        now=lambda asked: {"since": asked.here.dates.today.isoformat()},
        then=_moved,
        offered=lambda here: bool({*here.own} - {here.entry["region"]}),
        of_counting=True,
    ),
    PersonForm(
        name="correct-region",
        kind="CorrectRegion",
        body=RegionCorrection,
        write=_correct_region,
        parts=lambda asked: [*_region_parts(asked), reason_part(asked)],
        now=lambda asked: {
            "region": asked.record["region"],
            "since": asked.record["since"],
            "reason": Mistake.MISTYPED.value,
        },
        then=_region_corrected,
        about=FormAbout.REGION,
    ),
    PersonForm(
        name="withdraw-region",
        kind="WithdrawRegion",
        body=Withdrawal,
        write=_withdraw_region,
        parts=lambda asked: [reason_part(asked)],
        now=lambda _: {"reason": Mistake.NEVER_WAS.value},
        then=_region_withdrawn,
        about=FormAbout.REGION,
    ),
    PersonForm(
        name="number",
        kind="ChangePerson",
        body=EntryFields,
        write=_change,
        parts=lambda asked: [text(asked, "key")],
        of_counting=True,
    ),
    PersonForm(
        name="take-off-number",
        kind="TakeOffNumber",
        body=NumberTakenOff,
        write=_take_off,
        parts=lambda asked: [
            chosen(asked, "key", {key: key for key in asked.here.entry.get("keys") or ()}),
            reason_part(asked),
        ],
        now=lambda asked: {"key": (asked.here.entry.get("keys") or ())[:1], "reason": Mistake.MISTYPED.value},
        then=_number_gone,
        offered=lambda here: bool(here.entry.get("keys")),
    ),
    *(
        PersonForm(
            name=name,
            kind=f"Person{name.capitalize()}",
            body=LastDay,
            write=_end,
            parts=lambda asked: [text(asked, "day", Control.DAY, required=False)],
            now=lambda asked: {"day": str(asked.here.entry.get(_ENDS[asked.name]) or "")},
            then=_ended,
            of_counting=True,
        )
        for name in _ENDS
    ),
    PersonForm(
        name="withdraw",
        kind="WithdrawEntry",
        body=Withdrawal,
        write=_withdraw,
        parts=lambda asked: [reason_part(asked)],
        now=lambda _: {"reason": Mistake.NEVER_WAS.value},
        then=_entry_gone,
    ),
)
"""In the order in which a person's page names them."""
