"""Why the form of an act cannot be filled in now, in words, and where its person goes instead.

There are no rules here: that an act is refused, and with which code, the domain has said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from activities.adapters.postgres.reads.history import History
from api_gateway.door.contact_word import contact_word
from api_gateway.door.own_address import EVERYTHING, own_address, own_agreement_address
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.words import Say
from domain.acting_for import Contradiction
from domain.actors import Side
from domain.journal import Envelope
from domain.languages import Language
from domain.relationship.stages.agreement.signing import AgreementInForce, AgreementSigned
from domain.relationship.stages.contact.first_contact import FirstContactMade
from domain.relationship.stages.meetings.corrected_logs import (
    CorrectionProposed,
    MeetingCorrected,
    MeetingWithdrawn,
)
from domain.relationship.stages.meetings.dispute import MeetingConfirmed, MeetingDisputed
from domain.relationship.state import STAGES, Relationship
from domain.rules.form_uses import FormUse

OF_STAGE: Final = ("not_in_", "relationship_")
"""How refusals begin that speak of stages, which nobody of a pair knows by name."""
_MY: Final = "/my"
_FORMS: Final = ("SubmitForm", "SubmitSurvey")
_CHANGES: Final = (CorrectionProposed.__name__, MeetingCorrected.__name__, MeetingWithdrawn.__name__)
_ANSWERS: Final[Mapping[str, str]] = {
    MeetingConfirmed.__name__: "confirmed",
    MeetingDisputed.__name__: "disputed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """Why an act cannot be done now, and the address of what can be done instead, with its words."""

    text: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairStands:
    """How a pair stands for one of it who wants to do an act about it."""

    shown: Shown
    state: Relationship
    history: History
    partner: str

    @property
    def say(self) -> Say:
        """The words in the reader's language."""
        return Say(Language(self.shown.language))

    @property
    def side(self) -> Side:
        """The side of the person."""
        return Side.MENTEE if self.shown.caller.person == self.state.mentee else Side.MENTOR

    def against(self, act: str, code: str, meeting: str = "", use: FormUse | None = None) -> InTheWay | None:
        """Return what stands against an act that is refused with a code; None if only the code's own words say it.

        ``use`` is the program's form that it answers.
        """
        state, say = self.state, self.say
        if act in _FORMS and use is not None and (sent := self._sent(use.form)) is not None:
            return sent
        if state.ended and state.ended_at:
            return InTheWay(text=say("my.ended", day=self.shown.day(state.ended_at)))
        if code == "relationship_paused" and state.pause:
            text = say("my.paused", day=self.shown.day(state.pause.since))
            return self._leading(text, "ResumeRelationship")
        if code == "meeting_before_agreement" and not state.agreement.in_force:
            return self._by_stage("meetings")
        if code == "not_in_contact" and (made := self._last(FirstContactMade)) is not None:
            return self._contact_made(made)
        if code == "not_in_survey" and state.has_reached("survey"):
            return InTheWay(text=say("door.cannot.survey_closed"))
        if code == "match_already_accepted" and state.open_proposal and state.open_proposal.accepted_at:
            day = self.shown.day(state.open_proposal.accepted_at)
            return self._leading(say("door.cannot.accepted_by_you", day=day), "DeclineMatch")
        if code.startswith("not_in_"):
            return self._by_stage(code.removeprefix("not_in_"))
        if act == "SignAgreement":
            return self._signing()
        if code == "meeting_already_answered":
            return self._answered(meeting)
        if code == "meeting_in_future":
            return self._leading(say("door.cannot.in_future"), "PlanMeetings")
        return InTheWay(text=self._said(code)) if say.has(f"door.cannot.{code}") else None

    def _sent(self, form: str) -> InTheWay | None:
        """Return on which day a form that counts came in, and who sent it; None for one that has not come in."""
        filed = (each for each in reversed(self.state.filed) if each.valid and each.form == form)
        sent = next((each for each in filed if each.by.value == self.side.value), None)
        if sent is None:
            return None
        by = "sent_by_staff" if sent.standing else "sent"
        text = self.say(f"door.cannot.{by}", day=self.shown.day(sent.at))
        return InTheWay(text=text, href=EVERYTHING, link=self.say("door.over.look"))

    def _said(self, code: str) -> str:
        """Return the words of a refusal that speaks of the contact of the region."""
        contact = contact_word([self.state.program], self.shown.language)
        return self.say(f"door.cannot.{code}", partner=self.partner, contact=contact)

    def after(self, act: str, meeting: str = "") -> str:
        """Return which of the words about a done act fit how the pair stands now; empty for the usual ones."""
        if act in ("ConfirmMeeting", "CorrectMeeting", "WithdrawMeeting"):
            return self._after_change(act, meeting)
        held = self.state.agreement
        if act == "PlanMeetings":
            return "" if self._plans else "_emptied"
        if act == "SignAgreement":
            if held.draft is None:
                return "_in_force" if held.in_force else ""
            signed = held.draft.signed_by
            if self.side not in signed:
                return ""
            if self.side.other not in signed:
                return "_waits"
            return "_objection" if self.until() else ""
        return f"_{self.side.value}" if act == "ChangePartner" else ""

    @property
    def _plans(self) -> bool:
        """Whether a planned meeting is still to come."""
        now = self.shown.subject.now
        return any(row.status == "planned" and row.starts_at > now for row in self.state.schedule.planned)

    def _after_change(self, act: str, meeting: str) -> str:
        """Return which words fit a meeting that was answered or changed; without its id, that of the last change."""
        changed = meeting or next(
            (str(each.body["meeting"]) for each, _ in reversed(self.history.events) if each.type in _CHANGES),
            "",
        )
        met = self.state.meetings.find(changed)
        if met is None:
            return ""
        if act == "ConfirmMeeting":
            return "_withdrawn" if met.status == "withdrawn" else ""
        return "_waits" if met.proposed is not None and met.proposed.by == self.side.value else ""

    def until(self) -> str:
        """Return the last day on which a signature from paper can be contradicted, in words; empty without one."""
        until = objects_until(self.state)
        return self.shown.day(until) if until else ""

    def partner_signed(self) -> str:
        """Return on which day the partner signed the draft that the person is to sign, in words; else empty."""
        draft, other = self.state.agreement.draft, self.side.other
        if draft is None or other not in draft.signed_by:
            return ""
        day = self._since(AgreementSigned, draft.version, other)
        return self.say("door.cannot.partner_signed", partner=self.partner, day=day)

    def to_sign_now(self) -> InTheWay | None:
        """Return the way to the person's own signature of the draft; None if there is none to sign."""
        draft = self.state.agreement.draft
        return self._leading("", "SignAgreement") if draft and self.side not in draft.signed_by else None

    def _by_stage(self, wanted: str) -> InTheWay | None:
        """Return what comes before a stage that the pair has not reached yet."""
        state, say = self.state, self.say
        if wanted not in STAGES or state.has_reached(wanted):
            return None
        if not state.has_reached("contact"):
            return InTheWay(text=say("door.cannot.no_pair"))
        if state.stage == "contact":
            text = say("door.cannot.first_contact", partner=self.partner)
            return self._leading(text, "ConfirmFirstContact")
        if state.stage == "agreement" and wanted == "meetings":
            signing = self._signing()
            return signing or self._leading(say("door.cannot.first_agreement"), "SignAgreement")
        return InTheWay(text=say("door.cannot.not_yet"))

    def _signing(self) -> InTheWay | None:
        """Return how the agreement stands; None while the person is to sign it."""
        held, say = self.state.agreement, self.say
        draft = held.draft
        if draft is None and not held.in_force:
            return self._leading(say("door.cannot.no_draft"), "DraftAgreement")
        if draft is None:
            said = say("door.cannot.in_force", day=self._since(AgreementInForce, held.in_force))
            return self._read(said, held.in_force)
        if self.side not in draft.signed_by:
            return None
        day = self._since(AgreementSigned, draft.version, self.side)
        if self.side.other in draft.signed_by:
            until = self.until()
            said = say(f"door.cannot.both_signed{'_until' if until else ''}", day=day, until=until)
            return self._read(said, draft.version)
        return self._read(say("door.cannot.waits", day=day, partner=self.partner), draft.version)

    def _contact_made(self, made: Envelope) -> InTheWay:
        """Return who recorded the first contact, and what comes next for the person."""
        who = "you" if made.body["by"] == self.side.value else "other"
        day = self.shown.day(made.decided_at)
        text = self.say(f"door.cannot.contact_by_{who}", partner=self.partner, day=day)
        if self.state.stage != "agreement":
            return InTheWay(text=text, href=_MY, link=self.say("door.back"))
        return replace(self._signing() or self._leading("", "SignAgreement"), text=text)

    def _last(self, kind: type) -> Envelope | None:
        """Return the last event of a kind in the history of the pair."""
        events = (each for each, _ in reversed(self.history.events))
        return next((each for each in events if each.type == kind.__name__), None)

    def _answered(self, meeting: str) -> InTheWay | None:
        """Return who has answered a meeting already: oneself, in the word that one gave, or somebody else."""
        ids = (self.state.mentee, self.state.mentor)
        for envelope, _ in reversed(self.history.events):
            if envelope.type not in _ANSWERS or envelope.body.get("meeting") != meeting:
                continue
            who = "you" if envelope.body.get("by") == self.side.value else "other"
            said = f"door.cannot.{_ANSWERS[envelope.type]}_by_{who}"
            day = self.shown.day(envelope.decided_at)
            contact = contact_word([self.state.program], self.shown.language)
            text = self.say(said, partner=self.partner, day=day, contact=contact)
            if not all(ids):
                return None
            mistaken = who == "you" and envelope.type == MeetingConfirmed.__name__
            return self._leading(text, "CorrectMeeting", meeting=meeting) if mistaken else InTheWay(text=text)
        return None

    def _leading(self, text: str, act: str, **chosen: str) -> InTheWay:
        title = self.say(f"door.acts.{act}.title", partner=self.partner)
        return InTheWay(text=text, href=own_address(act, self.state.id, chosen), link=title)

    def _read(self, text: str, version: int) -> InTheWay:
        href = own_agreement_address(self.state.id, version)
        return InTheWay(text=text, href=href, link=self.say("door.cannot.read_agreement"))

    def _since(self, kind: type, version: int, by: Side | None = None) -> str:
        """Return the day of what happened last to a version of the agreement."""
        return self.shown.day(next(self._moments(kind.__name__, version, by)))

    def _moments(self, kind: str, version: int, by: Side | None) -> Iterator[datetime]:
        for envelope, _ in reversed(self.history.events):
            body = envelope.body
            if envelope.type == kind and body["version"] == version and by in (None, body.get("by")):
                yield envelope.decided_at


def objects_until(state: Relationship) -> datetime | None:
    """Return until when a signature of the draft from paper can be contradicted; None without one."""
    draft = state.agreement.draft
    open_ones = [
        act.until
        for act in state.staff_acts
        if act.open and act.contradiction is Contradiction.OPEN_SIGNATURE
    ]
    return max(open_ones) if draft is not None and open_ones else None
