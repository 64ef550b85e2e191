"""What a person chooses among in a form that is not a code of the program: meetings, people, orders and tasks.

They come from the state that the person sees. Whether one of them can be chosen now is for the domain to say
(``offered``).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_time

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import LOCALES, amount_in_words, day_in_words
from activities.adapters.files.task_words import words as task_words
from api_gateway.office import Office
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.fitness import Fitness, fitness_of
from api_gateway.pages.acts.parts import Choice, slug
from api_gateway.pages.acts.subject import SubjectNow
from api_gateway.pages.people import district_of, position_of
from api_gateway.services.caller import Caller
from domain.acting_for import STAFF_ACTS
from domain.actors import StaffReason
from domain.errors import RuleViolation
from domain.languages import Language
from domain.messages import Command
from domain.payments.state import Obligation
from domain.relationship.parts.meetings import MeetingKind
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.matching.money_region import money_region
from domain.relationship.state import Relationship
from domain.term.duties import Matter
from domain.term.state import Term

_MOST_MENTORS: Final = 500
_SLUGS: Final = {kind.__name__: slug(kind) for kind in COMMANDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A subject with what its reader sees of it: the row of the office's reads, in a language."""

    subject: SubjectNow
    row: Mapping[str, Any]
    caller: Caller
    language: str

    @property
    def program(self) -> str:
        """The program of the subject."""
        return self.subject.rules.program

    @property
    def zone(self) -> str:
        """The time zone of the program."""
        return self.subject.rules.calendar.timezone

    def person(self, id: str) -> str:
        """Return the name of one of the pair, as far as the reader sees it."""
        names = {self.row.get("mentee"): "mentee_name", self.row.get("mentor"): "mentor_name"}
        name = self.row.get(names.get(id, ""))
        return str(name or self.subject.names.get(id) or say.words(self.language)["records"]["unseen"])

    def day(self, at: datetime) -> str:
        """Return the day of an instant in words."""
        local = at.astimezone(self.subject.rules.calendar.zone).date()
        return day_in_words(local, Language(self.language))

    def on(self, day: date) -> str:
        """Return a day in words."""
        return day_in_words(day, Language(self.language))

    def staff(self, id: str) -> str:
        """Return the name of somebody of the office who acted here, as far as the reader sees it."""
        return self.subject.names.get(id) or str(say.words(self.language)["facts"]["somebody"])

    def code(self, code: str) -> str:
        """Return the words for a code."""
        return say.of_code(self.language, self.program, code)

    def hour(self, at: datetime) -> str:
        """Return the hour of an instant in words."""
        local = at.astimezone(self.subject.rules.calendar.zone).time()
        return str(format_time(local, "short", locale=LOCALES[Language(self.language)]))

    def say(self, key: str, **values: Any) -> str:
        """Return the words for a record."""
        return str(say.words(self.language)["records"][key]).format(**values)

    def amount(self, minor: int, currency: str) -> str:
        """Return an amount in words."""
        return amount_in_words(minor, currency, Language(self.language))


def choices_of_rules(shown: Shown, offers: str) -> tuple[Choice, ...]:
    """Return the choices that a list of the rules, or a closed list of ours, gives."""
    source, _, name = offers.partition(":")
    if source == "enum":
        return tuple(
            Choice(value=value, label=label) for value, label in say.of_enum(shown.language, name).items()
        )
    value: object = shown.subject.rules
    for part in name.split("."):
        value = getattr(value, part, None)
    codes = value if isinstance(value, tuple) else ()
    return tuple(Choice(value=code, label=shown.code(code)) for code in codes)


async def choices_of_records(
    office: Office, shown: Shown, kind: type[Command], name: str
) -> tuple[Choice, ...]:
    """Return what there is to choose from in a field of an act."""
    state = shown.subject.state
    if name == "reason":
        reasons = STAFF_ACTS[kind.__name__].reasons if kind.__name__ in STAFF_ACTS else tuple(StaffReason)
        said = say.of_enum(shown.language, StaffReason.__name__)
        return tuple(Choice(value=each.value, label=said[each.value]) for each in reasons)
    if name in _LOOKED_UP:
        return await _LOOKED_UP[name](office, shown)
    if name == "task":
        return _tasks(shown)
    if isinstance(state, Relationship):
        return _OF_PAIR[name](shown, state)
    if isinstance(state, Obligation):
        return _OF_MONEY[name](shown, state)
    return _OF_TERM[name](shown, state)


def _tasks(shown: Shown) -> tuple[Choice, ...]:
    names = task_words(Language(shown.language))["name"]
    return tuple(
        Choice(
            value=task.id,
            label=shown.say("task", task=names[task.kind.value], day=shown.day(task.opened_at)),
        )
        for task in shown.subject.state.tasks
        if task.open
    )


