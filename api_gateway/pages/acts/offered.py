"""Which acts a person can do now about a subject, and in words why not the others.

There are no rules here: each act is tried out on the state that the person sees, by the domain's own ``decide``, with
values that fit. What is refused whatever the person fills in is not possible now; a refusal that names a field depends
on what is filled in. Records that no attempt takes are not offered.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import islice, product
from typing import Any, Final

from pydantic import ValidationError

from api_gateway.http.carry_out import senders
from api_gateway.http.command_bodies import FOR_A_PERSON, SEALED_DOCUMENT, body_of, command_from
from api_gateway.office import Office
from api_gateway.pages.acts.form import Offers
from api_gateway.pages.acts.parts import ACTS, ANSWERS, Choice, Control, FormPart, parts_of, takes_answers
from api_gateway.pages.acts.records import Shown, choices_of_records, choices_of_rules
from api_gateway.services.advice import signed_by_both
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, in_words
from domain.actors import Actor, Role, StaffReason
from domain.errors import RuleViolation, is_forbidden
from domain.ids import derive
from domain.journal import Document
from domain.messages import By, Command
from domain.relationship.any_stage.complaint import OpenComplaint
from domain.relationship.objections import objection_until
from domain.relationship.state import Relationship

_MOST: Final = 200
"""The most attempts at one act."""
_ID: Final = derive("attempt")
_ANOTHER: Final = derive("somebody else")
_DEPENDS: Final = ("nothing_corrected",)
"""Refusals that name no field and depend on what is filled in anyway."""
_DOCUMENT: Final = Document(doc=_ID, form="", privacy="", ver=1, commit="0" * 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One act: whether it can be done now, or why not, and what there is to choose from in its form.

    ``forbidden`` says that the reason is who the person is: somebody else with the same role could do it now.
    """

    act: str
    kind: type[Command]
    possible: bool
    why_not: str = ""
    code: str = ""
    forbidden: bool = False
    offers: Offers = field(default_factory=dict)


def may_send(caller: Caller, kind: type[Command], pair: Sequence[str] = ()) -> bool:
    """Return whether somebody sends a command as staff: by a role, and not about a pair of one's own."""
    return bool(roles_of(caller, kind)) and not any(id in pair for id in caller.ids)


def roles_of(caller: Caller, kind: type[Command]) -> tuple[Role, ...]:
    """Return the staff roles in which somebody may send a command."""
    allowed = {*senders(kind)} - {Role.PARTICIPANT, Role.SYSTEM}
    return tuple(role for role in caller.roles if role in allowed)


def acts_for(caller: Caller, subject_kind: str, pair: Sequence[str] = ()) -> dict[str, type[Command]]:
    """Return the acts on a kind of subject that somebody's roles allow."""
    return {act: kind for act, kind in ACTS[subject_kind].items() if may_send(caller, kind, pair)}


async def offered(office: Office, shown: Shown, act: str) -> Offered:
    """Return one act with what its form offers."""
    return tried(shown, act, await _offers(office, shown, ACTS[shown.subject.kind][act]))


async def every_act(office: Office, shown: Shown, pair: Sequence[str]) -> tuple[Offered, ...]:
    """Return every act that the person's roles allow on a subject, in the order of the rooms."""
    allowed = acts_for(shown.caller, shown.subject.kind, pair)
    return tuple([await offered(office, shown, act) for act in allowed])


async def _offers(office: Office, shown: Shown, kind: type[Command]) -> Offers:
    return await offers_of(office, shown, kind, parts_of(kind))


async def offers_of(office: Office, shown: Shown, kind: type[Command], parts: Sequence[FormPart]) -> Offers:
    """Return what there is to choose from in the parts of a form."""
    found: dict[str, tuple[Choice, ...]] = {}
    for part in every_part(parts):
        source, _, name = part.offers.partition(":")
        if source == "records":
            found[part.offers] = await choices_of_records(office, shown, kind, name)
        elif source:
            found[part.offers] = choices_of_rules(shown, part.offers)
    return found


