"""The act of a person as it stands: the same parts, offers and checks as the forms of staff, by link or in a session.

What is chosen already, such as the meeting of a link, is no field: the page says it in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from activities.adapters.postgres.reads.drafts import OwnWriting
from activities.adapters.postgres.reads.own_page import OwnPair
from api_gateway.door.contact_word import contact_word
from api_gateway.door.in_the_way import OF_STAGE, InTheWay, PairStands
from api_gateway.door.office import Door
from api_gateway.door.proofs import FormAsked
from api_gateway.door.questions import questions_of, use_of
from api_gateway.door.records import (
    by_name,
    chosen_in_words,
    fitting_first,
    in_own_words,
    own_records,
    proposed_in,
)
from api_gateway.http.command_bodies import FOR_A_PERSON
from api_gateway.pages.acts.form import Offers
from api_gateway.pages.acts.limits import with_limits
from api_gateway.pages.acts.offered import attempt, offers_of, tried_with
from api_gateway.pages.acts.parts import Control, FormPart, parts_of, slug, takes_answers
from api_gateway.pages.acts.posted import typed_from
from api_gateway.pages.acts.records import PROVIDED, Shown
from api_gateway.pages.acts.subject import pair_now
from api_gateway.pages.acts.words import at_a_page
from api_gateway.pages.words import Say
from api_gateway.services.agreements import ChangedText, own_agreement, own_changes
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.actors import Role
from domain.languages import Language
from domain.messages import By, Command
from domain.relationship.any_stage.ending import ChangePartner
from domain.relationship.parts.meetings import Meeting
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.stages.survey import SubmitSurvey
from domain.relationship.state import Relationship
from domain.rules.form_uses import FormUse

NO_FORM: Final[Mapping[str, str]] = {
    "OpenRelationship": "An application comes by the form of the association, before there is a relationship.",
    "NameHelper": "It names a person whom a mentor cannot look up: the coordinator enters a helper for the mentor.",
}
"""What a mentor or mentee may send, and why the door has no form for it."""
_NEVER_ASKED: Final = ("version", "another", "next_topics", "digest", "scan")
"""Fields of a command that the forms of the door do not have."""
_OF_STAFF: Final = tuple(f"records:{name}" for name in FOR_A_PERSON)
"""What only staff choose, who act for a person."""
_ROWS: Final = 2
"""The rows of an empty plan: more come by a button."""
_REASON_OF_STAFF: Final = ("CorrectMeeting", "WithdrawMeeting")
"""Commands of which only staff give a reason."""


def sent_by_participants(kinds: tuple[type[Command], ...]) -> dict[str, type[Command]]:
    """Return the commands that a mentor or mentee may send, by their names."""
    own = (By.OWN, By.OWN_OR_STAFF)
    return {kind.__name__: kind for kind in kinds if kind.by in own and Role.PARTICIPANT in kind.roles}


OF_PAIR: Final = {name: kind for name, kind in sent_by_participants(COMMANDS).items() if name not in NO_FORM}
"""The acts about a pair that have a form here, by the names of their commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAct:
    """One act of a person as it stands: what its form asks, what is fixed, and what stands beside its fields.

    ``start`` is what stands in the form as it is opened. ``pick`` says which field is still to be chosen before its
    questions are known. ``text`` is the exact text that a signature is for, and ``changed``
    what it changes in the agreement in force. ``form`` is the program's form that
    it answers, with its ``intro``, and ``draft`` the same if its answers can be saved for later; ``saved`` counts
    what was saved. ``in_the_way`` is what to do instead, where ``why_not`` or a refusal leaves that open.
    """

    asked: FormAsked
    kind: type[Command]
    subject_kind: str
    shown: Shown
    parts: tuple[FormPart, ...]
    offers: Offers
    possible: bool
    program: str
    why_not: str = ""
    in_the_way: InTheWay | None = None
    stands: PairStands | None = None
    partner: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)
    card: tuple[str, ...] = ()
    start: Mapping[str, list[str]] = field(default_factory=dict)
    meeting: Meeting | None = None
    pick: str = ""
    text: str = ""
    changed: ChangedText | None = None
    intro: str = ""
    form: str = ""
    draft: str = ""
    saved: int = 0

    @property
    def name(self) -> str:
        """The name of its command."""
        return self.asked.act

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self.asked.visitor.language

    @property
    def zone(self) -> str:
        """The time zone of the program."""
        return self.shown.zone

    @property
    def caller(self) -> Caller:
        """The person, under the entry that stands in the records."""
        return self.shown.caller

    @property
    def contact(self) -> str:
        """What its program calls the contact of a region."""
        return contact_word([self.shown.subject.rules.program], self.language)

    def says(self, word: str) -> str:
        """Return one of the words about the act, such as who reads it."""
        say, key = Say(Language(self.language)), f"door.acts.{self.name}.{word}"
        fits = f"{key}_{proposed_in(self.meeting) or self._again}"
        return say(fits if say.has(fits) else key, partner=self.partner, contact=self.contact)

    @property
    def _again(self) -> str:
        """The ending of words that fit the person's side, or an act that replaces something: an agreement, a plan."""
        if self.stands is None:
            return ""
        if self.kind is ChangePartner:
            return self.stands.side.value
        state, now = self.stands.state, self.shown.subject.now
        planned = any(row.status == "planned" and row.starts_at > now for row in state.schedule.planned)
        agreed = state.agreement.draft is not None or bool(state.agreement.in_force)
        there = {DraftAgreement: agreed, PlanMeetings: planned}.get(self.kind, False)
        return "again" if there else ""

    @property
    def with_answers(self) -> bool:
        """Whether the form has the questions of a program's form, which are checked before they are sent."""
        return takes_answers(self.kind)

    @property
    def seen(self) -> dict[str, Any]:
        """What the form shows beside its fields: another one means that something has changed."""
        choices = {
            name: [each.label for each in offered]
            for name, offered in self.offers.items()
            if name.startswith("records:")
        }
        version = self.fixed.get("version", "")
        return {"offers": choices, "card": list(self.card), "version": version, **self.hidden}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairHere:
    """A pair of the person's own as it was read for a form: as the form shows it, as it stands, and as a row.

    ``writing`` is what the person has written for it, and ``answers`` those of the form that is to be amended.
    """

    shown: Shown
    state: Relationship
    pair: OwnPair
    writing: OwnWriting = field(default_factory=OwnWriting)
    answers: Mapping[str, Any] = field(default_factory=dict)


