"""Member numbers whose leading zeros a spreadsheet ate: known where the office knows the numbers with their zeros."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from activities.adapters.files.roster.faults import Place, first_of
from domain.told import Told, joined, told


@dataclass(frozen=True, slots=True, kw_only=True)
class LostZeros:
    """What became of the numbers of a column that lost its zeros.

    ``full`` is the number with its zeros, by the number without. ``either`` are the known numbers of several humans
    that a number can be if the office knows it both with zeros and without.
    """

    full: Mapping[str, str] = field(default_factory=dict)
    either: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def lost_zeros(keys: Iterable[str], known: Mapping[str, str]) -> LostZeros:
    """Return what became of the numbers of a column that lost its zeros; nothing where the column did not.

    A column lost its zeros if no number in it begins with one, and some of its unknown numbers are known with zeros
    before them. Where all known numbers have one length, numbers that nobody knows yet are filled up to it.

    Args:
        keys: The numbers in the column.
        known: The known numbers, each with its human: several numbers of one human need no question.
    """
    digits = {key for key in keys if key.isascii() and key.isdigit()}
    if any(key.startswith("0") and len(key) > 1 for key in digits):
        return LostZeros()
    full: dict[str, list[str]] = {}
    lengths: set[int] = set()
    for number in known:
        if number.isascii() and number.isdigit():
            lengths.add(len(number))
            if number.startswith("0"):
                full.setdefault(number.lstrip("0"), []).append(number)
    found = {
        key: min(full[key], key=len)
        for key in digits
        if key not in known and len({known[number] for number in full.get(key, ())}) == 1
    }
    if found and len(lengths) == 1:
        width = lengths.pop()
        found |= {key: key.zfill(width) for key in digits if key not in found and len(key) < width}
    either = {
        key: (key, *sorted(full[key], key=len))
        for key in digits
        if key in known and any(known[number] != known[key] for number in full.get(key, ()))
    }
    return LostZeros(full=found, either=either) if found else LostZeros()


def zeros_words(places: Sequence[Place], lost: Mapping[str, str], known: Mapping[str, str]) -> Told:
    """Return the question whether zeros go back; a number that the list of people brings is known to nobody yet."""
    first = next(each for each in places if lost[each.cell] in known)
    number = lost[first.cell]
    there = (
        told("number_in_list", "“{number}” in the list of people", number=number)
        if known[number] == number
        else told("known_as_number", "known as “{number}”", number=number)
    )
    removed = told(
        "zeros_removed",
        "A spreadsheet seems to have removed the zeros at the beginning of the member numbers: “{cell}” in row {row} "
        "is {there}.",
        cell=first.cell,
        row=first.row,
        there=there,
    )
    added = [each for each in places if lost[each.cell] not in known]
    back = told("put_zeros_back", "Should the zeros be put back?")
    return joined((removed, *_filled_words(added, lost), back))


def _filled_words(added: Sequence[Place], lost: Mapping[str, str]) -> tuple[Told, ...]:
    """Return what becomes of numbers that nobody has yet; nothing where there are none."""
    if not added:
        return ()
    filled = first_of(
        added,
        lambda each: told(
            "number_becomes",
            "“{cell}” in row {row} would become “{number}”",
            cell=each.cell,
            row=each.row,
            number=lost[each.cell],
        ),
    )
    numbers = joined(filled, "; ")
    return (
        told(
            "numbers_filled_up",
            "Numbers that nobody has yet are filled up as well: {numbers}.",
            numbers=numbers,
        ),
    )
