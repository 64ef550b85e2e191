"""Rows of a list that are about nobody: the heading once more, as at the top of a page, notes, and sums."""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from activities.adapters.files.roster.columns import (
    NAME_PARTS,
    RosterKind,
    heading_words,
    is_known,
    meaning,
    plain_heading,
)
from activities.adapters.files.roster.faults import Place, cell_list, one_line
from domain.told import Told, counted

_PAGE: Final = re.compile(r"(?:page|página) [0-9]+", re.IGNORECASE)
_FEWEST_COLUMNS: Final = 3
_WORDS: Final = 3
"""How many words a note with a digit in it has at least: “M 1001” may be a member number."""
_PEOPLE: Final = (
    "members?|memberships?|people|persons?|participants?|mentors?|mentees?|applica(?:tions?|nts?)|rows?|records?|"
    "entr(?:y|ies)|names?|contacts?|soci[oa]s?|miembros?|personas?|participantes?|mentor[ae]s?|solicitud(?:es)?|filas?|"
    "registros?|membresías?|nombres?"
)
_WORD: Final = "(?:grand |overall |sub[ -]?)?totals?|totales|sum|suma|count|cuenta|recuento|number|número"
_JOINED: Final = f"of|de|del|the|los|las|all|total|general|number|número|{_PEOPLE}"
_TOTAL: Final = re.compile(
    r"(?:grand |overall |sub[ -]?)?totals?\b|totales\b|suma\b|sum\b|count\b|recuento\b|number of |número de "
    rf"|[0-9.,]+ (?:{_PEOPLE})(?: in total| en total)?$|(?:{_PEOPLE}) (?:in|en) total\b|n ?[=:] ?[0-9]+$"
)
"""How a cell of a row of sums begins."""
_ONLY_TOTAL: Final = re.compile(rf"(?:{_WORD})(?: (?:{_JOINED}))*[.:]?(?: ?[0-9.,]+)?|[0-9.,]+ (?:{_PEOPLE})")
"""What is a sum beside a member number, too: "Sum", and not "Sum Yi"."""
_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")

_NO_NUMBER: Final = frozenset(("name", "email", *NAME_PARTS))
"""Columns in which a number alone says nothing about anybody."""
_GROUP_TOTAL: Final = ("group", "number")
"""What the row of a group's total says."""
_WHOSE: Final = _NO_NUMBER | {"key"}


class SheetRow(NamedTuple):
    """One row: its number as a sheet shows it, and as many cells as there are headings, without outer blanks."""

    number: int
    cells: tuple[str, ...]


