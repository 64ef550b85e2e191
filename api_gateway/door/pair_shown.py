"""One pair on a person's own page: what is left to do, what comes next, what holds, and the meetings so far.

There are no rules here: what is due says ``domain.relationship.calendar_feed``, and what a form takes the form itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import month_in_words, opening, time_in_words
from activities.adapters.postgres.reads.agreement import Signature, Version
from activities.adapters.postgres.reads.own_page import OwnPair
from api_gateway.door.contact_word import contact_word
from api_gateway.door.end_shown import staying_in_touch
from api_gateway.door.handed_in import SentForm, forms_begun, forms_handed_in
from api_gateway.door.in_the_way import objects_until
from api_gateway.door.meetings_shown import MeetingsShown, asks
from api_gateway.door.money_shown import MoneyShown, money_shown
from api_gateway.door.own_address import own_address
from api_gateway.door.records import proposed_in
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.words import Say
from api_gateway.services.history import last_due, relationship_state
from api_gateway.services.programs import programs
from domain.actors import Side
from domain.ids import term_region_id
from domain.languages import Language
from domain.relationship.calendar_feed import Deadline, deadlines, invitations, overdue, unrecorded
from domain.relationship.invitation import Occasion
from domain.relationship.state import Relationship
from domain.rules.meetings import Booking
from domain.rules.program import DeadlineKind

SOON: Final = timedelta(days=3)
"""A meeting that is due later than this is no thing to do yet: it stands among what comes next."""
_IN_CONFIDENCE: Final = ("AskForChange", "OpenComplaint")
"""Acts that My page does not name, because others may look at it."""
_FIXED: Final = {
    DeadlineKind.FIRST_CONTACT: "ConfirmFirstContact",
    DeadlineKind.MEETING: "LogMeeting",
    DeadlineKind.SURVEY: "SubmitSurvey",
    DeadlineKind.CLOSING: "AnswerContinuation",
}
_BEFORE_MATCH: Final = ("application", "matching")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing that is left to do: its form, what it is called, by when, and whether it is late.

    ``optional`` if it is enough to do nothing where all is right.
    """

    href: str
    text: str
    day: date | None = None
    when: When | None = None
    late: bool = False
    today: bool = False
    planned: datetime | None = None
    optional: bool = False


def urgency(todo: ToDo) -> tuple[bool, bool, datetime, bool, bool, date, str]:
    """Return the order of what is left to do: past plans, what is late, what waits for an answer, then by its day.

    What is enough to leave as it is stands last.
    """
    planned = todo.planned or datetime.max.replace(tzinfo=UTC)
    return (
        todo.optional,
        todo.planned is None,
        planned,
        not todo.late,
        todo.day is not None,
        todo.day or date.min,
        todo.text,
    )


