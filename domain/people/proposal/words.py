"""The words of a proposal's questions about people. What the importer may not see of an entry is not in them."""

from collections.abc import Iterator, Sequence
from typing import Any

from domain.actors import Actor
from domain.people.entry import Entry
from domain.people.identity import Alike
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import ListRow
from domain.people.proposal.outcomes import FieldChange

_REASONS = {
    Alike.EMAIL: "the same email address",
    Alike.NAME: "the same name and district",
    Alike.NAME_ALONE: "the same name and region, and no district in the list or in the office",
    Alike.ELSEWHERE: "the same name, in another district or region",
    Alike.KEY: "a member number that is the same, or the same but for case, zeros in front, or a .0",
    Alike.PHONE: "the same phone number and last name",
    Alike.NEAR: "nearly the same name, in the same district",
}
_MOST = 12
MAILBOX = "mailbox:"
"""How the cause of rows with one address begins; the address is in it only as a digest, since ids are kept."""
REPEATED = "repeated"
"""The cause of rows without a member number that repeat the name and the address of one known person."""
NAMES = "names"
"""The cause of rows that say little more than the name of one known person."""
RENUMBERED = "renumbered:"
"""How the cause of rows begins that name one known person each under another number; who answers stands behind."""
NEARLY = "nearly:"
"""How the cause of rows begins that are nearly like one known person each; whoever answers about them stands behind."""
Candidate = tuple[str, Entry | None, ListRow | None, tuple[Alike, ...]]


def change_words(change: FieldChange) -> str:
    """Return a change as one line: the field, what is there, and what the list says."""
    return said_of_change(change.field, change.before, change.after, ": ")


def said_of_change(field: str, before: Any, after: Any, between: str = " ") -> str:
    """Return what changes in a field, in words; ``between`` stands after the name of the field."""
    if field.startswith("membership ") and field.endswith(" until") and before != after:
        name, was = field.removesuffix(" until"), f"{before} before" if before else "none before"
        return f"{name}{between}{f'last day {after}' if after else 'no last day any more'} ({was})"
    words = "removed" if _is_nothing(after) else value_words(field, after)
    return f"{field_words(field)}{between}{value_words(field, before)} → {words}"


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], ())


def field_words(field: str) -> str:
    """Return what people call a field."""
    return {
        "keys": "member numbers",
        "key": "member number",
        "other_numbers": "other member numbers",
        "left_on": "left",
        "died_on": "died",
    }.get(field, field)


def value_words(field: str, value: Any) -> str:
    """Return the value of a field in words."""
    if _is_nothing(value):
        return "no last day" if field.endswith(("until", "last")) else "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def other_person_words(row: ListRow, entry: Entry, *, shown: bool) -> str:
    """Return the question about a known number under which a list names somebody else."""
    known = f"{entry.name}, {entry.email}" if shown else somebody(entry.region)
    return (
        f"{_row(row)}: the member number {row.key} is that of {known}, but the list says {row.name}, "
        f"{row.values.get('email', '')}. Is that the same person (same), with a new name and address? If they are two "
        "different people, correct the number in this row; or, if the list is right, take the number off the entry "
        f"(`mentorflow send people/{entry.id if shown else 'ID'}/take-off-number`). Then import the list again."
    )


def alike_words(row: ListRow, candidates: Sequence[Candidate], actor: Actor) -> str:
    """Return the question about one row that is like somebody."""
    names = answer_names(candidates, actor) if len(candidates) > 1 else ("",) * len(candidates)
    others = "; or ".join(
        _candidate(*candidate[1:], actor) + (f", answer same:{name}" if name else "")
        for candidate, name in zip(candidates, names, strict=True)
    )
    number = f" under the number {row.key}" if row.key else ""
    if len(candidates) == 1:
        answer = "Is it the same person (same), or are they different people (different)?"
        if has_second_number(row, candidates):
            answer = (
                "Is it the same person (same), who then gets a second member number; the same person, and the number "
                "in this row is a slip that is not kept (slip); or are they different people (different)?"
            )
    else:
        answer = "Is it one of them (same: and what stands after “answer”), or somebody else (different)?"
    return (
        f"{_row(row)}: {row.name}, {row.values.get('email', 'no address')}, is not known{number}, but is like "
        f"{others}. {answer}"
    )


def has_second_number(row: ListRow, candidates: Sequence[Candidate]) -> bool:
    """Return whether a row has a number beside that of the one person whom it is like."""
    if not row.key or len(candidates) != 1:
        return False
    _, entry, other, _ = candidates[0]
    return bool(entry is not None and entry.keys) or (other is not None and other.key not in ("", row.key))


def nearly_words(row: ListRow, candidate: Candidate, actor: Actor) -> str:
    """Return whose one of several rows is, with the person who is nearly like; an answer holds wherever it stands."""
    number = f", number {row.key}" if row.key else ""
    return f"{row.name}{number} – {_candidate(*candidate[1:], actor)}"