def _pair(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    sides = (("mentee", state.mentee), ("mentor", state.mentor))
    return tuple(
        Choice(value=person, label=say.frame(shown.language, side, name=shown.person(person)))
        for side, person in sides
        if person
    )


def _meetings(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=met.id,
            label=shown.say(
                "quick" if met.kind is MeetingKind.QUICK else "meeting",
                day=shown.day(met.began_at),
                hour=shown.hour(met.began_at),
                minutes=met.minutes,
            ),
            hint=shown.code(met.mode) if met.mode else "",
        )
        for met in reversed(state.meetings.log)
    )


def _booked(shown: Shown, key: str, hours: Iterable[Any]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=each.id,
            label=shown.say(
                key, day=shown.day(each.starts_at), hour=shown.hour(each.starts_at), minutes=each.minutes
            ),
        )
        for each in hours
    )


def _complaints(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=case.id,
            label=shown.say(
                "complaint",
                about=shown.code(case.about),
                day=shown.day(case.opened_at),
            ),
        )
        for case in state.complaints
        if case.closed_at is None
    )


def _staff_acts(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=act.id,
            label=shown.say(
                "act",
                act=say.of_act(shown.language, _SLUGS[act.command])["title"],
                person=shown.person(act.person),
                day=shown.day(act.at),
            ),
        )
        for act in state.staff_acts
    )


def _documents(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=filed.document,
            label=shown.say(
                "document",
                form=form_title(filed.form, shown.language),
                person=shown.person(filed.person),
                day=shown.day(filed.at),
            ),
        )
        for filed in reversed(state.filed)
        if not filed.amended_by
    )


def _forms(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    uses = shown.subject.rules.forms
    return tuple(
        Choice(
            value=use.form,
            label=form_title(use.form, shown.language),
            hint=shown.say("filled_by", who=shown.say(f"by_{use.by.value}")),
        )
        for use in uses
        if use.of_pair and not use.audience
    )


def _slots(shown: Shown, state: Relationship) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=slot.code,
            label=shown.say(
                "slot",
                label=shown.code(slot.code),
                hour=slot.begins.strftime("%H:%M"),
                minutes=slot.minutes,
            ),
        )
        for slot in shown.subject.rules.schedule.slots
    )


_OF_PAIR: Final[Mapping[str, Callable[[Shown, Relationship], tuple[Choice, ...]]]] = {
    "acting_for": _pair,
    "against": _pair,
    "person": _pair,
    "meeting": _meetings,
    "observation": lambda shown, state: _booked(shown, "observation", state.observations.booked),
    "request": lambda shown, state: _booked(shown, "request", state.cover.requests),
    "complaint": _complaints,
    "act": _staff_acts,
    "document": _documents,
    "form": _forms,
    "slot": _slots,
}


def _orders(shown: Shown, state: Obligation) -> tuple[Choice, ...]:
    said = say.words(shown.language)["orders"]
    return tuple(
        Choice(
            value=order.id,
            label=shown.say(
                "order",
                number=order.attempt,
                amount=shown.amount(order.amount_minor, order.currency),
                state=said[order.state.value],
            ),
            hint=order.reference,
        )
        for order in state.orders
    )


def _evidence(shown: Shown, state: Obligation) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=code, label=say.of_evidence(shown.language, shown.program, code))
        for code in state.evidence
    )


_OF_MONEY: Final[Mapping[str, Callable[[Shown, Obligation], tuple[Choice, ...]]]] = {
    "order": _orders,
    "evidence": _evidence,
}


def _periods(shown: Shown, state: Term) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=duty.key, label=shown.day(duty.due))
        for duty in state.duties
        if duty.matter is Matter.LOG_CHECK
    )


_OF_TERM: Final[Mapping[str, Callable[[Shown, Term], tuple[Choice, ...]]]] = {"period": _periods}


async def _mentors(office: Office, shown: Shown) -> tuple[Choice, ...]:
    """Return the mentors whom the reader sees by name, with position and district and the places that they have.

    Those who can be proposed stand first, and of them the region's own; the others say why not.
    """
    rows: list[Mapping[str, Any]] = []
    after = ""
    while len(rows) < _MOST_MENTORS:
        page = await office.reads.people.mentors(shown.caller.sight, after=after, limit=100)
        rows += page.rows
        if not (after := page.next):
            break
    regions = await office.reads.regions.names(shown.caller.sight)
    home = shown.row.get("region")
    named = [row for row in rows if row["name"]]
    fit = await fitness_of(
        office, shown.subject, shown.caller, [row["person"] for row in named], shown.language
    )
    positions = await office.reads.people.positions(shown.caller.sight, [row["person"] for row in named])
    named.sort(key=lambda row: (bool(_why_not(fit, row)), row["region"] != home, row["name"], row["person"]))
    return tuple(
        Choice(
            value=row["person"],
            label=shown.say("mentor", name=row["name"], region=regions.get(row["region"], row["region"])),
            hint=_about_mentor(shown, row, positions.get(row["person"])),
            why_not=_why_not(fit, row),
        )
        for row in named
    )


