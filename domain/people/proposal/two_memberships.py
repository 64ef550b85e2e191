"""The question whether a person has two memberships at once, or when the known one ended, or whether it was wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.gone import LEAVE
from domain.people.proposal.lists import At, ListRow
from domain.people.proposal.outcomes import MembershipWrite
from domain.people.proposal.questions import EACH, Days, day_of, short_digest
from domain.people.proposal.words import membership_words, of_row
from domain.told import Told, as_is, counted, joined, told

ENDS: Final = "ends"
"""The known membership ended the day before the new one began."""
BOTH: Final = "both"
"""The person has two memberships at once."""
CORRECTS: Final = "corrects"
"""The row corrects the known membership: what it says takes that one's place."""
REMOVES: Final = "removes"
"""Of several known memberships, those that do not begin before the new one are removed, and the others end."""
SECOND: Final = "second_memberships"
_OF_ALL: Final = {
    ENDS: told("each_ended_before", "each known one ended the day before the new one began"),
    BOTH: told("everybody_keeps_both", "everybody keeps both"),
    CORRECTS: told(
        "known_were_mistakes",
        "the known ones were mistakes: they are removed, and the rows take their place",
    ),
    LEAVE: told(
        "rows_left_out", "the office is right, everything stays as it is, and these rows are left out"
    ),
}
_ANSWERS: Final = {
    ENDS: told("answer_ends", "ends"),
    BOTH: told("answer_both", "both"),
    CORRECTS: told("answer_corrects", "corrects"),
    REMOVES: told("answer_removes", "removes"),
    LEAVE: told("answer_leave", "leave"),
    EACH: told("answer_each", "each"),
}
_LAST_OF_ALL: Final = told(
    "last_day_of_all",
    "the last day of all known ones, and each new one begins the day after, or later if it says so",
)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """A row that adds a membership to a person who has others: ``held``, as the list leaves them.

    They go on, or are of the same class and have days in common with the new one. A day that answers the question is
    the last one of the known memberships.
    """

    row: ListRow
    person: str
    name: str
    new: MembershipWrite
    held: tuple[MembershipWrite, ...]
    today: date

    def becomes(self, answer: str) -> tuple[MembershipWrite, ...]:
        """Return what becomes of the known memberships by an answer; nothing where all go on."""
        if (day := day_of(answer)) is not None:
            return tuple(replace(each, last=day) for each in self.held)
        match answer:
            case "ends" | "removes":
                return self._ended()
            case "corrects":
                return tuple(replace(each, withdrawn=True) for each in self.held)
            case _:
                return ()

    def added(self, answer: str) -> MembershipWrite:
        """Return the new membership by an answer: after a known one that ended on a day, it begins the day after.

        Lists often keep the day of joining as the first day of a later class.
        """
        day = day_of(answer)
        return self.new if day is None else replace(self.new, first=max(self.new.first, day + _DAY))

    def _ended(self) -> tuple[MembershipWrite, ...]:
        return tuple(
            replace(each, last=self.new.first - _DAY)
            if each.first < self.new.first
            else replace(each, withdrawn=True)
            for each in self.held
        )

    @property
    def answers(self) -> tuple[str, ...]:
        """What answers the question about this row alone, beside a day; a correction is about one membership."""
        begins = all(each.first < self.new.first for each in self.held)
        one = len(self.held) == 1
        answers = (
            (ENDS, begins),
            (BOTH, self.may_be_both),
            (CORRECTS, one),
            (REMOVES, not begins and not one),
            (LEAVE, True),
        )
        return tuple(answer for answer, is_one in answers if is_one)

    @property
    def days(self) -> Days | None:
        """The days that can be the last one of what is known; None where there are none."""
        if self.ended:
            return None
        first = max(each.first for each in self.held)
        last = self.today if self.new.last is None else min(self.today, self.new.last - _DAY)
        return (first, last) if first <= last else None

    @property
    def may_be_both(self) -> bool:
        """Whether the person can have all of them at once: one class has one membership at a time."""
        return all(each.name != self.new.name for each in self.held)

    @property
    def ended(self) -> bool:
        """Whether one of the known memberships ended."""
        return any(each.last is not None and each.last < self.today for each in self.held)

    @property
    def words(self) -> Told:
        """What is known, what the list adds, and what each answer does."""
        known = joined(map(self._known, self.held), _AND)
        if not self.ended:
            known = counted(
                "which_go_on",
                len(self.held),
                one="{memberships}, which goes on",
                other="{memberships}, which go on",
                memberships=known,
            )
        added = told("new_membership_from", "{name} from {first}", name=self.new.name, first=self.new.first)
        if self.new.last:
            added = membership_words(self.new)
        knows = told(
            "knows_and_adds",
            "{person}: the office knows {known}, and the list adds {added}.",
            person=self.name,
            known=known,
            added=added,
        )
        later = (
            (told("new_one_after", "If a new one began after that end, write its first day in the list."),)
            if self.ended
            else ()
        )
        return joined((knows, which_answers(self._does()), *later))

    def _does(self) -> list[Told]:
        """Return what each answer does."""
        same = any(each.name == self.new.name for each in self.held)
        new = told("the_new_one", "the new {name}", name=self.new.name) if same else as_is(self.new.name)
        ended = joined(map(_end_words, self._ended()), _AND)
        does = {
            ENDS: told("ends_before", "{ended}, the day before {new} began", ended=ended, new=new),
            BOTH: counted("all_go_on", len(self.held), one="both go on", other="all go on"),
            CORRECTS: told(
                "row_corrects",
                "{known} was a mistake: it is removed, and this row takes its place",
                known=joined(map(self._known, self.held), _AND),
            ),
            REMOVES: ended,
            LEAVE: told(
                "office_is_right", "the office is right, everything stays as it is, and this row is left out"
            ),
        }
        said = [answer_does(answer, does[answer]) for answer in self.answers]
        return [*self._day_words(new), *said]

    def _day_words(self, new: Told) -> tuple[Told, ...]:
        """Return what a day does, where one answers the question."""
        if self.days is None:
            return ()
        names = joined(dict.fromkeys(each.name for each in self.held), _AND)
        if self.new.first <= self.days[0]:
            return (
                told(
                    "last_day_of_known",
                    "the last day of {names}, and {new} begins the day after",
                    names=names,
                    new=new,
                ),
            )
        return (
            told(
                "last_day_or_later",
                "the last day of {names}, and {new} begins the day after, or on its own first day if that is later",
                names=names,
                new=new,
            ),
        )

    def _known(self, held: MembershipWrite) -> Told:
        """Return a known membership in words; where one of them ended, with its last day."""
        if self.ended:
            return membership_words(held)
        return told("new_membership_from", "{name} from {first}", name=held.name, first=held.first)


