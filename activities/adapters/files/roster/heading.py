"""The heading of a list: which row it is, and the name under which its column map is remembered."""

import hashlib
from collections.abc import Iterable, Sequence

from activities.adapters.files.roster.columns import is_known, plain_heading
from activities.adapters.files.roster.dates import NoDate, read_day


def headings_digest(headings: Iterable[str]) -> str:
    """Return the name under which the column map of these headings is remembered; case and blanks do not matter."""
    return hashlib.sha256("\n".join(plain_heading(heading) for heading in headings).encode()).hexdigest()


def heading_at(top: Sequence[Sequence[str]]) -> int | None:
    """Return which of the first rows is the heading: the one with most known headings, else the first full one."""
    if not top:
        return None
    counts = [len({plain_heading(cell) for cell in cells if is_known(cell)}) for cells in top]
    most = max(counts)
    if most > 1 or (most == 1 and all(len(without_end(cells)) == 1 for cells in top)):
        return counts.index(most)
    widths = [sum(map(filled, cells)) for cells in top]
    return widths.index(max(widths))


def filled(cell: str) -> bool:
    """Return whether something is in a cell."""
    return bool(cell) and not cell.isspace()


def without_end(cells: Sequence[str]) -> Sequence[str]:
    """Return cells without the empty ones at the end."""
    end = len(cells)
    while end and not filled(cells[end - 1]):
        end -= 1
    return cells[:end]


def looks_like_a_person(cells: Sequence[str]) -> bool:
    """Return whether the row that would be the heading is about somebody: it has an address or a date."""
    return not any(map(is_known, cells)) and any("@" in cell or _is_day(cell) for cell in cells)


def _is_day(cell: str) -> bool:
    try:
        read_day(cell.strip())
    except NoDate:
        return False
    return True