def heading_again(headings: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Return what says whether a row repeats the heading, in the same words or in others that mean the same."""
    plain = [plain_heading(heading) for heading in headings]
    meant = [{meaning(kind, heading) for kind in RosterKind} - {""} for heading in headings]
    first, words = headings[0].casefold(), heading_words()

    def is_it(cells: Sequence[str]) -> bool:
        begins = cells[0].casefold()
        if begins and begins != first and begins not in words:
            return False
        said = [(cell, at) for at, cell in enumerate(cells) if cell]
        return len(said) > 1 and all(
            plain_heading(cell) == plain[at] or any(meaning(kind, cell) in meant[at] for kind in RosterKind)
            for cell, at in said
        )

    return is_it


def heading_of_another(headings: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Return what says whether a row is the heading of another list: all that it says are headings, but not these."""
    again, words = heading_again(headings), heading_words()

    def is_it(cells: Sequence[str]) -> bool:
        if cells[0].casefold() not in words:
            return False
        said = [cell for cell in cells if cell]
        return len(said) >= _FEWEST_COLUMNS and all(map(is_known, said)) and not again(cells)

    return is_it


def is_note(cells: Sequence[str], key: int) -> bool:
    """Return whether a row says nothing but a text where its member number would be; ``key`` is that place."""
    if key < 0 or len(cells) < _FEWEST_COLUMNS or len(cells) - cells.count("") != 1:
        return False
    text = cells[key]
    if not text or _KEY.fullmatch(text) or "@" in text:
        return False
    return not any(map(str.isdigit, text)) or len(text.split()) >= _WORDS or _PAGE.fullmatch(text) is not None


def key_at(headings: tuple[str, ...]) -> int:
    """Return the place of the member number; below zero if no heading says it."""
    return next(
        (at for at, heading in enumerate(headings) if meaning(RosterKind.PEOPLE, heading) == "key"), -1
    )


def without_totals(
    file: str, remarks: list[Told], headings: tuple[str, ...], found: list[SheetRow]
) -> list[SheetRow]:
    """Return the rows without the sums among them and below them, which are named in one line of ``remarks``."""
    key = key_at(headings)
    own = [any(meaning(kind, heading) for kind in RosterKind) for heading in headings]
    own = [known and at != key for at, known in enumerate(own)]
    sums: list[Place] = []
    while found and (cell := _last_total(found, key, own)):
        sums.insert(0, Place(row=found.pop().number, cell=one_line(cell)))
    rows: list[SheetRow] = []
    group_total = _group_totals(headings, found)
    for row in found:
        if cell := _total(row.cells, key, len(rows)) or group_total(row.cells):
            sums.append(Place(row=row.number, cell=one_line(cell)))
        else:
            rows.append(row)
    if sums:
        remarks.append(
            counted(
                "totals_left_out",
                len(sums),
                one="{file}, {rows}: left out, since it holds totals and is about nobody.",
                other="{file}, {rows}: left out, since each holds totals and is about nobody.",
                file=file,
                rows=cell_list(sums),
            )
        )
    return rows


def _total(cells: tuple[str, ...], key: int, above: int) -> str:
    """Return the word of a row of sums; empty if the row has no sums: it says much, or an address, or whose it is.

    ``key`` is the place of the member number, below zero if no heading says it; ``above`` is how many rows there are.
    """
    if (len(cells) - cells.count("")) * 2 > len(cells) + 1:
        return ""
    filled = [cell for cell in cells if cell]
    if any("@" in cell for cell in filled):
        return ""
    number = cells[key] if key >= 0 and _KEY.fullmatch(cells[key]) else ""
    word = _TOTAL if not number or _ONLY_TOTAL.fullmatch(number.casefold()) else _ONLY_TOTAL
    if number and word is _ONLY_TOTAL and number != str(above):
        return ""
    match = word.match if word is _TOTAL else word.fullmatch
    return next((cell for cell in filled if match(cell.casefold())), "")


def _group_totals(headings: Sequence[str], found: Sequence[SheetRow]) -> Callable[[Sequence[str]], str]:
    """Return what finds the group in a row that says only it and a number, such as: North, 13.

    A text where a name or a number of a member stands is a group only if other rows say it of themselves, or if the
    number stands where no number can.
    """
    if not any(len(row.cells) - row.cells.count("") == len(_GROUP_TOTAL) for row in found):
        return lambda cells: ""
    meant = [{meaning(kind, heading) for kind in RosterKind} for heading in headings]
    of_whom = [not each.isdisjoint(_WHOSE) for each in meant]
    no_number = [not each.isdisjoint(_NO_NUMBER) for each in meant]
    groups = {
        cell.casefold()
        for row in found
        for cell, whose in zip(row.cells, of_whom, strict=True)
        if cell and not whose and len(row.cells) - row.cells.count("") > len(_GROUP_TOTAL)
    }

    def group(cells: Sequence[str]) -> str:
        said = [at for at, cell in enumerate(cells) if cell]
        numbers = [at for at in said if _NUMBER.fullmatch(cells[at])]
        texts = [at for at in said if at not in numbers]
        if len(numbers) != 1 or len(texts) != 1 or "key" in meant[numbers[0]]:
            return ""
        text = cells[texts[0]]
        if "@" in text or any(map(str.isdigit, text)):
            return ""
        sure = not of_whom[texts[0]] or text.casefold() in groups
        return text if sure or (no_number[numbers[0]] and not no_number[texts[0]]) else ""

    return group


def _last_total(found: Sequence[SheetRow], key: int, own: Sequence[bool]) -> str:
    """Return the word or the number of the last row if it is one of sums.

    ``own`` says which columns the office knows beside the member number: a number alone in one of them is a sum, and
    one in another column is one if it counts the rows above.
    """
    cells, above = found[-1].cells, len(found) - 1
    places = [at for at, cell in enumerate(cells) if cell]
    if above and len(cells) > 1 and len(places) == 1 and _NUMBER.fullmatch(cells[places[0]]):
        at = places[0]
        counts = cells[at] == str(above) and any(found[-2].cells[:at] + found[-2].cells[at + 1 :])
        return cells[at] if own[at] or counts else ""
    words = [cell for cell in cells if cell and not _NUMBER.fullmatch(cell)]
    if len(words) == 1 and len(places) > 1 and _ONLY_TOTAL.fullmatch(words[0].casefold()):
        number = cells[key] if key >= 0 else ""
        return words[0] if number in ("", words[0], str(above)) else ""
    return _total(cells, key, above)