def every_part(parts: Iterable[FormPart]) -> Iterator[FormPart]:
    """Yield the parts of a form with those inside of each."""
    for part in parts:
        yield part
        yield from every_part(part.parts)


def tried(shown: Shown, act: str, offers: Offers, *, by: str = "") -> Offered:
    """Return what the domain says of every attempt at an act, with the records that some attempt takes.

    ``by`` is somebody else whose attempts they are.
    """
    kind = ACTS[shown.subject.kind][act]
    return tried_with(shown, act, kind, parts_of(kind), offers, by=by)


def tried_with(
    shown: Shown,
    act: str,
    kind: type[Command],
    parts: Sequence[FormPart],
    offers: Offers,
    *,
    by: str | Actor = "",
    once: bool = False,
) -> Offered:
    """Return the same of a form with some parts of a command only.

    ``by`` is somebody else by id, in the role of the reader, or as who that person is. ``once`` if it is enough that
    one attempt is taken.
    """
    if kind is OpenComplaint:
        # Whether there is a case already is nothing that an offer may tell.
        return Offered(act=act, kind=kind, possible=True, offers=offers)
    records = [part for part in parts if part.offers.startswith("records:") and part.name != "reason"]
    closed = {part.name for part in parts if part in records or part.offers.startswith("enum:")}
    if any(part.required and not offers[part.offers] for part in records):
        return Offered(act=act, kind=kind, possible=False, offers=offers)
    taken: dict[str, set[str]] = {part.name: set() for part in records}
    first: RuleViolation | None = None
    possible = False
    for body in islice(_bodies(shown, kind, parts, offers), _MOST):
        broken = attempt(shown, kind, body, by)
        if _depends(broken, closed):
            possible = True
            for name in taken:
                value = body.get(name)
                taken[name].update(value if isinstance(value, list) else [value or ""])
            if once:
                break
        first = first or broken
    if not possible:
        code = first.code if first else ""
        return Offered(
            act=act,
            kind=kind,
            possible=False,
            why_not=in_words(code, _advice(shown, code), shown.language) if code else "",
            code=code,
            forbidden=not by
            and is_forbidden(code)
            and tried_with(shown, act, kind, parts, offers, by=_ANOTHER).possible,
            offers=offers,
        )
    return Offered(act=act, kind=kind, possible=True, offers=_left(offers, records, taken))


def _advice(shown: Shown, code: str) -> str:
    """Return what to do about a refusal in this very case; empty where the words of its code say it."""
    state = shown.subject.state
    if code != "already_signed" or not isinstance(state, Relationship):
        return ""
    until = objection_until(state)
    return signed_by_both(until, shown.subject.rules).said(shown.language) if until else ""


def _left(offers: Offers, records: Sequence[FormPart], taken: Mapping[str, set[str]]) -> Offers:
    """Return the choices without the records that no attempt took."""
    left = {
        part.offers: tuple(each for each in offers[part.offers] if each.value in taken[part.name])
        for part in records
    }
    return {**offers, **left}


def _depends(broken: RuleViolation | None, closed: Collection[str]) -> bool:
    """Return whether an act may be done after all if something else is filled in.

    ``closed`` are the fields of which every value is tried.
    """
    if broken is None or broken.code in _DEPENDS:
        return True
    named = broken.field.partition(".")[0]
    return bool(named) and named not in closed


def attempt(
    shown: Shown, kind: type[Command], body: Mapping[str, Any], by: str | Actor = ""
) -> RuleViolation | None:
    """Return why an attempt is refused; None if it is not, or if only more facts could tell."""
    try:
        parsed = body_of(kind).model_validate(body)
    except ValidationError:
        return None
    actor = by if isinstance(by, Actor) else actor_of(shown.caller, kind, body)
    actor = replace(actor, id=by) if isinstance(by, str) and by else actor
    documents = dict.fromkeys(_documents_of(kind), _DOCUMENT)
    return shown.subject.why_not(command_from(kind, parsed, id=_ID, actor=actor, **documents))


