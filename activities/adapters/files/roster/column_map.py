"""The column map: which column each heading of a list means. It is proposed, confirmed once, and remembered."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from activities.adapters.files.roster.column_faults import (
    MISSING,
    NOT_READ,
    doubled,
    heading_key,
    lacking,
    missing_columns,
)
from activities.adapters.files.roster.columns import (
    COLUMNS,
    NAME_PARTS,
    RosterKind,
    column_letters,
    fits,
    is_own,
    meaning,
    plain_heading,
)
from activities.adapters.files.roster.faults import ColumnQuestion, RowFault, one_line
from activities.adapters.files.roster.number_column import counts_rows, unread_numbers
from activities.adapters.files.roster.sheet import Sheet
from domain.told import as_is, joined, told

NOTHING = "nothing"
"""How a person says so."""
HEADINGS: Final = "columns"
"""The code and the id of the question what the headings of a list mean."""
_FREE: Final = {True: (NOT_READ,), False: (NOT_READ, "name")}
"""What a heading means that may be the column which a list lacks; a name may be one that is next to a number."""
_SEVERAL: Final = ("email", "phone")
"""What two headings may mean if a person says so: the second is read where the first is blank."""
_BRACKETS: Final = re.compile(r"\([^()]*\)")
FORM: Final = told(
    "answer_yes_or_headings",
    "Answer yes, or each heading and the column that it means, such as: Tel = phone; Notes = nothing.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What the headings of a list mean in one kind of file.

    ``columns`` holds a column, or nothing, for each plain heading: it is what is remembered. ``question`` asks a person
    to confirm it; None where every heading is the office's own, or the map was confirmed before. With ``faults`` the
    list cannot be read; if there is a question beside them, its answer can take them away.
    """

    kind: RosterKind
    columns: Mapping[str, str]
    question: ColumnQuestion | None = None
    faults: tuple[RowFault, ...] = ()

    def places(self, sheet: Sheet) -> Mapping[str, int]:
        """Return where each column is in a row of the sheet; of several headings the first."""
        found = (
            (self.columns.get(heading_key(sheet, at), ""), at) for at in reversed(range(len(sheet.headings)))
        )
        return {column: at for column, at in found if column}

    def instead(self, sheet: Sheet) -> Mapping[str, tuple[int, ...]]:
        """Return where else a column stands: what is read where the first of its cells is blank."""
        first = self.places(sheet)
        found: dict[str, tuple[int, ...]] = {}
        for at in range(len(sheet.headings)):
            column = self.columns.get(heading_key(sheet, at), "")
            if column and first[column] != at:
                found[column] = (*found.get(column, ()), at)
        return found


def answered(sheet: Sheet, proposed: ColumnMap, answer: str) -> ColumnMap:
    """Return the map as a person confirmed it; ``column_map.columns`` is what is remembered.

    The answer is ``yes``, or changes such as ``Tel = phone; Fax = nothing``: a heading of the list and the column that
    it means. A change that cannot be carried out is a fault of the map.
    """
    changes = [] if answer.strip().casefold() == "yes" else re.split(r"[;\n]+", answer)
    columns = dict(proposed.columns)
    faults: list[RowFault] = []
    for change in filter(str.strip, changes):
        heading, equals, column = (part.strip() for part in change.rpartition("="))
        if not equals:
            problem = joined(
                (
                    told(
                        "no_column_named",
                        "“{said}” does not say what a heading means.",
                        said=one_line(column),
                    ),
                    FORM,
                )
            )
            faults.append(RowFault(file=sheet.file, code="no_column_named", problem=problem))
            continue
        key = plain_heading(heading) or heading
        column = column_of(proposed.kind, column)
        if key not in columns:
            faults.append(
                lacking(
                    sheet,
                    "unknown_heading",
                    "",
                    told(
                        "unknown_heading", "The list has no heading “{heading}”.", heading=one_line(heading)
                    ),
                )
            )
        elif column and column not in COLUMNS[proposed.kind]:
            allowed = tuple(COLUMNS[proposed.kind])
            problem = told(
                "unknown_column", "“{column}” is not a column of this kind of list.", column=one_line(column)
            )
            faults.append(RowFault(file=sheet.file, code="unknown_column", problem=problem, allowed=allowed))
        else:
            columns[key] = column
    faults.extend((*doubled(sheet, columns, _SEVERAL), *missing_columns(sheet, proposed.kind, columns)))
    return ColumnMap(kind=proposed.kind, columns=columns, faults=tuple(faults))