def answer_names(candidates: Sequence[Candidate], actor: Actor) -> tuple[str, ...]:
    """Return what each candidate is called in an answer: the member number, if the importer may see it, else the id.

    Where nobody has a number, they are called by their regions; where two would be called the same, by their ids. An
    address is no name, because answers are kept in clear.
    """
    names = []
    for _, entry, row, _ in candidates:
        if row is not None:
            own = row.key
        else:
            shown = entry is not None and actor.covers(entry.region)
            own = next(iter(entry.keys), "") if entry is not None and shown else ""
        names.append(own)
    regions = [entry.region if entry is not None else "" for _, entry, *_ in candidates]
    if not any(names) and all(regions) and len(set(regions)) == len(regions):
        return tuple(regions)
    named = tuple(own or id for own, (id, *_) in zip(names, candidates, strict=True))
    return named if len(set(named)) == len(named) else tuple(id for id, *_ in candidates)


def group_words(cause: str, rows: Sequence[ListRow], known: Sequence[str]) -> str:
    """Return the question about rows of one cause; ``known`` are those whom the office has with the same mark."""
    names = ", ".join(map(place_words, rows[:_MOST]))
    more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
    if cause.startswith(MAILBOX) and known:
        return (
            f"{rows[0].values['email']} is the address of {' and of '.join(known)}. The list gives it to {names}{more} "
            "too. Are these all different people with one mailbox (different), or shall each be asked about (each)?"
        )
    if cause.startswith(MAILBOX):
        return (
            f"{rows[0].values['email']} is the address of several people: {names}{more}. Are they all different people "
            "who share one mailbox (different), or shall each be asked about (each)?"
        )
    if cause == REPEATED:
        return (
            f"{_count(rows)} no member number, and repeat{'s' if len(rows) == 1 else ''} the name and the address of "
            f"one known person: {names}{more}. Are such rows these people (same), also in later lists, or shall each "
            "be asked about (each)?"
        )
    if cause == NAMES:
        return (
            f"{_count(rows)} neither a member number nor an address or a district, but the name of one known person: "
            f"{names}{more}. Are all of them these people (same), all other people (different), or shall each be asked "
            "about (each)?"
        )
    if cause.startswith(RENUMBERED):
        return (
            f"{len(rows)} rows have the name and the address of one known person each, and another member number: "
            f"{names}{more}. Are all of them these people (same), who then have the list's member numbers too; these "
            "people, and the numbers of the list are slips that are not kept (slip); all other people (different); or "
            "shall each be asked about (each)?"
        )
    if cause.startswith(NEARLY):
        return (
            f"{len(rows)} rows are nearly like one other person each: {names}{more}. Are all of them these people "
            "(same), who then have the list's member numbers too, all other people (different), or shall each be asked "
            "about (each)?"
        )
    return (
        f"The member numbers of {len(rows)} rows are those of known people but for case, zeros in front, or a .0: "
        f"{names}{more}. A spreadsheet does that to a column of numbers. Are all of them these people (same), who then "
        "get a second member number; these people, and the numbers of the list are slips that are not kept (slip); all "
        "other people (different); or shall each be asked about (each)?"
    )


def namesake_words(row: ListRow, name: str, office: KnownOffice, actor: Actor) -> Iterator[str]:
    """Yield who has the plain name of a new row, another number and another home: two numbers are two people."""
    found = office.by_name_alone.get(name, ()) if row.key else ()
    known = [entry for id in found if actor.covers((entry := office.people[id]).region)]
    if known:
        others = "; and ".join(entry_words(entry, actor) for entry in known[:_MOST])
        yield (
            f"{_row(row)}: {row.name}, {row.key}, is new, although somebody of this name is known under another "
            f"number: {others}. If they are one person, write the known number in this row."
        )


def shared_words(row: ListRow, known: str, others: Sequence[str]) -> str:
    """Return the question whether a known person shares a new address with others."""
    return (
        f"{_row(row)}: {known}, gets the address {row.values['email']}, which is also that of "
        f"{' and of '.join(others)}. Are they different people with one mailbox (different)? If two entries are one "
        "person, say so first: mentorflow send people/ID/same-as"
    )


def place_words(row: ListRow) -> str:
    """Return whose a row of the list is, and where it stands."""
    return f"{row.name} (row {row.at.row})"


def _candidate(entry: Entry | None, row: ListRow | None, reasons: tuple[Alike, ...], actor: Actor) -> str:
    why = " and ".join(_REASONS[reason] for reason in reasons)
    if row is not None:
        number = f", number {row.key}" if row.key else ""
        return f"{row.name}{number}, {row.values.get('email', 'no address')}, in row {row.at.row} ({why})"
    if entry is None:
        return f"somebody of another list ({why})"
    return f"{entry_words(entry, actor, entry.email)} ({why})"


def somebody(region: str) -> str:
    """Return somebody whom the importer may not see; staff of the whole association have no region."""
    return f"somebody of region {region}" if region else "somebody without a region"


def entry_words(entry: Entry, actor: Actor, email: str = "") -> str:
    """Return whom the office has, with the number or the region; what the importer may not see is left out."""
    if not actor.covers(entry.region):
        return somebody(entry.region)
    region = f"of region {entry.region}" if entry.region else "without a region"
    keys = f", known under {', '.join(entry.keys)}" if entry.keys else f", {region}"
    return f"{entry.name}{f', {email}' if email else ''}{keys}"


def _count(rows: Sequence[ListRow]) -> str:
    return "One row has" if len(rows) == 1 else f"{len(rows)} rows have"


def _row(row: ListRow) -> str:
    return f"{row.at.file}, row {row.at.row}"