def actor_of(caller: Caller, kind: type[Command], body: Mapping[str, Any]) -> Actor:
    """Return who would act: staff in their own name, or for the person whom a body names."""
    person, reason = (body.get(name) for name in FOR_A_PERSON)
    if person and kind.by is By.OWN_OR_STAFF:
        return caller.acting_for(person, StaffReason(reason) if reason else None)
    try:
        return caller.acting(roles_of(caller, kind))
    except Problem:
        return Actor(id=caller.person, role=caller.roles[0], regions=caller.regions)


def _documents_of(kind: type[Command]) -> Iterator[str]:
    if takes_answers(kind):
        yield ANSWERS
    for name, of in kind.__annotations__.items():
        if of == SEALED_DOCUMENT:
            yield name


def _bodies(
    shown: Shown, kind: type[Command], parts: Sequence[FormPart], offers: Offers
) -> Iterator[dict[str, Any]]:
    """Yield bodies with values that fit: each record and each yes or no, and the first of all else."""
    values = [[*_values(shown, part, offers)] for part in parts]
    extra: dict[str, Any] = {ANSWERS: {}} if takes_answers(kind) else {}
    for each in product(*values):
        body = {part.name: value for part, value in zip(parts, each, strict=True) if value is not None}
        if (
            all(name in body for name in FOR_A_PERSON)
            or not any(name in body for name in FOR_A_PERSON)
            or (kind.by is not By.OWN_OR_STAFF)
        ):
            yield {**body, **extra}


def value_that_fits(shown: Shown, part: FormPart, offers: Offers) -> Any:
    """Return a value that a field can have; None if there is none to choose."""
    return next(_values(shown, part, offers), None)


def _values(shown: Shown, part: FormPart, offers: Offers) -> Iterator[Any]:
    """Yield what an attempt fills into one field; None leaves it out."""
    choices = offers.get(part.offers, ())
    of_records = part.offers.startswith("records:")
    match part.control:
        case Control.CHOICE if of_records and part.name == "reason":
            if not part.required:
                yield None
            yield StaffReason.ON_PAPER.value
        case Control.CHOICE if of_records:
            if not part.required:
                yield None
            yield from (each.value for each in choices)
        case Control.CHOICE if part.offers.startswith("enum:"):
            yield from (each.value for each in choices)
        case Control.CHOICE:
            # Older rules that list no reasons take any code.
            yield choices[0].value if choices else "attempt" if part.required else None
        case Control.CHOICES:
            yield [each.value for each in choices] if of_records else [each.value for each in choices[:1]]
        case Control.YES_NO:
            yield from (True, False)
        case Control.GROUP:
            yield {
                inner.name: next(_values(shown, inner, offers), None)
                for inner in part.parts
                if inner.required
            }
        case _:
            yield from _plain(shown, part)


def _plain(shown: Shown, part: FormPart) -> Iterator[Any]:
    """Yield a value that a field without choices can have."""
    calendar = shown.subject.rules.calendar
    today = calendar.local_date(shown.subject.now)
    match part.control:
        case Control.DAY:
            yield (today + timedelta(days=7) if part.name == "look_on" else today).isoformat()
        case Control.INSTANT:
            ahead = calendar.next_working(today + timedelta(days=7))
            at = calendar.at(ahead, time(10)) if part.name == "starts_at" else _hour_ago(shown.subject.now)
            yield at.isoformat()
        case Control.MONTH:
            yield f"{today:%Y-%m}"
        case Control.NUMBER:
            yield 45 if part.name == "minutes" else 1
        case Control.HIDDEN:
            version, digest = _to_sign(shown)
            yield version if part.number else digest
        case Control.TEXT:
            yield "attempt" if part.required else None
        case Control.ROWS:
            yield []
        case _:
            yield None


def _to_sign(shown: Shown) -> tuple[int, str]:
    """Return version and digest of the text that is to be signed; without one, values that fit no text."""
    state = shown.subject.state
    draft = state.agreement.draft if isinstance(state, Relationship) else None
    return (draft.version, draft.texts[0].digest) if draft else (1, "0" * 64)


def _hour_ago(now: datetime) -> datetime:
    return now - timedelta(hours=1)
