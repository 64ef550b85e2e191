"""The words of a proposal's questions about people. What the importer may not see of an entry is not in them."""

from collections.abc import Iterator, Sequence
from typing import Any

from domain.actors import Actor
from domain.people.entry import Entry, Membership
from domain.people.identity import Alike
from domain.people.proposal.by_command import SAME_AS, command
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import At, ListRow
from domain.people.proposal.outcomes import FieldChange, MembershipWrite
from domain.told import Told, as_is, counted, joined, told

_REASONS = {
    Alike.EMAIL: told("same_email", "the same email address"),
    Alike.NAME: told("same_name", "the same name and district"),
    Alike.NAME_ALONE: told(
        "same_name_alone", "the same name and region, and no district in the list or in the office"
    ),
    Alike.ELSEWHERE: told("same_name_elsewhere", "the same name, in another district or region"),
    Alike.KEY: told(
        "same_number", "a member number that is the same, or the same but for case, zeros in front, or a .0"
    ),
    Alike.PHONE: told("same_phone", "the same phone number and last name"),
    Alike.NEAR: told("near_name", "nearly the same name, in the same district"),
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


_STAYS = told(
    "same_and_stays",
    "If it is the same person, and the name and the address that the office has are right, they stay (stays), also "
    "when this row comes again.",
)
_NO_ADDRESS = told("no_address_said", "no address")


def membership_words(held: Membership | MembershipWrite) -> Told:
    """Return a membership in words: its class, its first day, and its last one if it has one."""
    if held.last is None:
        return told("membership_from", "{name} from {first}, which goes on", name=held.name, first=held.first)
    return told(
        "membership_from_to",
        "{name} from {first} until {last}",
        name=held.name,
        first=held.first,
        last=held.last,
    )


def of_row(at: At, words: Told) -> Told:
    """Return what is said of a row, with where the row stands before it."""
    return told("of_row", "{file}, row {row}: {words}", file=at.file, row=at.row, words=words)


def with_number(entry: Entry) -> Told:
    """Return a person with the member number, if there is one."""
    if not entry.keys:
        return as_is(entry.name)
    return told("person_number", "{name}, number {number}", name=entry.name, number=entry.keys[0])


def change_words(change: FieldChange) -> Told:
    """Return a change as one line: the field, what is there, and what the list says."""
    return said_of_change(change.field, change.before, change.after, ": ")


def said_of_change(field: str, before: Any, after: Any, between: str = " ") -> Told:
    """Return what changes in a field, in words; ``between`` stands after the name of the field."""
    if field.startswith("membership ") and field.endswith(" until") and before != after:
        ends = told("its_last_day", "last day {day}", day=after) if after else _NO_LAST_DAY_MORE
        was = told("day_before", "{day} before", day=before) if before else _NONE_BEFORE
        now = told("now_and_before", "{now} ({before})", now=ends, before=was)
        return joined((field_words(field.removesuffix(" until")), now), between)
    words = _REMOVED if _is_nothing(after) else value_words(field, after)
    change = told("from_to", "{before} → {after}", before=value_words(field, before), after=words)
    return joined((field_words(field), change), between)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], ())


_NO_LAST_DAY_MORE = told("no_last_day_more", "no last day any more")
_NONE_BEFORE = told("none_before", "none before")
_REMOVED = told("removed", "removed")
_FIELDS = {
    "keys": told("field_keys", "member numbers"),
    "key": told("field_key", "member number"),
    "other_numbers": told("field_other_numbers", "other member numbers"),
    "left_on": told("field_left_on", "left"),
    "died_on": told("field_died_on", "died"),
    "name": told("field_name", "name"),
    "email": told("field_email", "email"),
    "role_title": told("field_role_title", "role_title"),
    "district": told("field_district", "district"),
    "region": told("field_region", "region"),
    "supervisor": told("field_supervisor", "supervisor"),
    "phone": told("field_phone", "phone"),
    "language": told("field_language", "language"),
    "capacity": told("field_capacity", "capacity"),
    "trained_on": told("field_trained_on", "trained_on"),
    "serving_since": told("field_serving_since", "serving_since"),
    "serving_until": told("field_serving_until", "serving_until"),
    "credential_until": told("field_credential_until", "credential_until"),
}


def field_words(field: str) -> Told:
    """Return what people call a field."""
    if field.startswith("membership "):
        return told("field_membership", "membership {name}", name=field.removeprefix("membership "))
    return _FIELDS.get(field) or as_is(field)


def value_words(field: str, value: Any) -> Told:
    """Return the value of a field in words."""
    if _is_nothing(value):
        without_end = field.endswith(("until", "last"))
        return told("no_last_day", "no last day") if without_end else told("says_nothing", "nothing")
    if isinstance(value, bool):
        return told("says_yes", "yes") if value else told("says_no", "no")
    return as_is(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value)


