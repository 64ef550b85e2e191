"""Member numbers whose leading zeros a spreadsheet ate: known where the office knows the numbers with their zeros."""

from collections.abc import Collection, Iterable, Mapping


def lost_zeros(keys: Iterable[str], known: Collection[str]) -> Mapping[str, str]:
    """Return the full number of each key of a column that lost its zeros; empty where the column did not.

    A column lost its zeros if no number in it begins with one, and some of its unknown numbers are known with zeros
    before them. Where all known numbers have one length, numbers that nobody knows yet are filled up to it.
    """
    digits = {key for key in keys if key.isascii() and key.isdigit()}
    numbers = known if isinstance(known, (set, frozenset)) else set(known)
    if any(key.startswith("0") and len(key) > 1 for key in digits):
        return {}
    full: dict[str, list[str]] = {}
    lengths: set[int] = set()
    for number in numbers:
        if number.isascii() and number.isdigit():
            lengths.add(len(number))
            if number.startswith("0"):
                full.setdefault(number.lstrip("0"), []).append(number)
    found = {
        key: full[key][0] for key in digits if key not in numbers and len(full.get(key.lstrip("0"), ())) == 1
    }
    if found and len(lengths) == 1:
        width = lengths.pop()
        found |= {key: key.zfill(width) for key in digits if key not in found and len(key) < width}
    return found
