"""The changes of a person's records: memberships, the mentor's record, conflicts of interest, and what is another's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from activities.adapters.postgres.writes.entry_corrections import PartsOfEntry
from api_gateway.http.person_bodies import EntryFields, EntrySeparation
from api_gateway.http.record_bodies import MembershipEnd, NewConflict, NewMembership, NewMentor
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.person.change import FormAbout, Line, OpenedForm, PersonForm, iso
from api_gateway.pages.person.form_parts import chosen, reason_part, text
from api_gateway.pages.person.here import MENTOR_DAYS
from api_gateway.services import conflicts, memberships
from api_gateway.services.entry_corrections import separate_entry
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.mentors import set_mentor
from api_gateway.services.person_changes import change_entry
from domain.people.corrections import Mistake

MENTOR: Final = "mentor"
"""The name of the change of a mentor's record."""


async def _date(write: EntryWrite, _: OpenedForm, body: NewMembership) -> None:
    await memberships.date_membership(
        write, body.membership, body.first, body.last, keep_last=body.keeps_last
    )


async def _end(write: EntryWrite, asked: OpenedForm, body: MembershipEnd) -> None:
    await memberships.end_membership(write, body.last, record=asked.record["record"])


async def _correct(write: EntryWrite, asked: OpenedForm, body: NewMembership) -> None:
    number = asked.record["record"]
    await memberships.correct_membership(
        write, number, body.membership, body.first, body.last, keep_last=body.keeps_last
    )


async def _withdraw(write: EntryWrite, asked: OpenedForm, _: MembershipEnd) -> None:
    await memberships.withdraw_membership(write, asked.record["record"])


async def _mentor(write: EntryWrite, asked: OpenedForm, body: NewMentor) -> None:
    given = body.model_dump(exclude={"person"}, exclude_unset=True)
    await set_mentor(write, given, asked.here.dates.now)


async def _declare(write: EntryWrite, _: OpenedForm, body: NewConflict) -> None:
    await conflicts.declare_conflict(write, body.other, body.kind)


async def _withdraw_conflict(write: EntryWrite, _: OpenedForm, body: NewConflict) -> None:
    await conflicts.withdraw_conflict(write, body.other, body.kind)


async def _separate(write: EntryWrite, _: OpenedForm, body: EntrySeparation) -> None:
    parts = PartsOfEntry(keys=tuple(body.keys), memberships=tuple(body.memberships), mentor=body.mentor)
    await separate_entry(write, body.other, parts, body.reason)


async def _supervisor(write: EntryWrite, _: OpenedForm, body: EntryFields) -> None:
    await change_entry(write, {"supervisor": body.supervisor}, key=None)


def _membership_parts(asked: OpenedForm) -> Sequence[FormPart]:
    return [
        chosen(asked, "membership", asked.choices["membership"]),
        text(asked, "first", Control.DAY),
        text(asked, "last", Control.DAY, required=False),
    ]


def _membership_now(asked: OpenedForm) -> Mapping[str, str]:
    held = asked.record
    return {"membership": held["name"], "first": held["first"], "last": held.get("last") or ""}


def _mentor_parts(asked: OpenedForm) -> Sequence[FormPart]:
    days = (text(asked, name, Control.DAY, required=False) for name in MENTOR_DAYS)
    places = text(asked, "capacity", Control.NUMBER, required=False)
    if asked.usual_places is not None:
        known = asked.say("person.changes.mentor.capacity_known", number=asked.usual_places)
        places = replace(places, hint=known)
    return [places, *days]


def _mentor_now(asked: OpenedForm) -> Mapping[str, str]:
    record = asked.here.entry.get("mentor") or {}
    return {name: str(record[name]) for name in ("capacity", *MENTOR_DAYS) if record.get(name) is not None}


def _separate_parts(asked: OpenedForm) -> Sequence[FormPart]:
    here = asked.here
    keys = {key: key for key in here.entry.get("keys") or ()}
    held = {str(each["record"]): here.membership(each) for each in here.records("memberships")}
    found = []
    if keys:
        found.append(chosen(asked, "keys", keys, Control.CHOICES, required=False))
    if held:
        part = chosen(asked, "memberships", held, Control.CHOICES, required=False)
        found.append(replace(part, number=True))
    if here.entry.get("mentor"):
        found.append(chosen(asked, "mentor", {}, Control.CHECK, required=False))
    return [*found, reason_part(asked)]


def _one(asked: OpenedForm, then: str) -> Sequence[Line]:
    here = asked.here
    return [Line(here.say("people.memberships"), here.membership(asked.record), then)]