async def pair_act(door: Door, asked: FormAsked) -> OwnAct:
    """Return an act about a pair as it stands now; 404 if its person does not see the pair any more."""
    here = await pair_of(door, asked)
    act, use = await act_here(door, asked, here)
    return _with_text(await _with_answers(door, act, use, here), here)


async def possible_here(door: Door, asked: FormAsked, here: PairHere) -> OwnAct:
    """Return the same without what its person has saved or is to sign: enough to say whether it can be done.

    Not all that there is to choose stands in it.
    """
    act, use = await act_here(door, asked, here, once=True)
    return _with_questions(act, use)


async def act_here(
    door: Door, asked: FormAsked, here: PairHere, *, once: bool = False
) -> tuple[OwnAct, FormUse | None]:
    """Return an act about a pair that was read, with the form of the program that it is about.

    ``once`` if it is enough that one of the person's choices can be taken.
    """
    shown, state = here.shown, here.state
    kind = OF_PAIR[asked.act]
    records = {part.name for part in parts_of(kind) if part.offers == f"records:{part.name}"}
    chosen = {name: value for name, value in asked.chosen.items() if name in records}
    use = use_of(shown, state, kind, chosen)
    if kind.__name__ == "SubmitForm" and use is not None and use.audience:
        # The survey of one side is a form of its own command.
        kind, chosen = SubmitSurvey, {}
    parts = tuple(_asked_of(kind, part, shown) for part in parts_of(kind) if _is_asked(kind, part))
    offers = await _offers(door, shown, state, kind, parts, chosen)
    found = tried_with(shown, slug(kind), kind, (*parts, *_unasked(kind)), offers, once=once)
    stands = PairStands(shown=shown, state=state, history=here.pair.history, partner=_partner(shown))
    lacks = any(_lacks(part, offers) for part in parts)
    met = next((each for each in state.meetings.log if each.id == chosen.get("meeting")), None)
    return OwnAct(
        asked=replace(asked, act=kind.__name__),
        kind=kind,
        subject_kind="relationship",
        shown=shown,
        parts=tuple(_as_recorded(kind, part, met) for part in parts if part.name not in chosen),
        offers=found.offers,
        possible=found.possible and not lacks and _left(found.offers, chosen),
        program=programs()[state.program].wording_in(shown.language).program,
        why_not="" if found.code.startswith(OF_STAGE) else at_a_page(found.why_not or ""),
        in_the_way=stands.against(kind.__name__, found.code, chosen.get("meeting", ""), use),
        stands=stands,
        partner=stands.partner,
        fixed={**chosen, **_version(kind, met)},
        card=chosen_in_words(shown, state, chosen),
        meeting=met,
        pick="meeting" if kind is CorrectMeeting and met is None else "",
    ), use


