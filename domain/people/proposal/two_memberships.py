"""The question whether a person has two memberships at once, or whether the list corrects or ends the known one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from domain.people.open_memberships import goes_on_already
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, ListRow
from domain.people.proposal.outcomes import MembershipWrite
from domain.people.proposal.questions import EACH, short_digest

ENDS: Final = "ends"
"""The known membership ends the day before the new one begins; one that does not begin before it is withdrawn."""
BOTH: Final = "both"
"""The person has two memberships at once."""
CORRECTS: Final = "corrects"
"""The row corrects the known membership: what it says takes that one's place."""
SECOND: Final = "second_memberships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """A row that adds a membership to a person who has others that go on: ``held``, as the list leaves them."""

    row: ListRow
    person: str
    name: str
    new: MembershipWrite
    held: tuple[MembershipWrite, ...]

    def ended(self) -> tuple[MembershipWrite, ...]:
        """Return what becomes of the known memberships if they do not go on."""
        return tuple(
            replace(each, last=self.new.first - timedelta(days=1))
            if each.first < self.new.first
            else replace(each, withdrawn=True)
            for each in self.held
        )

    def corrected(self) -> tuple[MembershipWrite, ...]:
        """Return what becomes of the known membership if the row corrects it."""
        return tuple(replace(each, withdrawn=True) for each in self.held)

    @property
    def answers(self) -> tuple[str, ...]:
        """What answers the question about this row alone; a correction is about one membership."""
        both = (BOTH,) if self.may_be_both else ()
        return (ENDS, *both, CORRECTS) if len(self.held) == 1 else (ENDS, *both)

    @property
    def may_be_both(self) -> bool:
        """Whether the person can have all of them at once: of one class, one membership goes on at a time."""
        return goes_on_already(self.new, self.held) is None

    @property
    def words(self) -> str:
        """What the list adds, and what would become of each known membership."""
        until = f" until {self.new.last}" if self.new.last else ""
        ends = " and ".join(
            f"remove {each.name} from {each.first}, since it does not begin before that"
            if each.withdrawn
            else f"end {each.name} from {each.first} on {each.last}"
            for each in self.ended()
        )
        every = "both" if len(self.held) == 1 else "all"
        last = "" if CORRECTS in self.answers else "or "
        both = f", {last}keep {every} (both)" if self.may_be_both else ""
        added = f"{self.new.name} from {self.new.first}{until}"
        if len(self.held) > 1:
            return f"{self.name}: the list adds {added}. Shall the office {ends} (ends){both}?"
        known = f"{self.held[0].name} from {self.held[0].first}"
        return (
            f"{self.name}: the list adds {added}. Shall the office {ends} (ends){both}, or does the row correct "
            f"{known} and take its place (corrects)?"
        )


class TwoMemberships:
    """The questions about all rows that add a second membership: one for all, or one for each."""

    def __init__(self, builder: ProposalBuilder, seconds: Sequence[Second]) -> None:
        self._answers: dict[At, tuple[str, str]] = {}
        if not seconds:
            return
        id = f"{SECOND}:{_digest(seconds)}"
        count = len(seconds)
        both = (BOTH,) if any(each.may_be_both for each in seconds) else ()
        corrects = (CORRECTS,) if all(CORRECTS in each.answers for each in seconds) else ()
        common = (ENDS, *both, *corrects)
        keep = ", does everybody keep both (both)" if BOTH in common else ""
        correct = (
            ", do the rows correct the known ones and take their place (corrects)"
            if CORRECTS in common
            else ""
        )
        if count == 1:
            problem = f"A second membership. {seconds[0].words}"
        else:
            problem = (
                f"{count} rows add a membership to people who have another one that goes on. Shall the known ones end, "
                f"or be removed, as it says below (ends){keep}{correct}, or shall each be asked about (each)?"
            )
        answers = (*common, EACH) if count > 1 else common
        at = [each.row.at for each in seconds]
        about = [each.words for each in seconds] if count > 1 else ()
        single = [_id_of_one(each) for each in seconds]
        answer = builder.ask(id, SECOND, problem, answers, at, about=about, covers=single)
        for each in seconds:
            self._answers[each.row.at] = self._ask_of_one(builder, each) if answer == EACH else (id, answer)

    def open_question(self, second: Second) -> str | None:
        """Return the question for whose answer a row waits; None if it has one."""
        id, answer = self._answers[second.row.at]
        return None if answer else id

    def becomes(self, second: Second) -> tuple[MembershipWrite, ...]:
        """Return what becomes of the known memberships by the answer; nothing where both go on."""
        match self._answers[second.row.at][1]:
            case "ends":
                return second.ended()
            case "corrects":
                return second.corrected()
            case _:
                return ()

    def corrects(self, second: Second) -> bool:
        """Return whether a row corrects the known membership."""
        return self._answers[second.row.at][1] == CORRECTS

    @staticmethod
    def _ask_of_one(builder: ProposalBuilder, second: Second) -> tuple[str, str]:
        at = second.row.at
        id = _id_of_one(second)
        problem = f"{at.file}, row {at.row}: {second.words}"
        return id, builder.ask(id, "second_membership", problem, second.answers, [at])


def _id_of_one(second: Second) -> str:
    return f"second_membership:{_digest([second])}"


def _digest(seconds: Iterable[Second]) -> str:
    """Return what changes with the memberships in question, so that an answer holds for these alone."""
    lines = sorted(f"{each.words}/{[held.record for held in each.held]}" for each in seconds)
    return short_digest(lines)