def column_of(kind: RosterKind, text: str) -> str:
    """Return the column that an answer names, in any case, or by a heading that means it; anything else stays as it is.

    ``nothing`` names no column.
    """
    plain = plain_heading(text)
    return NOT_READ if plain == NOTHING else meaning(kind, text) or text


def propose_columns(
    sheet: Sheet,
    kind: RosterKind,
    remembered: Mapping[str, str] | None = None,
    numbers: Collection[str] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> ColumnMap:
    """Return what the headings of a sheet mean.

    ``remembered`` is a map that a person confirmed, by plain heading; headings that it does not name are proposed.
    ``numbers`` are the member numbers that the office knows: a column of them is known without its heading.
    ``elsewhere`` is what a person confirmed about some of the headings in lists that have others beside them.
    """
    turned = () if elsewhere is None else _read_otherwise_here(sheet, kind, elsewhere)
    if elsewhere:
        elsewhere = {key: column for key, column in elsewhere.items() if key not in turned}
    known = dict(remembered or elsewhere or {})
    columns: dict[str, str] = {}
    asked, counts = bool(turned), ""
    for at, heading in enumerate(sheet.headings):
        key = heading_key(sheet, at)
        if key in known and (known[key] in COLUMNS[kind] or known[key] == NOT_READ):
            columns[key] = known[key]
            continue
        columns[key] = _meaning(sheet, kind, heading)
        if columns[key] == "key" and counts_rows(sheet, at, numbers):
            columns[key], counts = NOT_READ, heading
        if elsewhere and columns[key] in known.values():
            columns[key] = NOT_READ
        if columns[key] == "name" and kind is not RosterKind.PEOPLE and "name" in [*columns.values()][:-1]:
            columns[key] = NOT_READ
        if columns[key]:
            asked |= _joined(heading) != _joined(columns[key])
        else:
            asked |= not _read_for(sheet, kind, heading)
    asked |= bool(counts)
    found = _with_numbers(sheet, kind, columns, known, numbers)
    if not asked and remembered is not None:
        asked = any(key not in known for key in columns)
    several = tuple(each for each in _SEVERAL if [*known.values()].count(each) > 1)
    faults = (*doubled(sheet, columns, several), *missing_columns(sheet, kind, columns))
    can_be_told = not faults or (
        all(fault.code == MISSING for fault in faults)
        and any(
            heading and columns[heading_key(sheet, at)] in _FREE[kind is RosterKind.PEOPLE]
            for at, heading in enumerate(sheet.headings)
        )
    )
    sure = frozenset(confirmed_headings(sheet, kind, elsewhere or ()))
    question = (
        confirmation(sheet, kind, columns, faults, found, sure, counts) if asked and can_be_told else None
    )
    return ColumnMap(kind=kind, columns=columns, question=question, faults=faults)


def _read_otherwise_here(sheet: Sheet, kind: RosterKind, elsewhere: Mapping[str, str]) -> tuple[str, ...]:
    """Return the headings that other lists read as something, and that beside those of this list are something else.

    `Last` is a last day in one list, and a last name where it stands beside `First`: that was confirmed of another one.
    """
    found = ((heading_key(sheet, at), heading) for at, heading in enumerate(sheet.headings))
    return tuple(
        key
        for key, heading in found
        if elsewhere.get(key) and meaning(kind, heading) and not _meaning(sheet, kind, heading)
    )


def confirmed_headings(sheet: Sheet, kind: RosterKind, remembered: Collection[str]) -> tuple[str, ...]:
    """Return which headings of a sheet somebody has confirmed: one of ours is read so without anybody's word."""
    return tuple(
        key
        for at, heading in enumerate(sheet.headings)
        if (key := heading_key(sheet, at)) in remembered and not is_own(kind, heading)
    )


def _with_numbers(
    sheet: Sheet,
    kind: RosterKind,
    columns: dict[str, str],
    remembered: Mapping[str, str],
    numbers: Collection[str],
) -> str:
    """Take a column of known member numbers for the number of a list of people, and return its heading."""
    if kind is not RosterKind.PEOPLE or "key" in remembered.values():
        return ""
    names = [heading_key(sheet, at) for at in range(len(sheet.headings))]
    meant = [columns[name] or (NOTHING if name in remembered else NOT_READ) for name in names]
    at = unread_numbers(sheet, meant, numbers)
    if at is None:
        return ""
    columns.update({name: NOT_READ for name, column in columns.items() if column == "key"})
    columns[names[at]] = "key"
    return sheet.headings[at] or names[at]


def heading_names(sheet: Sheet) -> tuple[str, ...]:
    """Return the names of the headings of a sheet in a map, without those of columns that have none."""
    return tuple(filter(None, map(plain_heading, sheet.headings)))


def _joined(heading: str) -> str:
    return plain_heading(heading).replace(" ", "")


def _meaning(sheet: Sheet, kind: RosterKind, heading: str) -> str:
    """Return what a heading means; `First` and `Last` are names, not days, beside people's other columns.

    Beside whole names they are the days of memberships.
    """
    found = meaning(kind, heading) or _without_brackets(sheet, kind, heading)
    if kind is RosterKind.PEOPLE and found in NAME_PARTS and fits(RosterKind.MEMBERSHIPS, sheet.headings):
        whole = any(meaning(kind, each) == "name" for each in sheet.headings)
        return NOT_READ if whole and meaning(RosterKind.MEMBERSHIPS, heading) else found
    if (
        kind is RosterKind.MEMBERSHIPS
        and found in ("first", "last")
        and fits(RosterKind.PEOPLE, sheet.headings)
    ):
        parts = {meaning(RosterKind.PEOPLE, each) for each in sheet.headings}
        if "name" not in parts and meaning(RosterKind.PEOPLE, heading) in NAME_PARTS:
            return NOT_READ
    return found


def _without_brackets(sheet: Sheet, kind: RosterKind, heading: str) -> str:
    """Return what a heading means without what is in brackets, if no other heading of the sheet means the same."""
    found = meaning(kind, _BRACKETS.sub(" ", heading)) if "(" in heading else ""
    others = (each for each in sheet.headings if each != heading)
    return "" if any(found == meaning(kind, _BRACKETS.sub(" ", each)) for each in others) else found


def confirmation(
    sheet: Sheet,
    kind: RosterKind,
    columns: Mapping[str, str],
    lacks: tuple[RowFault, ...] = (),
    numbers: str = "",
    sure: Collection[str] = (),
    counts: str = "",
) -> ColumnQuestion:
    """Return the question whether the headings of a sheet mean these columns, or which one is what the list lacks.

    ``sure`` are headings that were confirmed in other lists: the question is about the others. ``numbers`` is the
    heading of a column that is read as the member number because the office knows what is in it, and ``counts`` that of
    one that is not, because it counts the rows.
    """
    read = [
        f"“{heading}” as {columns[heading_key(sheet, at)]}"
        for at, heading in enumerate(sheet.headings)
        if columns[heading_key(sheet, at)] and (lacks or heading_key(sheet, at) not in sure)
    ]
    as_read = ((heading, heading_key(sheet, at)) for at, heading in enumerate(sheet.headings))
    known_before = [f"“{each}” as {columns[key]}" for each, key in as_read if columns[key] and key in sure]
    of_others = _read_for_others(sheet, kind, columns)
    left = unread_headings(sheet, columns, {*(() if lacks else sure), *chain(*of_others.values())})
    meant = f" {'; '.join(read)}." if read else ""
    meant += f" Confirmed before: {'; '.join(known_before)}." if known_before and not lacks else ""
    unread = "".join(
        f" Read for the {other.value}: {', '.join(f'“{sheet.headings[at]}”' for at in keys.values())}."
        for other, keys in of_others.items()
    )
    checked = checked_headings(sheet, ColumnMap(kind=kind, columns=columns))
    unread += f" Used to check who is meant: {', '.join(checked)}." if checked else ""
    left = tuple(each for each in left if each not in checked)
    unread += f" Not read: {', '.join(left)}." if left else ""
    lacking = " ".join((fault.problem.parts or (fault.problem,))[0] for fault in lacks)
    known = (
        f" The office knows the numbers of the column “{numbers}”: they are member numbers."
        if numbers
        else ""
    )
    if counts:
        known += (
            f" The column “{counts}” counts the rows (1, 2, 3 …), so it is not read as the member number; if it is "
            f"one, answer {counts} = key."
        )
    problem = (
        f"Which column of this list of {kind.value} is which? {lacking}{known}{meant and f' Read:{meant}'}{unread} "
        "Answer with each heading and the column that it means, such as: Nr = key; Who = name; Notes = nothing. If the "
        "list has no such column, add it in the file."
        if lacks
        else f"Are the {'new ' if sure else ''}headings of this list of {kind.value} understood right?{known}{meant}"
        f"{unread} If not, answer with each heading and the column that it means, such as: Tel = phone; Notes = "
        "nothing."
    )
    return ColumnQuestion(
        file=sheet.file,
        code=HEADINGS,
        problem=as_is(problem),
        answers=tuple(COLUMNS[kind]) if lacks else ("yes", *COLUMNS[kind]),
        proposal="" if lacks else "yes",
        headings=tuple(
            f"{heading.replace(';', ' ') or heading_key(sheet, at)} = {columns[heading_key(sheet, at)] or NOTHING}"
            for at, heading in enumerate(sheet.headings)
        ),
        never_by_itself=bool(numbers or counts) or _loses(sheet, kind, columns, sure),
    )


def _read_for(sheet: Sheet, kind: RosterKind, heading: str) -> RosterKind | None:
    """Return the other kind that a list is too and that reads a heading; None where there is none."""
    others = (each for each in sheet.kinds if each is not kind)
    return next((each for each in others if _meaning(sheet, each, heading)), None)


def _read_for_others(
    sheet: Sheet, kind: RosterKind, columns: Mapping[str, str]
) -> Mapping[RosterKind, Mapping[str, int]]:
    """Return by kind which headings are read for what else the list is, each with its place."""
    found: dict[RosterKind, dict[str, int]] = {}
    for at, heading in enumerate(sheet.headings):
        if not columns[heading_key(sheet, at)] and (other := _read_for(sheet, kind, heading)):
            found.setdefault(other, {})[heading_key(sheet, at)] = at
    return found


def unread_headings(sheet: Sheet, columns: Mapping[str, str], sure: Collection[str] = ()) -> tuple[str, ...]:
    """Return the columns of a sheet that a map reads nothing from, in words; without those that are ``sure``."""
    return tuple(
        f"“{heading}”" if heading else f"the column {column_letters(at)} without a heading"
        for at, heading in enumerate(sheet.headings)
        if not columns[heading_key(sheet, at)] and heading_key(sheet, at) not in sure
    )


def checked_headings(sheet: Sheet, column_map: ColumnMap) -> tuple[str, ...]:
    """Return the headings of a list that is not of people which say who is meant: a number is compared with them."""
    if RosterKind.PEOPLE in (column_map.kind, *sheet.kinds):
        return ()
    own = column_map.places(sheet).values()
    return tuple(f"“{sheet.headings[at]}”" for at in name_places(sheet, column_map) if at not in own)


def _loses(sheet: Sheet, kind: RosterKind, columns: Mapping[str, str], sure: Collection[str]) -> bool:
    """Return whether a column with something in it is not read: a name beside a member number does not count."""
    names = () if kind is RosterKind.PEOPLE else ("name", *NAME_PARTS)
    return any(
        not columns[heading_key(sheet, at)]
        and heading_key(sheet, at) not in sure
        and meaning(RosterKind.PEOPLE, heading) not in names
        and not any(meaning(other, heading) for other in sheet.kinds)
        and any(cells[at] for _, cells in sheet.rows)
        for at, heading in enumerate(sheet.headings)
    )


def name_places(sheet: Sheet, column_map: ColumnMap) -> tuple[int, ...]:
    """Return where the name of a row's person stands; in lists that are not about people, by other headings too."""
    places = column_map.places(sheet)
    if column_map.kind is not RosterKind.PEOPLE:
        own, places = set(places.values()), {name: at for name, at in places.items() if name == "name"}
        for at, heading in enumerate(sheet.headings):
            found = meaning(RosterKind.PEOPLE, heading) if at not in own else ""
            if found in ("name", *NAME_PARTS):
                places.setdefault(found, at)
    if "name" in places:
        return (places["name"],)
    return tuple(places[part] for part in NAME_PARTS if part in places)