async def _offers(
    door: Door,
    shown: Shown,
    state: Relationship,
    kind: type[Command],
    parts: tuple[FormPart, ...],
    chosen: Mapping[str, str],
) -> dict[str, Any]:
    """Return what there is to choose from; of what is chosen already, that alone."""
    ours = [part for part in parts if part.offers.partition(":")[2] in PROVIDED or not part.offers]
    ours += [part for part in parts if part.offers and not part.offers.startswith("records:")]
    offers = dict(await offers_of(door.office, shown, kind, ours))
    offers |= own_records(shown, state, kind, parts, offers)
    offers |= {key: by_name(offers[key]) for key in offers if key.startswith("records:")}
    offers |= {key: in_own_words(offers[key], shown.language) for key in offers if key.startswith("rules:")}
    if kind is ChangePartner:
        offers |= {key: fitting_first(offers[key]) for key in offers if key == "rules:ending_reasons"}
    for name, value in chosen.items():
        key = f"records:{name}"
        offers[key] = tuple(each for each in offers.get(key, ()) if each.value == value)
    return offers


def _left(offers: Offers, chosen: Mapping[str, str]) -> bool:
    """Return whether what is chosen already can still be chosen."""
    return all(
        any(each.value == value for each in offers[f"records:{name}"]) for name, value in chosen.items()
    )


def _is_asked(kind: type[Command], part: FormPart) -> bool:
    of_staff = part.name == "reason" and kind.__name__ in _REASON_OF_STAFF
    of_next = part.name == "next_on" and kind is CorrectMeeting
    return part.name not in _NEVER_ASKED and part.offers not in _OF_STAFF and not (of_staff or of_next)


def _unasked(kind: type[Command]) -> tuple[FormPart, ...]:
    """Return the parts that a command must have and no form asks: which text a signature is for."""
    return tuple(part for part in parts_of(kind) if part.required and part.name in _NEVER_ASKED)


def _asked_of(kind: type[Command], part: FormPart, shown: Shown) -> FormPart:
    """Return a part without what the program of this pair does not ask."""
    if kind is DraftAgreement and part.parts:
        pledged = shown.subject.rules.agreement.time_pledge
        inner = (replace(each, required=True) if each.name == "minutes" else each for each in part.parts)
        part = replace(part, parts=tuple(each for each in inner if pledged or each.name != "minutes"))
        return with_limits(part, shown)
    if kind is PlanMeetings:
        return replace(part, least_rows=_ROWS)
    if kind is LogMeeting and part.name == "next_on" and _needs_next_date(shown):
        return replace(part, required=True, hint=Say(Language(shown.language))("door.next_date"))
    if kind is LogGroupMeeting and part.name == "group":
        return replace(part, control=Control.HIDDEN, offers="")
    return part


def _as_recorded(kind: type[Command], part: FormPart, met: Meeting | None) -> FormPart:
    """Return a part of a correction without "none" where something is recorded: to leave it out changes nothing."""
    if kind is not CorrectMeeting or met is None or part.control is not Control.CHOICE:
        return part
    return replace(part, required=bool(getattr(met.proposed or met, part.name, "")))


def _needs_next_date(shown: Shown) -> bool:
    """Return whether a meeting that has just ended could not be logged without the day of the next one."""
    rules = shown.subject.rules.meetings
    began_at = shown.subject.now - timedelta(minutes=rules.shortest_minutes)
    body = {
        "began_at": began_at.isoformat(),
        "minutes": rules.shortest_minutes,
        "mode": rules.modes[0],
        "topics": [*rules.topics[:1]],
    }
    refused = attempt(shown, LogMeeting, body)
    return refused is not None and refused.code == "next_date_missing"


