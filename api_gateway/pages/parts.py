"""What the parts of `templates/parts/office.html` show: plain values, ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api_gateway.pages.dates import When

NOT_SET = When("", "", "")
"""No day and no moment."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page. ``about`` says to a screen reader what the same text in other rows is about."""

    href: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Whom something is about: a name, the page of both, and with whom."""

    name: str
    rest: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """A row of work: when, who, what and why, and one act. Its kind is late, soon or empty."""

    id: str
    when: When
    pair: Pair
    what: str
    act: Link
    why: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What is to be done next about a record, and the acts that do it; ``quiet`` if the reader need not do any."""

    what: str
    why: str = ""
    kind: str = ""
    acts: Sequence[Link] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the line: past, now or to come (empty), in words for those who do not see it, and its date."""

    name: str
    state: str
    said: str
    date: str | When = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A key fact: a term and what it is, with a status word, a day, a smaller line and acts where there are any."""

    term: str
    text: str = ""
    status: str = ""
    kind: str = ""
    href: str = ""
    when: When | None = None
    small: str = ""
    acts: Sequence[Link] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """What happened at a moment, or what is planned."""

    when: When
    text: str
    small: str = ""
    planned: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """A day of the timeline with what happened on it."""

    title: str
    entries: Sequence[TimelineEntry]


@dataclass(frozen=True, slots=True)
class FilterOption:
    """A value that a filter can have."""

    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoice:
    """A filter with its values and the present one."""

    name: str
    label: str
    value: str
    options: Sequence[FilterOption]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterTick:
    """A filter that is on or off."""

    name: str
    label: str
    value: bool


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in force, with the address of the list without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBar:
    """The search and filters of a list. ``kept`` goes with every search, such as the order of the list."""

    action: str
    search: str
    q: str
    clear: str
    choices: Sequence[FilterChoice] = ()
    ticks: Sequence[FilterTick] = ()
    chips: Sequence[FilterChip] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFoot:
    """Which rows of a list these are, and the addresses of the rest and of the list as a file."""

    text: str
    csv: str = ""
    before: str = ""
    after: str = ""
