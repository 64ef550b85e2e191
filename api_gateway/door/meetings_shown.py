"""The meetings of a pair on My page: each as a row, how many count, and what the others wait for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from activities.adapters.files.locales import time_in_words
from activities.adapters.postgres.reads.history import History
from api_gateway.door.own_address import own_address
from api_gateway.pages.dates import Dates, When
from domain.actors import Side
from domain.languages import Language
from domain.relationship.parts.meetings import Meeting
from domain.relationship.stages.meetings.completion import counting, not_counting
from domain.relationship.stages.meetings.dispute import MeetingConfirmed, MeetingResolved
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A meeting as a row: its day, what it was, how it stands, and the form that corrects it, if it can be."""

    when: When
    what: str
    status: str
    href: str = ""


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
        fits = met.stands and not self.state.ended and self.partner
        return Met(
            when=self.dates.on(met.began_at),
            what=", ".join(word for word in words if word),
            status=self.dates.say(f"my.met.{status}", partner=self.partner, contact=self.contact),
            href=own_address("CorrectMeeting", self.state.id, {"meeting": met.id}) if fits else "",
        )


def asks(met: Meeting, side: Side) -> bool:
    """Return whether a meeting waits for the word of a side."""
    if not met.stands:
        return False
    if met.proposed is not None:
        return met.proposed.by != side.value
    return met.status == "logged" and met.logged_by not in (None, side)