def _lacks(part: FormPart, offers: Offers) -> bool:
    """Return whether the program has no codes for something that a row or group needs."""
    return any(
        inner.required and inner.control is Control.CHOICE and not offers.get(inner.offers)
        for inner in part.parts
        if inner.offers.startswith("rules:")
    )


async def pair_of(door: Door, asked: FormAsked) -> PairHere:
    """Return a pair as its person sees it; 404 for anybody else."""
    page = await door.office.reads.own_page.pair(
        asked.visitor.caller.sight,
        asked.subject,
        written=takes_answers(OF_PAIR[asked.act]),
        document=asked.chosen.get("document", ""),
    )
    here = next((pair_here(door, asked, pair, page.now) for pair in page.pairs), None)
    if here is None:
        raise Problem(404, "not_found")
    return replace(here, writing=page.writing, answers=page.answers)


def pair_here(door: Door, asked: FormAsked, pair: OwnPair, now: datetime) -> PairHere | None:
    """Return a pair that was read as its person sees it; None if the person is none of it."""
    subject = pair_now(door.office, pair.history, pair.rules, now)
    state = subject.state
    assert isinstance(state, Relationship)  # noqa: S101 - it follows from the events of a pair
    people = (state.mentee, state.mentor, state.matching.proposal.mentor if state.matching.proposal else "")
    caller = asked.visitor.caller.standing(people)
    if caller.person not in people:
        return None
    subject = replace(subject, names=dict.fromkeys(caller.ids, asked.name))
    shown = Shown(subject=subject, row=pair.row, caller=caller, language=asked.visitor.language)
    return PairHere(shown=shown, state=state, pair=pair)


def _version(kind: type[Command], meeting: Meeting | None) -> dict[str, int]:
    """Return which version of a meeting the form shows, once there are several."""
    answers = "version" in {part.name for part in parts_of(kind)}
    return {"version": meeting.to_answer} if answers and meeting and meeting.versions else {}


def _partner(shown: Shown) -> str:
    row, person = shown.row, shown.caller.person
    side = "mentor" if row["mentee"] == person else "mentee"
    return str(row[f"{side}_name"] or "")


def _with_questions(act: OwnAct, use: FormUse | None) -> OwnAct:
    """Return an act with the questions of its form."""
    if not act.with_answers:
        return act
    if use is None:
        # Which form it is about is chosen first; a survey that nobody asks has none.
        pick = next((part.name for part in act.parts if part.name in ("form", "document")), "")
        return replace(act, pick=pick, possible=act.possible and bool(pick))
    asks = questions_of(act.shown, use)
    if asks is None:
        return replace(act, possible=False)
    return replace(act, parts=(*act.parts, asks.part), card=(asks.title,), intro=asks.intro, form=use.form)


async def _with_answers(door: Door, act: OwnAct, use: FormUse | None, here: PairHere) -> OwnAct:
    """Return an act with its questions, and with the answers that its person has saved so far."""
    made = _with_questions(act, use)
    if use is None or not made.form:
        return made
    if "document" in act.fixed:
        return replace(made, start=started(made, {"answers": here.answers}))
    draft = await door.office.form_answers.draft_of(act.caller, act.asked.subject, use.form, here.writing)
    return replace(made, start=started(made, {"answers": draft.answers}), draft=use.form, saved=draft.ver)


def started(act: OwnAct, body: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what stands in a form that shows a body."""
    return typed_from(act.parts, body, act.zone)


def _with_text(act: OwnAct, here: PairHere) -> OwnAct:
    """Return a signature with the exact text that it is for, in the reader's language where there is one."""
    if act.kind is not SignAgreement or not here.state.agreement.versions:
        return act
    found = own_agreement(act.caller, here.pair, version=None, otherwise=act.language)
    version = found.version
    hidden = {"version": version.version, "digest": version.digest_in(found.language)}
    in_force = here.state.agreement.in_force
    changed = own_changes(act.caller, here.pair, read=found, in_force=in_force, otherwise=act.language)
    return replace(act, text=found.text, changed=changed, hidden=hidden)
