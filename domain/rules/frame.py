"""What a program file says besides its rules: names, words, charter, year, and the points left open by the sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from domain.forms.model import Words as InBoth
from domain.languages import Language
from domain.rules.intake import TermDates


class ContactIsMentor(StrEnum):
    """Who acts if the regional contact is one of the pair."""

    ANOTHER_CONFIRMS = "another_confirms"


class TwoPrograms(StrEnum):
    """How places count for a person who mentors in two programs."""

    SHARED_PLACES = "shared_places"


class AccessNeeds(StrEnum):
    """What is recorded about language and access needs."""

    NOT_RECORDED = "not_recorded"


class Clawback(StrEnum):
    """Whether money that was sent is claimed back."""

    NONE = "none"


class PayeeDetails(StrEnum):
    """Where the bank details of a payee are kept, and therefore who controls changes to them."""

    NOT_KEPT_HERE = "not_kept_here"


class TaxForm(StrEnum):
    """Which tax form the program itself owes."""

    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Points that the sources leave open (REQUIREMENTS 9): a file must choose. The values are what is implemented."""

    mentor_capacity: int
    mentor_in_two_programs: TwoPrograms
    contact_is_mentor: ContactIsMentor
    access_needs: AccessNeeds
    clawback: Clawback
    payee_details: PayeeDetails
    tax_form: TaxForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramNames:
    """The program's own names for things, as emails and pages use them."""

    association: str
    program: str
    mentor: str
    mentee: str
    region: str
    term: str
    contact: str
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageWords:
    """The words in a further language: the program's own names, and the words for every code."""

    wording: ProgramNames
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """When the program's year begins and ends, as ``MM-DD``; a year may end in the next calendar year (K10)."""

    first: str
    last: str

    def __post_init__(self) -> None:
        for text in (self.first, self.last):
            try:
                date.fromisoformat(f"2025-{text}")
            except ValueError:
                raise ValueError(f"{text} is not a day of every year; write MM-DD") from None
        if self.first == self.last:
            raise ValueError("a year cannot begin and end on the same day; write another last day")

    def term(self, year: int) -> TermDates:
        """Return the dates of the cycle that begins in ``year``."""
        first = date.fromisoformat(f"{year}-{self.first}")
        last = date.fromisoformat(f"{year}-{self.last}")
        return TermDates(first=first, last=last if last > first else last.replace(year=year + 1))


class ProgramStanding(StrEnum):
    """How permanent the program is (OPSOA-1)."""

    PILOT = "pilot"
    STANDING = "standing"


class Basis(StrEnum):
    """The basis of the program (NEA-1, MASS-1)."""

    BOARD_DECISION = "board_decision"
    NEGOTIATED_CONTRACT = "negotiated_contract"
    MEET_AND_CONFER = "meet_and_confer"
    REGULATION = "regulation"
    DISTRICT_POLICY = "district_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """What a program is and what it is based on, in words (NEA-1, -35, -38, OPSOA-1, MASS-1, -7).

    ``law`` names a statute or rule, empty for none. ``success`` has the measures fixed before the year starts.
    ``beside`` has other programs, whose time does not count as mentoring in this one. ``resources`` helps the pairs.
    """

    standing: ProgramStanding
    basis: Basis
    law: str
    since: str
    parties: tuple[str, ...]
    success: tuple[str, ...]
    beside: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a file says besides its rules. ``regions`` holds overrides by region code, ``labels`` words by code.

    ``wording`` and ``labels`` are in the first of ``languages``; ``words`` has both for each further one.
    ``aims`` says what the program is for (MASA-1). ``association`` is the code of the association: programs of one
    association share people and regions.
    """

    program: str
    association: str
    version: str
    title: str
    languages: tuple[Language, ...]
    overridable: tuple[str, ...]
    wording: ProgramNames
    charter: Charter
    cycle: Cycle
    policies: Policies
    aims: Mapping[str, InBoth]
    labels: Mapping[str, str]
    words: Mapping[str, LanguageWords] = field(default_factory=dict)
    regions: Mapping[str, Any] = field(default_factory=dict)
