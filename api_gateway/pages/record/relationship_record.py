"""What the page of a relationship is made of: its row, the fold of its events, its tasks, emails and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from activities.adapters.files.task_words import code_in_words
from activities.adapters.postgres.reads.history import History
from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.words import Say
from api_gateway.services.history import stages_entered
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from api_gateway.services.visible import whole_id
from domain.codec import to_plain
from domain.languages import Language
from domain.relationship.deadlines import Timer
from domain.relationship.state import Relationship
from domain.rules.ladder import Rung
from domain.rules.program_file import ProgramFile
from domain.visibility import Data, of_pair

EMAILS: Final = 40
"""How many of the newest emails the page reads."""


@dataclass(frozen=True, kw_only=True)
class RelationshipRecord:
    """A relationship as one reader sees it now. ``told`` says whether the reader sees who did what."""

    row: Mapping[str, Any]
    state: Relationship
    entered: Mapping[str, datetime]
    history: History
    told: bool
    tasks: Sequence[Mapping[str, Any]]
    emails: Sequence[Mapping[str, Any]]
    money: Sequence[Mapping[str, Any]]
    others: Sequence[Mapping[str, Any]]
    dates: Dates
    visitor: Visitor

    @property
    def id(self) -> str:
        """The id of the relationship."""
        return self.state.id

    @property
    def say(self) -> Say:
        """The words of the reader's language."""
        return self.dates.say

    @cached_property
    def file(self) -> ProgramFile | None:
        """The program's file; None while it stands aside."""
        return programs().get(self.row["program"])

    def rungs_left(self, timer: Timer) -> Sequence[Rung]:
        """Return what the ladder of a deadline still does if nobody acts."""
        return self.file.rules.ladder(timer.subject)[timer.rung :] if self.file else ()

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What sentences call people, regions, meetings and money, by their ids."""
        say, row = self.say, self.row
        pair = {
            row["mentee"]: row["mentee_name"],
            row["mentor"] or row["proposed_mentor"]: row["mentor_name"],
        }
        met = {
            each.id: say("parts.of_day", day=self.dates.on(each.began_at).words)
            for each in self.state.meetings.log
        }
        owed = {claim.obligation: self.label(claim.kind) for claim in self.state.claims}
        named = {**pair, row["region"]: row["region_name"] or "", **met, **owed, **self.history.names}
        return {id: name for id, name in named.items() if id and name}

    def name(self, person: str) -> str:
        """Return a person's name, or that the person is of another region."""
        return self.names.get(person) or self.say("parts.unseen")

    @property
    def mentee(self) -> str:
        """The mentee's name."""
        return self.row["mentee_name"] or self.say("parts.unseen")

    @property
    def mentor(self) -> str:
        """The mentor's name, also of one who is only proposed; empty if there is none."""
        there = self.row["mentor"] or self.row["proposed_mentor"]
        return (self.row["mentor_name"] or self.say("parts.unseen")) if there else ""

    def label(self, code: str) -> str:
        """Return the program's words for a code, else ours, in the reader's language."""
        return code_in_words(code, Language(self.dates.language), self.file)

    def sees(self, data: Data) -> bool:
        """Return whether the reader sees a class of data of this relationship."""
        return self.visitor.caller.sight.sees(data, of_pair(self.row))

    @cached_property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """The events as values, the oldest first."""
        return [to_plain(envelope) for envelope, _ in self.history.events]


async def read_record(office: Office, visitor: Visitor, id: str) -> RelationshipRecord:
    """Return a relationship that a visitor may see; 404 for any other."""
    sight, reads = visitor.caller.sight, office.reads
    id = await whole_id(reads.relationships.ids, visitor.caller, id)
    row = await reads.relationships.head(sight, id)
    if row is None:
        raise Problem(404, "not_found")
    told = sight.sees(Data.HISTORY, of_pair(row)) and not sight.closed(Data.HISTORY, of_pair(row))
    history = await (reads.history.relationship if told else reads.history.course)(sight, id)
    if history is None or not history.events:
        raise Problem(404, "not_found")
    state, entered = stages_entered(history)
    linked = [each for each in (state.predecessor, state.successor, state.earlier) if each]
    return RelationshipRecord(
        row=row,
        state=state,
        entered=entered,
        history=history,
        told=told,
        tasks=await reads.tasks.of_subject(sight, id),
        emails=await reads.notices.of_subject(sight, id, EMAILS)
        if sight.sees(Data.NOTICES, of_pair(row))
        else (),
        money=await reads.obligations.of_pair(sight, id) if state.claims else (),
        others=await reads.relationships.named(sight, linked) if linked else (),
        dates=await dates_of(office, visitor),
        visitor=visitor,
    )