def _about_mentor(shown: Shown, row: Mapping[str, Any], person: Mapping[str, Any] | None) -> str:
    """Return what a mentor is chosen by: position and district, as far as the reader sees them, and the places."""
    known = (position_of(person), district_of(person)) if person else ()
    places = shown.say("places", taken=row["taken"], capacity=row["capacity"])
    return " · ".join(filter(None, (*known, places)))


def _why_not(fit: Mapping[str, Fitness], row: Mapping[str, Any]) -> str:
    """Return why a mentor cannot be proposed; what is in the way of every mentor is said once, by the form."""
    found = fit.get(row["person"])
    return "" if found is None or found.by_pair else found.why_not


async def _regions(office: Office, shown: Shown) -> tuple[Choice, ...]:
    """Return the regions of which one can get the money; none where the rules name it."""
    state = shown.subject.state
    proposal = state.open_proposal if isinstance(state, Relationship) else None
    if isinstance(state, Relationship) and proposal is not None:
        with suppress(RuleViolation):
            money_region(state, proposal, "", shown.subject.rules)
            return ()
    own = shown.caller.association.regions
    names = await office.reads.regions.names(shown.caller.sight)
    return tuple(Choice(value=code, label=names.get(code, code)) for code in own)


async def _versions(office: Office, shown: Shown) -> tuple[Choice, ...]:
    kept = await office.facts.versions_of(shown.program)
    return tuple(
        Choice(value=each, label=shown.say("version", version=each))
        for each in kept
        if each != shown.subject.rules.version
    )


async def _pairs_of_term(office: Office, shown: Shown) -> tuple[Choice, ...]:
    """Return the pairs of the term and region that meet now."""
    state = shown.subject.state
    assert isinstance(state, Term)  # noqa: S101 - only a term has this field
    rows = await office.reads.relationships.of_term(shown.caller.sight, state.term, state.region)
    unseen = shown.say("unseen")
    return tuple(
        Choice(
            value=row["id"],
            label=shown.say("pair", mentee=row["mentee_name"] or unseen, mentor=row["mentor_name"] or unseen),
        )
        for row in rows
    )


async def _mentors_of_term(office: Office, shown: Shown) -> tuple[Choice, ...]:
    """Return the mentors of the pairs of the term, or the two of a pair."""
    state = shown.subject.state
    if isinstance(state, Relationship):
        return _pair(shown, state)
    assert isinstance(state, Term)  # noqa: S101 - nobody acts for a person on money
    rows = await office.reads.relationships.of_term(shown.caller.sight, state.term, state.region)
    named = {row["mentor"]: row["mentor_name"] for row in rows if row["mentor"] and row["mentor_name"]}
    return tuple(
        Choice(value=person, label=say.frame(shown.language, "mentor", name=name))
        for person, name in sorted(named.items(), key=lambda one: one[1])
    )


async def _other_money(office: Office, shown: Shown) -> tuple[Choice, ...]:
    """Return other money that is owed to the same payee, of the same amount."""
    state = shown.subject.state
    assert isinstance(state, Obligation)  # noqa: S101 - only money has this field
    rows = await office.reads.obligations.like(
        shown.caller.sight, state.id, state.region, state.amount_minor, state.currency
    )
    return tuple(
        Choice(
            value=row["id"],
            label=shown.say(
                "counted_for",
                amount=shown.amount(row["amount_minor"], row["currency"]),
                mentor=row["mentor_name"] or shown.say("unseen"),
            ),
        )
        for row in rows
    )


_LOOKED_UP: Final[Mapping[str, Callable[[Office, Shown], Awaitable[tuple[Choice, ...]]]]] = {
    "mentor": _mentors,
    "money_region": _regions,
    "rules_version": _versions,
    "relationships": _pairs_of_term,
    "relationship": _pairs_of_term,
    "acting_for": _mentors_of_term,
    "counted_for": _other_money,
}
"""Fields whose choices are not part of the subject's own state."""
PROVIDED: Final = frozenset((*_LOOKED_UP, *_OF_PAIR, *_OF_MONEY, *_OF_TERM, "task", "reason"))
"""The fields that have choices here."""