def _membership_ended(asked: OpenedForm, body: MembershipEnd) -> Sequence[Line]:
    return _one(asked, asked.here.membership({**asked.record, "last": iso(body.last)}))


def _membership_corrected(asked: OpenedForm, body: NewMembership) -> Sequence[Line]:
    here = asked.here
    days = here.days({"first": iso(body.first), "last": iso(body.last)})
    name = asked.choices["membership"].get(body.membership, body.membership)
    return _one(asked, f"{name}, {days}")


def _membership_gone(asked: OpenedForm, _: Any) -> Sequence[Line]:
    return _one(asked, asked.say("person.counts_no_more"))


def _conflict_gone(asked: OpenedForm, body: NewConflict) -> Sequence[Line]:
    here = asked.here
    both = f"{here.kind(body.kind)}, {here.name_of(body.other)}"
    return [Line(here.say("people.conflicts"), both, here.say("person.counts_no_more"))]


def _separated(asked: OpenedForm, body: EntrySeparation) -> Sequence[Line]:
    here, name = asked.here, str(asked.other["name"])
    say, own = here.say, here.entry["name"]
    held = {each["record"]: here.membership(each) for each in here.records("memberships")}
    found = [Line(f"{say('person.number')} {key}", own, name) for key in body.keys]
    found += [Line(held[record], own, name) for record in body.memberships if record in held]
    if body.mentor:
        found.append(Line(say("person.mentor_record"), own, name))
    return [*found, Line(f"{own} · {name}", say("person.maybe_one"), say("person.are_two"))]


_CONFLICT: Final = PersonForm(
    name="withdraw-conflict",
    kind="WithdrawConflict",
    body=NewConflict,
    write=_withdraw_conflict,
    fixed=lambda asked: {
        "person": asked.here.id,
        "other": asked.record["other"],
        "kind": asked.record["kind"],
    },
    then=_conflict_gone,
    about=FormAbout.CONFLICT,
)
RECORD_CHANGES: Final[Sequence[PersonForm]] = (
    PersonForm(
        name="membership",
        kind="DateMembership",
        body=NewMembership,
        write=_date,
        parts=_membership_parts,
        now=lambda asked: {"first": asked.here.dates.today.isoformat()},
        of_counting=True,
    ),
    PersonForm(
        name="end-membership",
        kind="EndMembership",
        body=MembershipEnd,
        write=_end,
        parts=lambda asked: [text(asked, "last", Control.DAY)],
        now=lambda asked: {"last": asked.record.get("last") or asked.here.dates.today.isoformat()},
        then=_membership_ended,
        about=FormAbout.MEMBERSHIP,
    ),
    PersonForm(
        name="correct-membership",
        kind="CorrectMembership",
        body=NewMembership,
        write=_correct,
        parts=_membership_parts,
        now=_membership_now,
        then=_membership_corrected,
        about=FormAbout.MEMBERSHIP,
    ),
    PersonForm(
        name="withdraw-membership",
        kind="WithdrawMembership",
        body=MembershipEnd,
        write=_withdraw,
        fixed=lambda asked: {"last": asked.record["first"], "record": asked.record["record"]},
        then=_membership_gone,
        about=FormAbout.MEMBERSHIP,
    ),
    PersonForm(
        name=MENTOR,
        kind="SetMentor",
        body=NewMentor,
        write=_mentor,
        parts=_mentor_parts,
        now=_mentor_now,
        fixed=lambda asked: {"person": asked.here.id},
        of_counting=True,
    ),
    PersonForm(
        name="conflict",
        kind="DeclareConflict",
        body=NewConflict,
        write=_declare,
        parts=lambda asked: [chosen(asked, "kind", asked.choices["kind"])],
        fixed=lambda asked: {"person": asked.here.id, "other": asked.other["id"]},
        about=FormAbout.OTHER,
    ),
    _CONFLICT,
    PersonForm(
        name="supervisor",
        kind="ChangePerson",
        body=EntryFields,
        write=_supervisor,
        fixed=lambda asked: {"supervisor": asked.other["id"]},
        then=lambda asked, _: [
            Line(
                asked.say("people.supervisor"),
                asked.here.name_of(asked.here.entry["supervisor"])
                if asked.here.entry.get("supervisor")
                else asked.say("person.none"),
                str(asked.other["name"]),
            )
        ],
        about=FormAbout.OTHER,
        of_counting=True,
    ),
    PersonForm(
        name="separate",
        kind="SeparateEntry",
        body=EntrySeparation,
        write=_separate,
        parts=_separate_parts,
        now=lambda _: {"reason": Mistake.OTHER_PERSON.value},
        fixed=lambda asked: {"other": asked.other["id"]},
        then=_separated,
        about=FormAbout.OTHER,
    ),
)