def other_person_words(row: ListRow, entry: Entry, *, shown: bool) -> Told:
    """Return the question about a known number under which a list names somebody else."""
    return told(
        "number_of_other_person",
        "{file}, row {row}: the member number {number} is that of {known}, but the list says {name}, {email}. Is that "
        "the same person (same), with a new name and address; or the same person, and the name and the address that "
        "the office has stay, also when this row comes again (stays)? If they are two different people, correct the "
        "number in this row; or, if the list is right, take the number off the entry "
        "on the person's page or with {command}. Then import the list again.",
        file=row.at.file,
        row=row.at.row,
        number=row.key,
        known=f"{entry.name}, {entry.email}" if shown else somebody(entry.region),
        name=row.name,
        email=row.values.get("email", ""),
        command=command(f"people/{entry.id if shown else 'NUMBER'}/take-off-number", {"key": row.key}),
    )


def alike_words(
    row: ListRow, candidates: Sequence[Candidate], actor: Actor, *, may_stay: bool = False
) -> Told:
    """Return the question about one row that is like somebody; ``may_stay`` says that the office may be right."""
    names = answer_names(candidates, actor) if len(candidates) > 1 else ("",) * len(candidates)
    others = joined(
        (
            told("like_with_answer", "{candidate}, answer same:{id}", candidate=like, id=name)
            if name
            else like
            for candidate, name in zip(candidates, names, strict=True)
            if (like := _candidate(*candidate[1:], actor))
        ),
        "; or ",
    )
    said = {
        "file": row.at.file,
        "row": row.at.row,
        "name": row.name,
        "email": row.values.get("email", _NO_ADDRESS),
        "others": others,
    }
    like = (
        told(
            "number_not_known_but_like",
            "{file}, row {row}: {name}, {email}, is not known under the number {number}, but is like {others}.",
            number=row.key,
            **said,
        )
        if row.key
        else told(
            "not_known_but_like",
            "{file}, row {row}: {name}, {email}, is not known, but is like {others}.",
            **said,
        )
    )
    asks = _same_or_different(row, candidates)
    return joined((like, asks, _STAYS) if may_stay else (like, asks))


def _same_or_different(row: ListRow, candidates: Sequence[Candidate]) -> Told:
    """Return the question whether a row is about one of those whom it is like."""
    if len(candidates) > 1:
        return told(
            "one_of_them",
            "Is it one of them (same: and what stands after “answer”), or somebody else (different)?",
        )
    if has_second_number(row, candidates):
        return told(
            "same_slip_or_different",
            "Is it the same person (same), who then gets a second member number; the same person, and the number in "
            "this row is a slip that is not kept (slip); or are they different people (different)?",
        )
    return told(
        "same_or_different", "Is it the same person (same), or are they different people (different)?"
    )


def has_second_number(row: ListRow, candidates: Sequence[Candidate]) -> bool:
    """Return whether a row has a number beside that of the one person whom it is like."""
    if not row.key or len(candidates) != 1:
        return False
    _, entry, other, _ = candidates[0]
    return bool(entry is not None and entry.keys) or (other is not None and other.key not in ("", row.key))


def nearly_words(row: ListRow, candidate: Candidate, actor: Actor) -> Told:
    """Return whose one of several rows is, with the person who is nearly like; an answer holds wherever it stands."""
    return joined((_row_with_number(row), _candidate(*candidate[1:], actor)), " – ")


def _row_with_number(row: ListRow) -> Told:
    if not row.key:
        return as_is(row.name)
    return told("person_number", "{name}, number {number}", name=row.name, number=row.key)


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