class PairShown:
    """A pair as its person reads it. What it shows is worked out once, when it is made."""

    def __init__(self, pair: OwnPair, people: tuple[str, ...], language: str, now: datetime) -> None:
        self.row, self.contacts = pair.row, pair.contacts
        self._pair, self._people, self._now = pair, people, now
        self.state: Relationship = relationship_state(pair.history)
        self.say = Say(Language(language))
        self._language = Language(language)
        self.dates = Dates(language, pair.rules.calendar.zone, now)
        self._file = programs().get(self.row["program"])

    @property
    def id(self) -> str:
        """The id of the relationship."""
        return self.state.id

    @property
    def mentors(self) -> bool:
        """Whether the person is the mentor, also one who is only proposed."""
        return self.row["mentee"] not in self._people

    @property
    def side(self) -> Side:
        """The person's seat."""
        return Side.MENTOR if self.mentors else Side.MENTEE

    @property
    def proposed(self) -> bool:
        """Whether the person is a mentor who is only proposed."""
        return self.mentors and self.row["mentor"] not in self._people

    @property
    def partner(self) -> str:
        """The partner's name; empty while there is none, or for one who is only proposed."""
        if self.state.stage in _BEFORE_MATCH and not self.state.ended:
            return ""
        return str(self.row["mentee_name" if self.mentors else "mentor_name"] or "")

    def reached_at(self) -> tuple[str, str]:
        """Return the partner's address and phone number while the two are a pair; else empty."""
        if not self.partner or self.proposed or self.state.ended:
            return "", ""
        side = "mentee" if self.mentors else "mentor"
        return str(self.row[f"{side}_email"] or ""), str(self.row[f"{side}_phone"] or "")

    @property
    def program(self) -> str:
        """The program's name."""
        return self._file.wording_in(self._language.value).program if self._file else ""

    @property
    def contact_word(self) -> str:
        """What the program, and so its emails, call the contact of a region."""
        return contact_word([self.row["program"]], self._language.value)

    @property
    def waits(self) -> str:
        """Where the pair stands, if there is nothing yet that the two could do together; else empty."""
        state = self.state
        if state.ended and state.ended_at:
            return self.say("my.ended", day=self.dates.long(self.dates.local(state.ended_at).date()))
        if state.pause:
            return self.say("my.paused", day=self.dates.long(self.dates.local(state.pause.since).date()))
        if self.proposed:
            return self._answer()
        return self.say("my.looking") if state.stage in _BEFORE_MATCH else ""

    def _answer(self) -> str:
        """Return what a mentor who is only proposed is asked, or the answer that was given."""
        proposal = self.state.open_proposal
        if proposal is None or proposal.accepted_at is None:
            return self.say("my.proposed", contact=self.contact_word)
        day = self.dates.long(self.dates.local(proposal.accepted_at).date())
        return self.say("my.accepted", day=day, contact=self.contact_word)

    def todo(self) -> list[ToDo]:
        """Return what is left to do, the most urgent first."""
        found = [*self._asked(), *self._to_confirm(), *self._staff_entries(), *self._due()]
        if past := self._past_plans():
            # Whoever records one of them has recorded the meeting that is due.
            due = own_address("LogMeeting", self.id)
            found = [*past, *(each for each in found if each.href != due)]
        asked = {each.href for each in found}
        found += [each for each in (*self._amendment(), *self._begun()) if each.href not in asked]
        return sorted(found, key=urgency)

    def _past_plans(self) -> list[ToDo]:
        """Return the record of each planned meeting whose time is over."""
        return [
            ToDo(
                href=own_address("LogMeeting", self.id, {"planned": row.id}),
                text=self.say("my.record_planned", partner=self.partner, day=self._day(row.starts_at)),
                planned=row.starts_at,
            )
            for row in unrecorded(self.state, self._now)
        ]

    def _day(self, at: datetime) -> str:
        return self.dates.long(self.dates.local(at).date())

    def _amendment(self) -> Iterator[ToDo]:
        """Yield the signature that has no deadline: of a version that is to take the place of the one in force."""
        version = self.to_sign()
        if version and not self.state.pause:
            yield self._do("SignAgreement", more=self.say("my.of_version", number=version))

    def _begun(self) -> Iterator[ToDo]:
        """Yield the forms whose answers were saved for later."""
        for form, href in forms_begun(self.state, self._people, self._pair.rules, self._pair.begun):
            title = form_title(form, self._language.value)
            yield self._of(href, self.say("my.go_on", form=title), None)

    def _asked(self) -> Iterator[ToDo]:
        state = self.state
        if not self.proposed:
            yield from [self._do("ResumeRelationship")] if state.pause else ()
        elif state.open_proposal and not (state.open_proposal.accepted_at or state.ended):
            yield self._do("AcceptMatch")
            yield self._do("DeclineMatch")

    def _to_confirm(self) -> Iterator[ToDo]:
        for met in self.state.meetings.log:
            if not (self.state.ended or self.state.pause) and asks(met, self.side):
                day = self.say("my.on_day", day=self.dates.on(met.began_at).words.replace(" ", "\u00a0"))
                change = proposed_in(met)
                todo = self._do("ConfirmMeeting", more=day, which=change and f"_{change}", meeting=met.id)
                yield replace(todo, optional=not change and self._pair.rules.meetings.unconfirmed_counts)

    def _staff_entries(self) -> Iterator[ToDo]:
        for entered in self.state.staff_acts:
            if entered.open and entered.person in self._people:
                until = self.dates.due_by(entered.until)
                yield self._do("ConfirmStaffAct", day=until, act=entered.id)

    def _due(self) -> Iterator[ToDo]:
        for each in (*self._deadlines(), *self._overdue()):
            if each.subject is DeadlineKind.FORM:
                title = form_title(each.about, self._language.value)
                href = own_address("SubmitForm", self.id, {"form": each.about})
                yield self._of(href, title, each.day)
            elif (act := self._act_of(each)) and not self._later(each):
                yield self._do(act, day=each.day)

    def _deadlines(self) -> Iterator[Deadline]:
        return deadlines(self.state, self._here, self._pair.rules.calendar)

    def _overdue(self) -> Iterator[Deadline]:
        """Yield what is late although nobody is reminded of it any more, with the day on which it was due."""
        rules = self._pair.rules
        late = tuple(overdue(self.state, self._here, self._now, rules))
        due = last_due(self._pair.history) if late else {}  # it reads the history once more
        for key in late:
            if key in due:
                day = rules.calendar.local_date(due[key] - timedelta(seconds=1))
                yield Deadline(subject=key[0], day=day, about=key[1])

    @property
    def _here(self) -> str:
        """The id under which the person has a seat; empty for a mentor who is only proposed."""
        return next((id for id in self._people if id in (self.state.mentor, self.state.mentee)), "")

    def _later(self, due: Deadline) -> bool:
        return due.subject is DeadlineKind.MEETING and due.day > self.dates.today + SOON

    def next_meeting(self) -> str:
        """Return by when the next meeting is due, in words, while it is no thing to do yet; else empty.

        Empty, too, where one is planned for a day until then: that day is on the page.
        """
        days = [each.day for each in self._deadlines() if self._later(each)]
        planned = [self.dates.local(at).date() for at, _ in self._planned(Occasion.MEETING)]
        if not days or any(day <= min(days) for day in planned):
            return ""
        return self.say("my.by", day=self.dates.day(min(days)).words)

    def _act_of(self, due: Deadline) -> str:
        """Return the act that a deadline waits for; empty if it waits for the partner alone."""
        state = self.state
        if due.subject is DeadlineKind.AGREEMENT:
            draft = state.agreement.draft
            return (
                "DraftAgreement" if draft is None else "" if self.side in draft.signed_by else "SignAgreement"
            )
        if due.subject is DeadlineKind.OBSERVATION:
            over = any(
                each.status == "booked" and each.ends_at <= self._now for each in state.observations.booked
            )
            if over:
                return "ReportObservation"
            books = self._pair.rules.observations.booked_by is Booking.PAIR
            return "BookObservation" if books else ""
        if due.subject is DeadlineKind.CLOSING and self.side in state.recognition.answered:
            return ""
        return _FIXED.get(due.subject, "")

    def _do(
        self, act: str, /, *, day: date | None = None, more: str = "", which: str = "", **chosen: str
    ) -> ToDo:
        title = self.say(f"door.acts.{act}.title{which}", partner=self.partner)
        return self._of(own_address(act, self.id, chosen), f"{title} {more}".strip(), day)

    def _of(self, href: str, text: str, day: date | None) -> ToDo:
        late = day is not None and day < self.dates.today
        when = self.dates.day(day) if day else None
        return ToDo(href=href, text=text, day=day, when=when, late=late, today=day == self.dates.today)

    def usual(self) -> list[ToDo]:
        """Return the acts that a pair does again and again; of a mentor who has accepted a proposal, to decline."""
        state, proposal = self.state, self.state.open_proposal
        if self.proposed:
            accepted = proposal is not None and proposal.accepted_at is not None
            return [self._do("DeclineMatch")] if accepted and not state.ended else []
        if state.ended or state.pause or state.stage != "meetings":
            return []
        if state.term_dates is not None and self._now >= state.meetings_end(self._pair.rules):
            return []
        asked = {each.href.partition("?planned=")[0] for each in self.todo()}
        return [each for each in (self._do("LogMeeting"), self._do("PlanMeetings")) if each.href not in asked]

    def next_date(self) -> str:
        """Return the next date that is planned, in words; empty if none is."""
        planned = self._planned(*Occasion)
        if not planned:
            return ""
        starts_at, mode = min(planned)
        words = [self.dates.at(starts_at).words, self.label(mode)]
        return ", ".join(word for word in words if word)

    def _planned(self, *occasions: Occasion) -> list[tuple[datetime, str]]:
        """Return when something of these kinds is planned at an hour still to come, with how the two will meet."""
        return [
            (each.starts_at, each.mode)
            for each in invitations(self.state, self._here, self._now)
            if each.occasion in occasions and each.starts_at is not None and each.starts_at > self._now
        ]

    def agreement(self) -> str:
        """Return the agreement in force in one line; empty without one."""
        held = self.state.agreement
        if not held.in_force or held.terms is None:
            return ""
        terms = held.terms
        rhythm = self.say(f"relationship.rhythm.{terms.rhythm.unit.value}", count=terms.rhythm.every)
        parts = [rhythm, time_in_words(terms.minutes, self._language), *map(self.label, terms.modes)]
        return opening(", ".join(part for part in parts if part))

    def to_sign(self) -> int:
        """Return the version of the agreement that waits for the person's own signature; 0 without one."""
        draft = self.state.agreement.draft
        signs = draft is not None and self.side not in draft.signed_by
        return draft.version if draft is not None and signs and not self.state.ended else 0

    def stands(self, version: Version) -> str:
        """Return how a version of the agreement stands for the person, in words."""
        held, say = self.state.agreement, self.say
        if version.version == held.in_force and version.in_force_since:
            since = self.dates.local(version.in_force_since).date()
            return say("my.in_force_since", day=self.dates.long(since))
        if held.draft is None or held.draft.version != version.version:
            return say("my.replaced")
        signed = held.draft.signed_by
        effect = say("my.until_then", number=held.in_force) if held.in_force else say("my.not_in_force")
        if self.side not in signed:
            return say("my.to_sign", effect=effect)
        if self.side.other not in signed:
            return say("my.waits_for", partner=self.partner, effect=effect)
        if (until := objects_until(self.state)) is None:
            return say("my.both_signed")
        return say("my.both_signed_until", day=self.dates.long(self.dates.local(until).date()))

    def waits_for_signature(self) -> int:
        """Return the version of the agreement that the person has signed and that is not in force; 0 without one."""
        draft = self.state.agreement.draft
        signed = draft is not None and self.side in draft.signed_by
        return draft.version if draft is not None and signed and not self.state.ended else 0

    def waits_for(self) -> str:
        """Return what that version waits for: the partner's signature, or that nobody objects to one from paper."""
        draft, until = self.state.agreement.draft, objects_until(self.state)
        if draft is None or self.side.other not in draft.signed_by or until is None:
            return self.say("my.waits_signature", partner=self.partner)
        return self.say("my.waits_objection", day=self.dates.long(self.dates.local(until).date()))

    def signatures(self, signed: Iterable[Signature]) -> list[tuple[str, str]]:
        """Return who signed a version, each with the day in words."""
        names = {Side.MENTOR: self.row["mentor_name"], Side.MENTEE: self.row["mentee_name"]}
        return [
            (str(names[each.side] or ""), self.dates.long(self.dates.local(each.signed_at).date()))
            for each in signed
        ]

    def did(self) -> list[tuple[When, str]]:
        """Return what the person did last in this pair, the newest first: the day, and what it did."""
        named = [(kind, at) for kind, at in self._pair.did if kind not in _IN_CONFIDENCE]
        return [(self.dates.on(at), said) for kind, at in named if (said := self._said_of(kind))]

    def _said_of(self, kind: str) -> str:
        """Return what an act was: in words of its own where those of the page after it only thank; else empty."""
        keys = (f"door.acts.{kind}.{word}" for word in ("did", "done"))
        key = next((key for key in keys if self.say.has(key)), "")
        return self.say(key, partner=self.partner, contact=self.contact_word) if key else ""

    def money(self) -> list[MoneyShown]:
        """Return each claim of the mentor with its state in one of four words, and what comes next."""
        if not self.mentors:
            return []
        region = self._file.wording_in(self._language.value).region if self._file else ""
        shown = money_shown(
            self.state.claims, self._pair.rules, self.dates, contact=self.contact_word, region=region
        )
        return [replace(each, kind=opening(self.label(each.kind))) for each in shown]

    def thanked(self) -> str:
        """Return how the mentor who reads was thanked, in words; empty before that, and for a mentee."""
        return opening(self.label(self.state.recognition.kind)) if self.mentors else ""

    def touch(self) -> list[str]:
        """Return what both said about staying in touch."""
        return staying_in_touch(self.state, self.side, self.partner, self.say)

    def handed_in(self) -> list[SentForm]:
        """Return the forms that the person handed in, the newest first."""
        return forms_handed_in(self.state, self._people, self._pair.rules, self.dates)

    @property
    def meetings(self) -> MeetingsShown:
        """The meetings so far."""
        return MeetingsShown(
            state=self.state,
            rules=self._pair.rules,
            history=self._pair.history,
            side=self.side,
            partner=self.partner,
            contact=self.contact_word,
            dates=self.dates,
            label=self.label,
        )

    def label(self, code: str) -> str:
        """Return the program's words for a code, in the reader's language."""
        return self._file.label(code, self._language.value) if self._file and code else code


def term_todo(row: Mapping[str, Any], language: str, now: datetime) -> ToDo:
    """Return what a term in a region asks a person for."""
    say, file = Say(Language(language)), programs().get(row["program"])
    dates = Dates(language, file.rules.calendar.zone if file else UTC, now)
    record = row["act"] == "SubmitMonthlyRecord"
    chosen = {"month" if record else "audience": row["key"]}
    day = dates.due_by(row["due_at"])
    text = say(f"door.acts.{row['act']}.title")
    if record:
        text = f"{text}: {month_in_words(row['key'], Language(language))}"
    return ToDo(
        href=own_address(row["act"], term_region_id(row["term"], row["region"]), chosen),
        text=text,
        day=day,
        when=dates.day(day),
        late=day < dates.today,
        today=day == dates.today,
    )
