"""How a program uses a form: in which version, filled in by whom, from which stage on, and due when."""

from dataclasses import dataclass
from enum import StrEnum

from domain.forms.model import Filler

FILERS = (Filler.MENTOR, Filler.MENTEE, Filler.COORDINATOR)
"""Who submits the forms of a relationship; other forms belong to a region, a district or a term."""

PAIR = (Filler.MENTOR, Filler.MENTEE)
"""The people whose closing survey is a stage of the relationship."""


class DueAfter(StrEnum):
    """The fact after which a form is due."""

    TERM_BEGINS = "term_begins"
    APPLIED = "applied"
    MATCH_CONFIRMED = "match_confirmed"
    FIRST_CONTACT = "first_contact"
    AGREEMENT_SIGNED = "agreement_signed"
    MEETING = "meeting"
    MONTH_ENDS = "month_ends"
    SURVEY_OPENS = "survey_opens"
    RELATIONSHIP_ENDED = "relationship_ended"
    TERM_ENDS = "term_ends"


DEADLINE_FACTS = (
    DueAfter.APPLIED,
    DueAfter.MATCH_CONFIRMED,
    DueAfter.FIRST_CONTACT,
    DueAfter.AGREEMENT_SIGNED,
    DueAfter.SURVEY_OPENS,
    DueAfter.RELATIONSHIP_ENDED,
)
"""The facts of one relationship from which one of its deadlines can count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormUse:
    """Which form a program uses, in which version, filled in by whom from which stage on (NEA-49).

    It is due ``due_days`` after the fact ``after``. ``audience`` is set for a survey: whose answers are counted
    together. ``repeats`` says that one writer submits it several times, such as a monthly record. An archived form of
    a pair is ``kept_as`` a line of the list that both sign (K1); a record of a region or a term has no such line.
    If ``early_end_days`` is set, a closing survey is due within that many days of an early ending, too (NEA-43).
    """

    form: str
    version: str
    by: Filler
    stage: str
    required: bool
    after: DueAfter
    due_days: int
    archived: bool
    cites: tuple[str, ...]
    audience: str = ""
    repeats: bool = False
    kept_as: str = ""
    early_end_days: int = 0

    @property
    def of_pair(self) -> bool:
        """Whether it belongs to one relationship. A monthly record belongs to a mentor and the term (NEA-52)."""
        return self.by in FILERS and self.after is not DueAfter.MONTH_ENDS

    @property
    def privacy(self) -> str:
        """The privacy class of its answers: archived for surveys and archived forms of a pair, else operational.

        A record of the term stays operational, since only the list that a pair signs can make it more (K1).
        """
        return "c2a" if self.audience or (self.archived and self.of_pair) else "c2o"

    @property
    def has_deadline(self) -> bool:
        """Whether a person in the relationship owes it by a day and is reminded; a survey has its own stage."""
        return self.required and self.by in FILERS and not self.audience and self.after in DEADLINE_FACTS

    @property
    def due_after_end(self) -> bool:
        """Whether it is asked for after the end of a relationship."""
        return bool(self.early_end_days) or (self.has_deadline and self.after is DueAfter.RELATIONSHIP_ENDED)
