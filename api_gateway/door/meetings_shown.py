"""The meetings of a pair on My page: each as a row, how many count, and what the others wait for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from activities.adapters.files.locales import time_in_words
from activities.adapters.postgres.reads.history import History
from api_gateway.door.own_address import own_address
from api_gateway.pages.dates import Dates, When
from domain.actors import Side
from domain.languages import Language
from domain.relationship.parts.meetings import Meeting
from domain.relationship.stages.meetings.completion import counting, not_counting
from domain.relationship.stages.meetings.corrections import applies_at_once
from domain.relationship.stages.meetings.dispute import MeetingConfirmed, MeetingDisputed, MeetingResolved
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A meeting as a row: its day, what it was, how it stands, and the forms that correct it, if they can be sent.

    ``withdraw`` is there only once the partner has said that it is not right.
    """

    when: When
    what: str
    status: str
    href: str = ""
    withdraw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsShown:
    """The meetings of one pair as one of it reads them; ``label`` has the words of the program's codes."""

    state: Relationship
    rules: Rules
    history: History
    side: Side
    partner: str
    contact: str
    dates: Dates
    label: Callable[[str], str]

    def rows(self) -> list[Met]:
        """Return the meetings so far, the newest first."""
        decided = {*self._decided()}
        log = sorted(self.state.meetings.log, key=lambda each: each.began_at, reverse=True)
        return [self._row(each, decided=each.id in decided) for each in log]

    def in_all(self) -> list[str]:
        """Return how many meetings count and how long they were, then how many do not and what they wait for."""
        say, meetings = self.dates.say, self.state.meetings
        met = counting(meetings, self.rules)
        minutes = time_in_words(sum(each.minutes for each in met), Language(self.dates.language))
        besides = {} if self.state.ended else not_counting(meetings, met)
        return [
            *([say("relationship.met", count=len(met), time=minutes)] if met else ()),
            *(
                say(f"my.not_counted.{why}", count=count, contact=self.contact)
                for why, count in besides.items()
            ),
        ]

    def _decided(self) -> Iterator[str]:
        """Yield the meetings of which a coordinator had the last word that they count."""
        last = {
            str(each.body["meeting"]): each.type
            for each, _ in self.history.events
            if each.type in (MeetingConfirmed.__name__, MeetingResolved.__name__)
        }
        yield from (id for id, kind in last.items() if kind == MeetingResolved.__name__)

    def _row(self, met: Meeting, *, decided: bool) -> Met:
        words = [
            time_in_words(met.minutes, Language(self.dates.language)) if met.minutes else "",
            self.label(met.mode),
        ]
        status = "asked" if asks(met, self.side) else "waits" if met.status == "logged" else met.status
        if self.state.ended and status in ("asked", "waits"):
            status = "unanswered"  # nobody can answer it any more
        if status == "confirmed" and decided:
            status = "decided"
        if met.proposed is not None and status in ("asked", "waits", "confirmed", "decided"):
            status = "proposed_waits" if met.proposed.by == self.side.value else "proposed_asked"
        said = self._disputes().get(met.id) if status == "disputed" else None
        if said is not None:
            status = "disputed_by_you" if said["by"] == self.side.value else "disputed_by_other"
        fits = met.stands and not self.state.ended and bool(self.partner)
        fits = fits and (met.status != "disputed" or applies_at_once(met, self.side.value))
        about = {"meeting": met.id}
        withdrawn = own_address("WithdrawMeeting", self.state.id, about)
        return Met(
            when=self.dates.on(met.began_at),
            what=", ".join(word for word in words if word),
            status=self._said(status, said["reason"] if said else "", self._change(met)),
            href=own_address("CorrectMeeting", self.state.id, about) if fits else "",
            withdraw=withdrawn if fits and said is not None else "",
        )

    def _change(self, met: Meeting) -> str:
        """Return what somebody proposes to change about a meeting, in words; empty without a proposal."""
        new = met.proposed
        if new is None or new.withdrawn:
            return self.dates.say("my.met.not_held") if new else ""
        lines = [
            self.dates.at(new.began_at).words if new.began_at != met.began_at else "",
            time_in_words(new.minutes, Language(self.dates.language)) if new.minutes != met.minutes else "",
            self.label(new.mode) if new.mode != met.mode else "",
            *(self.label(topic) for topic in new.topics if new.topics != met.topics),
        ]
        return ", ".join(line for line in lines if line)

    def _said(self, status: str, reason: str, change: str) -> str:
        """Return how a meeting stands, in words; ``reason`` is the code of a dispute, ``change`` what is proposed."""
        say, own = self.dates.say, f"door.codes.{reason}"
        why = say(own) if say.has(own) else self.label(reason)
        return say(f"my.met.{status}", partner=self.partner, contact=self.contact, reason=why, change=change)

    def _disputes(self) -> dict[str, Mapping[str, str]]:
        """Return who said of which meeting that it is not right, and the reason that was chosen."""
        events = (each.body for each, _ in self.history.events if each.type == MeetingDisputed.__name__)
        return {str(body["meeting"]): body for body in events}


def asks(met: Meeting, side: Side) -> bool:
    """Return whether a meeting waits for the word of a side."""
    if not met.stands:
        return False
    if met.proposed is not None:
        return met.proposed.by != side.value
    return met.status == "logged" and met.logged_by not in (None, side)