def group_words(cause: str, rows: Sequence[ListRow], known: Sequence[str]) -> Told:
    """Return the question about rows of one cause; ``known`` are those whom the office has with the same mark."""
    named = [*map(place_words, rows[:_MOST])]
    names = joined(named, ", ")
    if len(rows) > _MOST:
        names = told("names_and_more", "{names} and {more} more", names=names, more=len(rows) - _MOST)
    if cause.startswith(MAILBOX):
        return _mailbox_words(str(rows[0].values["email"]), names, known)
    if cause == REPEATED:
        return counted(
            "repeated_rows",
            len(rows),
            one="One row has no member number, and repeats the name and the address of one known person: {names}. Are "
            "such rows these people (same), also in later lists, or shall each be asked about (each)?",
            other="{count} rows have no member number, and repeat the name and the address of one known person: "
            "{names}. Are such rows these people (same), also in later lists, or shall each be asked about (each)?",
            names=names,
        )
    if cause == NAMES:
        return counted(
            "rows_with_name_alone",
            len(rows),
            one="One row has neither a member number nor an address or a district, but the name of one known person: "
            "{names}. Are all of them these people (same), all other people (different), or shall each be asked about "
            "(each)?",
            other="{count} rows have neither a member number nor an address or a district, but the name of one known "
            "person: {names}. Are all of them these people (same), all other people (different), or shall each be "
            "asked about (each)?",
            names=names,
        )
    if cause.startswith(RENUMBERED):
        return told(
            "renumbered_rows",
            "{count} rows have the name and the address of one known person each, and another member number: {names}. "
            "Are all of them these people (same), who then have the list's member numbers too; these people, and the "
            "numbers of the list are slips that are not kept (slip); all other people (different); or shall each be "
            "asked about (each)?",
            count=len(rows),
            names=names,
        )
    if cause.startswith(NEARLY):
        return told(
            "nearly_rows",
            "{count} rows are nearly like one other person each: {names}. Are all of them these people (same), who "
            "then have the list's member numbers too, all other people (different), or shall each be asked about "
            "(each)?",
            count=len(rows),
            names=names,
        )
    return told(
        "numbers_but_for_zeros",
        "The member numbers of {count} rows are those of known people but for case, zeros in front, or a .0: {names}. "
        "A spreadsheet does that to a column of numbers. Are all of them these people (same), who then get a second "
        "member number; these people, and the numbers of the list are slips that are not kept (slip); all other people "
        "(different); or shall each be asked about (each)?",
        count=len(rows),
        names=names,
    )


def _mailbox_words(email: str, names: Told, known: Sequence[str]) -> Told:
    """Return the question about rows with one address; ``known`` are those who have it in the office."""
    if known:
        return told(
            "mailbox_of_known",
            "{email} is the address of {known}. The list gives it to {names} too. Are these all different people with "
            "one mailbox (different), or shall each be asked about (each)?",
            email=email,
            known=joined(known, " and of "),
            names=names,
        )
    return told(
        "mailbox_of_several",
        "{email} is the address of several people: {names}. Are they all different people who share one mailbox "
        "(different), or shall each be asked about (each)?",
        email=email,
        names=names,
    )


def namesake_words(row: ListRow, name: str, office: KnownOffice, actor: Actor) -> Iterator[Told]:
    """Yield who has the plain name of a new row, another number and another home: two numbers are two people."""
    found = office.by_name_alone.get(name, ()) if row.key else ()
    known = [entry for id in found if actor.covers((entry := office.people[id]).region)]
    if known:
        said = told(
            "new_of_known_name",
            "{name}, {number}, is new, although somebody of this name is known under another number: {others}. If "
            "they are one person, write the known number in this row.",
            name=row.name,
            number=row.key,
            others=joined((entry_words(entry, actor) for entry in known[:_MOST]), "; and "),
        )
        yield of_row(row.at, said)


def shared_words(row: ListRow, known: str, others: Sequence[str]) -> Told:
    """Return the question whether a known person shares a new address with others."""
    return told(
        "shares_address",
        "{file}, row {row}: {known}, gets the address {email}, which is also that of {others}. Are they different "
        "people with one mailbox (different)? If two entries are one person, say so first, on the person's page or "
        "with {command}.",
        command=SAME_AS,
        file=row.at.file,
        row=row.at.row,
        known=known,
        email=row.values["email"],
        others=joined(others, " and of "),
    )


def place_words(row: ListRow) -> Told:
    """Return whose a row of the list is, and where it stands."""
    return told("name_in_row", "{name} (row {row})", name=row.name, row=row.at.row)


def _candidate(entry: Entry | None, row: ListRow | None, reasons: tuple[Alike, ...], actor: Actor) -> Told:
    why = joined((_REASONS[reason] for reason in reasons), " and ")
    if row is not None:
        return told(
            "like_row",
            "{person}, {email}, in row {row} ({why})",
            person=_row_with_number(row),
            email=row.values.get("email", _NO_ADDRESS),
            row=row.at.row,
            why=why,
        )
    if entry is None:
        return told("like_other_list", "somebody of another list ({why})", why=why)
    return told("like_entry", "{person} ({why})", person=entry_words(entry, actor, entry.email), why=why)


def somebody(region: str) -> Told:
    """Return somebody whom the importer may not see; staff of the whole association have no region."""
    if region:
        return told("somebody_of_region", "somebody of region {region}", region=region)
    return told("somebody_without_region", "somebody without a region")


def entry_words(entry: Entry, actor: Actor, email: str = "") -> Told:
    """Return whom the office has, with the number or the region; what the importer may not see is left out."""
    if not actor.covers(entry.region):
        return somebody(entry.region)
    who = f"{entry.name}, {email}" if email else entry.name
    if entry.keys:
        return told(
            "known_under", "{person}, known under {numbers}", person=who, numbers=", ".join(entry.keys)
        )
    if entry.region:
        return told("person_of_region", "{person}, of region {region}", person=who, region=entry.region)
    return told("person_without_region", "{person}, without a region", person=who)
