"""How a program uses a form: in which version, filled by whom, from which stage on, due when."""

from dataclasses import dataclass
from enum import StrEnum

from domain.forms import Filler


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FormUse:
    """Which form a program uses, in which version, filled by whom from which stage on (NEA-49).

    It is due ``due_days`` after the fact ``after``. ``audience`` is set for a survey: whose answers are counted
    together. ``repeats`` says that one writer hands it in again and again, as a record of each month. What is archived
    of a pair is ``kept_as`` a line of the list that both sign (K1); a record of a region or a term has no such line.
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
