"""Member numbers that a spreadsheet or another program saved as amounts: 1042.0, 1,042 or 1,042.00 for 1042."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from activities.adapters.files.roster.faults import Place, first_of
from domain.told import Told, joined, told

_DECIMALS: Final = re.compile(r"([0-9]{1,15})\.0{1,2}")
_NO_NUMBER: Final = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})(?:\.0{1,2})?|([0-9]{1,15}),0{1,2}")
"""What is an amount for certain, since no member number has a comma in it."""
_THOUSANDS: Final = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4})(?:,0{1,2})?")
"""An amount where a dot stands between thousands, or a number of its own kind, such as 1.042 beside 1.043."""
_WITH_DOT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_PARTS: Final = re.compile(r"[\s,;|]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The texts of member numbers that are amounts, each with the number that it is.

    ``sure`` are those that mean nothing else, ``unsure`` those about which somebody must be asked. Of the sure ones,
    ``commas`` cannot be member numbers as they stand.
    """

    sure: Mapping[str, str] = field(default_factory=dict)
    unsure: Mapping[str, str] = field(default_factory=dict)
    commas: Mapping[str, str] = field(default_factory=dict)


_NONE: Final = Amounts()


def amounts_in(columns: Iterable[Collection[str]], known: Collection[str]) -> Amounts:
    """Return which numbers are amounts. What somebody has as a number, as it is written, is none.

    In a column whose numbers all end in .0, these are the decimals of whole numbers. Beside numbers without a dot, and
    where numbers have other digits behind a dot, 1042.0 may be a number of its own.

    Args:
        columns: The texts of each column of member numbers.
        known: The member numbers of the association.
    """
    commas: dict[str, str] = {}
    sure: dict[str, str] = {}
    unsure: dict[str, str] = {}
    for texts in columns:
        found = {text for text in texts if ("." in text or "," in text) and text not in known}
        if not found:
            continue
        commas |= {text: whole for text in found if (whole := _with_comma(text))}
        decimals = {text: match[1] for text in found if (match := _DECIMALS.fullmatch(text))}
        thousands = {
            text: match[1].replace(".", "")
            for text in found
            if text not in commas and (match := _THOUSANDS.fullmatch(text))
        }
        others = (text for text in (*texts, *known) if text not in decimals)
        mixed = any(_WITH_DOT.fullmatch(text) for text in others) or any(
            text.isascii() and text.isdigit() for text in texts
        )
        (unsure if mixed else sure).update(decimals)
        unsure |= thousands
    return Amounts(sure=sure, unsure=unsure, commas=commas) if commas or sure or unsure else _NONE


def several(cells: Iterable[str]) -> list[str]:
    """Return the member numbers of cells that hold several; a comma stands between two of them."""
    return [part for cell in cells if cell for part in _PARTS.split(cell) if part]


def _with_comma(text: str) -> str:
    match = _NO_NUMBER.fullmatch(text)
    return "" if match is None else (match[1] or match[2]).replace(",", "")


def amounts_words(places: Sequence[Place], unsure: Mapping[str, str]) -> Told:
    """Return the question whether numbers are amounts."""
    shown = first_of(places, lambda each: _read_as(each, unsure))
    return told(
        "saved_as_amounts",
        "A spreadsheet seems to have saved member numbers as amounts, with decimals or thousands, and other numbers "
        "of this list or of the office are written otherwise. Are they read as whole numbers: {numbers}?",
        numbers=joined(shown, "; "),
    )


def amounts_remark(file: str, heading: str, places: Sequence[Place], sure: Mapping[str, str]) -> Told:
    """Return what to say of numbers that are amounts for certain."""
    shown = [_read_as(each, sure) for each in places[:2]]
    if len(places) > 2:
        shown.append(told("and_more_alike", "and {more} more in the same way", more=len(places) - 2))
    return told(
        "amounts_are_numbers",
        "{file}, column {heading}: a spreadsheet has saved the member numbers as amounts, and they are read as whole "
        "numbers: {numbers}.",
        file=file,
        heading=heading,
        numbers=joined(shown, "; "),
    )


def _read_as(place: Place, wholes: Mapping[str, str]) -> Told:
    return told(
        "number_read_as",
        "“{cell}” in row {row} as “{number}”",
        cell=place.cell,
        row=place.row,
        number=whole_of(place.cell, wholes),
    )


def whole_of(cell: str, wholes: Mapping[str, str]) -> str:
    """Return the number that a cell is, or the numbers that it holds."""
    if cell in wholes:
        return wholes[cell]
    return " ".join(wholes.get(part, part) for part in several([cell]))