_AND: Final = " and "


def _end_words(held: MembershipWrite) -> Told:
    if held.withdrawn:
        return told(
            "removed_as_mistake",
            "{name} from {first} is removed, as a mistake",
            name=held.name,
            first=held.first,
        )
    return told("ended_on_day", "{name} ended on {day}", name=held.name, day=held.last)


def answer_does(answer: str, does: Told) -> Told:
    """Return an answer with what it does."""
    return told("answer_does", "{answer}: {does}", answer=_ANSWERS[answer], does=does)


def which_answers(said: Iterable[Told]) -> Told:
    """Return the question what is right, with the answers and what they do."""
    return told("what_is_right", "What is right? Write {answers}.", answers=joined(said, "; or "))


class TwoMemberships:
    """The questions about all rows that add a second membership: one for all, or one for each."""

    def __init__(self, builder: ProposalBuilder, seconds: Sequence[Second]) -> None:
        self._answers: dict[At, tuple[str, str]] = {}
        for ended in (False, True):
            if group := [each for each in seconds if each.ended is ended]:
                self._ask(builder, group)

    def _ask(self, builder: ProposalBuilder, seconds: Sequence[Second]) -> None:
        id = f"{SECOND}:{_digest(seconds)}"
        answers, problem = _of_all(seconds)
        at = [each.row.at for each in seconds]
        about = [each.words for each in seconds] if len(seconds) > 1 else ()
        single = [_id_of_one(each) for each in seconds]
        days = _days_of_all(seconds)
        answer = builder.ask(id, SECOND, problem, answers, at, about=about, days=days, covers=single)
        for each in seconds:
            self._answers[each.row.at] = self._ask_of_one(builder, each) if answer == EACH else (id, answer)

    def open_question(self, second: Second) -> str | None:
        """Return the question for whose answer a row waits; None if it has one."""
        id, answer = self._answers[second.row.at]
        return None if answer else id

    def becomes(self, second: Second) -> tuple[MembershipWrite, ...]:
        """Return what becomes of the known memberships by the answer; nothing where both go on."""
        return second.becomes(self._answers[second.row.at][1])

    def added(self, second: Second) -> MembershipWrite:
        """Return the new membership by the answer."""
        return second.added(self._answers[second.row.at][1])

    def leaves(self, second: Second) -> bool:
        """Return whether everything stays as it is, whatever the row says."""
        return self._answers[second.row.at][1] == LEAVE

    def corrects(self, second: Second) -> bool:
        """Return whether a row corrects the known membership."""
        return self._answers[second.row.at][1] == CORRECTS

    @staticmethod
    def _ask_of_one(builder: ProposalBuilder, second: Second) -> tuple[str, str]:
        at = second.row.at
        id = _id_of_one(second)
        problem = of_row(at, second.words)
        answers, days = second.answers, second.days
        return id, builder.ask(id, "second_membership", problem, answers, [at], days=days)


