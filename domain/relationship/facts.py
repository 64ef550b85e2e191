"""Facts that only the database knows, asked for by the domain and gathered by one activity under the workflow's lock.

The answer is a value. The facts that a decision used go into its event, so a reader needs no old table.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from domain.codec import LATER
from domain.same_as import SameAs, one_human

COMPARES_HUMANS: Final = 2
"""From this engine on, decisions compare humans and not only entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to look up as of an instant: memberships, and with a ``mentor`` also slot, training and conflicts.

    With a ``version``, also the text of that version of the program's rules. ``region`` is the relationship's region,
    ``term`` the cycle in which a free slot is needed. Memberships count by the local day in ``zone``, the program's
    time zone. ``compared`` are further people of whom to look up which entries count as one with them or with the pair;
    None asks nothing of that, as runs of the first engine do. ``limits`` asks which limits per human are broken.
    """

    as_of: datetime
    zone: str
    relationship: str
    program: str
    term: str
    region: str
    mentee: str
    mentor: str = ""
    version: str = ""
    compared: tuple[str, ...] | None = field(default=None, metadata=LATER)
    limits: bool | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the database answered: class of membership per person (absent: no member that day), and data on the mentor.

    ``mentor_since`` and ``mentor_until`` are the first and the last day of the mentor's service (None: still serving),
    ``mentor_credential_until`` is the last day of the credential. ``free_slot`` is the number of a free slot of the
    mentor, 0 for none. ``conflicts`` holds kinds such as ``supervisor`` or ``family`` between the two; ``one_mailbox``
    says that both have the same email address. ``rules_text`` is empty if no rules of that version are stored.
    ``contacts`` are the active contacts of ``region``. ``same_as`` has the entries that count as one with another.
    ``classes`` has all classes of people who hold several memberships that day, None if nobody does.
    ``applied_before`` says that another entry of the mentee has an earlier application for the term that was not
    refused, ``beyond_places`` that the mentor's entries took all places before this pair; both None if not asked.
    """

    memberships: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    mentor_known: bool = False
    mentor_region: str = ""
    mentor_trained: bool = False
    mentor_trained_on: date | None = None
    mentor_same_role: bool = False
    mentor_since: date | None = None
    mentor_until: date | None = None
    mentor_credential_until: date | None = None
    free_slot: int = 0
    conflicts: tuple[str, ...] = ()
    one_mailbox: bool = False
    rules_text: str = ""
    same_as: SameAs | None = field(default=None, metadata=LATER)
    classes: Mapping[str, tuple[str, ...]] | None = field(default=None, metadata=LATER)
    applied_before: bool | None = field(default=None, metadata=LATER)
    beyond_places: bool | None = field(default=None, metadata=LATER)

    def membership_of(self, person: str, wanted: Collection[str] = ()) -> str:
        """Return the class of membership, a ``wanted`` one if there are several; an empty string if there is none."""
        held = (self.classes or {}).get(person, ())
        return next((each for each in held if each in wanted), self.memberships.get(person, ""))

    def one_human(self, one: str, other: str) -> bool:
        """Return whether two entries are one human, or count as one."""
        return one_human(self.same_as, one, other)
