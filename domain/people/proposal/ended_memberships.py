"""The question whether a membership that ended goes on, where a list has it without a last day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.gone import LEAVE
from domain.people.proposal.lists import At, ListRow
from domain.people.proposal.outcomes import MembershipWrite
from domain.people.proposal.questions import EACH, Days, short_digest
from domain.people.proposal.words import of_row
from domain.told import Told, joined, told

GOES_ON: Final = "goes_on"
"""The known last day was a mistake: it is removed."""
ENDED: Final = "ended_memberships"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A row without a last day about a membership that ended: ``held``, as the office knows it until ``last``.

    A day that answers the question is the first one of a new membership of the class. ``beside`` are the memberships
    of other classes that go on.
    """

    row: ListRow
    person: str
    name: str
    held: MembershipWrite
    last: date
    today: date
    beside: tuple[MembershipWrite, ...] = ()

    @property
    def days(self) -> Days | None:
        """The days on which a new membership may have begun; None where there are none."""
        first = self.last + _DAY
        return (first, self.today) if first <= self.today else None

    @property
    def words(self) -> Told:
        """What is known, and what the list says."""
        ended = told(
            "ended_on",
            "{name} from {first}, which ended on {last}",
            name=self.held.name,
            first=self.held.first,
            last=self.last,
        )
        beside = (
            told("goes_on_from", "{name} from {first} goes on", name=each.name, first=each.first)
            for each in self.beside
        )
        return told(
            "knows_ended",
            "{person}: the office knows {known}. The list has {name} without a last day.",
            person=self.name,
            known=joined((ended, *beside), "; "),
            name=self.held.name,
        )


class EndedMemberships:
    """The questions about all such rows: one for all, or one for each."""

    def __init__(self, builder: ProposalBuilder, ended: Sequence[Ended]) -> None:
        self._answers: dict[At, tuple[str, str]] = {}
        if not ended:
            return
        several = len(ended) > 1
        problem = (
            told(
                "ended_of_rows",
                "{count} rows have no last day and are about memberships that ended. What is right? Write {goes_on}: "
                "each last day was a mistake, it is removed; or a day: a new membership began on that day; or {leave}: "
                "it ended, whatever the list says; or each: each row is asked about.",
                count=len(ended),
                goes_on=GOES_ON,
                leave=LEAVE,
            )
            if several
            else joined(
                (told("an_ended_membership", "A membership that ended."), ended[0].words, _what_is_right())
            )
        )
        id = f"{ENDED}:{_digest(ended)}"
        answer = builder.ask(
            id,
            ENDED,
            problem,
            (GOES_ON, LEAVE, EACH) if several else (GOES_ON, LEAVE),
            [each.row.at for each in ended],
            about=[each.words for each in ended] if several else (),
            days=_days_of_all(ended),
            covers=[_id_of_one(each) for each in ended],
        )
        for each in ended:
            self._answers[each.row.at] = _ask_of_one(builder, each) if answer == EACH else (id, answer)

    def of(self, ended: Ended) -> tuple[str, str]:
        """Return the question about a row, and its answer."""
        return self._answers[ended.row.at]


def _ask_of_one(builder: ProposalBuilder, ended: Ended) -> tuple[str, str]:
    at, id = ended.row.at, _id_of_one(ended)
    problem = joined((of_row(at, ended.words), _what_is_right()))
    answer = builder.ask(id, "ended_membership", problem, (GOES_ON, LEAVE), [at], days=ended.days)
    return id, answer


def _what_is_right() -> Told:
    return told(
        "goes_on_or_ended",
        "What is right? Write {goes_on}: the last day was a mistake, it is removed; or a day: a new membership began "
        "on that day; or {leave}: it ended, whatever the list says.",
        goes_on=GOES_ON,
        leave=LEAVE,
    )


def _days_of_all(ended: Iterable[Ended]) -> Days | None:
    found = [each.days for each in ended]
    known = [days for days in found if days is not None]
    return (max(first for first, _ in known), known[0][1]) if len(known) == len(found) else None


def _id_of_one(ended: Ended) -> str:
    return f"ended_membership:{_digest([ended])}"


def _digest(ended: Iterable[Ended]) -> str:
    """Return what changes with the memberships in question, so that an answer holds for these alone."""
    lines = (
        f"{each.name}/{each.held.record}/{each.held.name}/{each.held.first}/{each.last}" for each in ended
    )
    return short_digest(sorted(lines))