def _of_all(seconds: Sequence[Second]) -> tuple[tuple[str, ...], Told]:
    """Return the answers about all rows, and the question."""
    if len(seconds) == 1:
        second = told("a_second_membership", "A second membership.")
        return seconds[0].answers, joined((second, seconds[0].words))
    may = {
        ENDS: all(ENDS in each.answers for each in seconds),
        BOTH: any(each.may_be_both for each in seconds),
        CORRECTS: all(CORRECTS in each.answers for each in seconds),
        LEAVE: True,
    }
    said = [answer_does(answer, words) for answer, words in _OF_ALL.items() if may[answer]]
    if _days_of_all(seconds) is not None:
        said.insert(0, _LAST_OF_ALL)
    other = (
        told("same_class_ended", "one of the same class in these days, which ended")
        if seconds[0].ended
        else told("another_goes_on", "another one that goes on")
    )
    add = told(
        "rows_add_membership",
        "{count} rows add a membership to people who have {other}.",
        count=len(seconds),
        other=other,
    )
    each = answer_does(EACH, told("each_is_asked", "each row is asked about"))
    problem = joined((add, which_answers((*said, each))))
    return (*(answer for answer in _OF_ALL if may[answer]), EACH), problem


def _days_of_all(seconds: Sequence[Second]) -> Days | None:
    """Return the days that can be the last one of what is known of everybody; None where there are none."""
    found = [days for each in seconds if (days := each.days) is not None]
    if len(found) < len(seconds):
        return None
    first, last = max(day for day, _ in found), min(day for _, day in found)
    return (first, last) if first <= last else None


def _id_of_one(second: Second) -> str:
    return f"second_membership:{_digest([second])}"


def _digest(seconds: Iterable[Second]) -> str:
    """Return what changes with the memberships in question, so that an answer holds for these alone."""
    lines = sorted(
        f"{each.name}/{each.new.name}/{each.new.first}/{each.new.last}/"
        f"{[(held.record, held.name, held.first, held.last) for held in each.held]}"
        for each in seconds
    )
    return short_digest(lines)
