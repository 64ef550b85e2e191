"""By what a row may be about the same human as an entry or as an earlier row: address, name, member number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple, Self

from domain.people.entry import Entry
from domain.people.identity import (
    NO_DISTRICT,
    Alike,
    phone_mark,
    plain_key,
    plain_name,
    plain_text,
)
from domain.people.near_names import ShortForms, name_parts, nearly_one_name
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import ListRow

_MANY: Final = 20_000
"""From how many rows on a list counts which places several rows share, before it keeps any."""
_PLACES: Final = (1 << 22) - 1
"""The last of the places that are counted."""


class RowMarks(NamedTuple):
    """What is compared of a row: its address, its name in a district, its number. Rows are compared again and again."""

    email: str
    name: str
    district: str
    key: str

    @classmethod
    def of(cls, row: ListRow) -> Self:
        """Return the marks of a row."""
        values = row.values
        return cls(
            plain_text(values.get("email", "")),
            plain_name(values.get("name", "")),
            plain_text(values.get("district", NO_DISTRICT)),
            plain_key(row.key) if row.key else "",
        )


def alike_in_office(row: ListRow, office: KnownOffice) -> Iterator[str]:
    """Yield the entries whose a row may be, some more than once: those under its number, and those that are alike."""
    yield from entries_under(office, row.key) if row.key else ()
    yield from (id for id, _ in alike_entries(row, RowMarks.of(row), office))


def further_numbers(row: ListRow) -> tuple[str, ...]:
    """Return the member numbers that a row of people gives beside its own."""
    further: tuple[str, ...] = row.values.get("other_numbers", ())
    return further


def has_no_mark_of_its_own(row: ListRow, person: str, office: KnownOffice) -> bool:
    """Return whether a row has its person's number, and nothing else than the entry by which others may be alike."""
    entry, values = office.people[person], row.values
    name = values.get("name")
    return (
        office.by_key.get(row.key) == person
        and all(office.by_key.get(number) == person for number in further_numbers(row))
        and values.get("email", entry.email) == entry.email
        and (name is None or (name, values.get("district", NO_DISTRICT)) == (entry.name, entry.district))
    )


def entries_under(office: KnownOffice, key: str) -> tuple[str, ...]:
    """Return the entry with a member number, or those that had it before numbers were kept."""
    known = office.by_key.get(key)
    return (known,) if known else office.before_numbers(key)


def alike_entries(row: ListRow, marks: RowMarks, office: KnownOffice) -> Iterator[tuple[str, Alike]]:
    """Yield the entries that are like a row, and why."""
    email, name, district, key = marks
    yield from ((id, Alike.EMAIL) for id in (office.by_email.get(email, ()) if email else ()))
    for id in office.by_name_alone.get(name, ()) if name else ():
        if reason := _of_name(row, district, office.people[id], office):
            yield id, reason
    if key:
        yield from (
            (id, Alike.KEY) for id in (*entries_under(office, row.key), *office.by_plain_key.get(key, ()))
        )
    for number in further_numbers(row):
        yield from ((id, Alike.KEY) for id in entries_under(office, number))


def _of_name(row: ListRow, district: str, entry: Entry, office: KnownOffice) -> Alike | None:
    """Return why a row may be about an entry with its name; two member numbers elsewhere say that they are two."""
    missing = NO_DISTRICT in (district, entry.district)
    if not missing and plain_text(entry.district) == district:
        return Alike.NAME
    if missing and row.values.get("region", entry.region) == entry.region:
        return Alike.NAME_ALONE
    return None if row.key and office.keys_of(entry.id) else Alike.ELSEWHERE


def near_entries(row: ListRow, marks: RowMarks, office: KnownOffice) -> Iterator[tuple[str, Alike]]:
    """Yield the entries whose a row may be although no mark is the same: by a phone number, or nearly by the name."""
    name, district = marks.name, marks.district
    last = name.rpartition(" ")[2]
    if last == name:
        return
    if phone := phone_mark(row.values.get("phone", "")):
        yield from ((id, Alike.PHONE) for id in office.by_phone.get((phone, last), ()))
    if "district" in row.values:
        for word in dict.fromkeys(part for part, _ in name_parts(name)):
            near = office.by_part.get((district, word), ())
            yield from (
                (id, Alike.NEAR) for known, id in near if nearly_one_name(name, known, office.short_forms)
            )


def _in_region(row: ListRow, named: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    """Yield those of the people with a row's name who are in its region, as far as both are known."""
    region = row.values.get("region")
    yield from (id for id, where in named if region is None or where in (None, region))


def whole_reasons(reasons: Collection[Alike]) -> tuple[Alike, ...]:
    """Return reasons in one order, without a weaker one: a name elsewhere says less than anything else."""
    weaker = {Alike.NAME_ALONE} if Alike.NAME in reasons else set()
    weaker |= {Alike.ELSEWHERE} if len({*reasons}) > 1 else set()
    return tuple(each for each in Alike if each in reasons and each not in weaker)


class _Ids:
    """Ids by a mark, in the order in which they were added. Nearly every mark has one id."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._others: dict[str, list[str]] = defaultdict(list)

    def add(self, mark: str, id: str) -> None:
        if self._first.setdefault(mark, id) != id and id not in self._others[mark]:
            self._others[mark].append(id)

    def of(self, mark: str) -> tuple[str, ...]:
        first = self._first.get(mark)
        return () if first is None else (first, *self._others.get(mark, ()))


class _NearNames:
    """Names in districts with those who have them, found by names that are nearly the same.

    A hundred thousand rows are in memory at once: of so many, only the places are kept that several rows share.
    """

    def __init__(self, rows: Collection[ListRow], short_forms: ShortForms) -> None:
        self._short_forms = short_forms
        self._shared = _shared_places(rows, short_forms) if len(rows) > _MANY else None
        self._named: list[tuple[str, str]] = []
        self._first: dict[int, int] = {}
        self._others: dict[int, list[int]] = defaultdict(list)

    def add(self, marks: RowMarks, person: str) -> None:
        """Remember who has a name."""
        shared, number = self._shared, len(self._named)
        found = _near_places(marks, self._short_forms)
        places = [each for each in found if shared is None or shared[each & _PLACES] > 1]
        if places:
            self._named.append((marks.name, person))
        for place in places:
            if self._first.setdefault(place, number) != number:
                self._others[place].append(number)

    def of(self, marks: RowMarks) -> Iterator[str]:
        """Yield those whose name is nearly this one, some more than once."""
        for place in _near_places(marks, self._short_forms):
            first = self._first.get(place)
            for number in () if first is None else (first, *self._others.get(place, ())):
                name, person = self._named[number]
                if nearly_one_name(marks.name, name, self._short_forms):
                    yield person


def _shared_places(rows: Iterable[ListRow], short_forms: ShortForms) -> bytearray:
    """Return how many rows have each place, up to two; places that differ may be counted together."""
    counts = bytearray(_PLACES + 1)
    for row in rows:
        for place in _near_places(RowMarks.of(row), short_forms) if "district" in row.values else ():
            counts[place & _PLACES] = min(counts[place & _PLACES] + 1, 2)
    return counts


class Marks:
    """What the rows that were read so far have in common with others; an entry's own marks are found in the office.

    Names alone are kept only where some row names no district.
    """

    def __init__(self, rows: Collection[ListRow], short_forms: ShortForms) -> None:
        self._email, self._name, self._key = _Ids(), _Ids(), _Ids()
        self._named: dict[str, list[tuple[str, str | None, bool]]] = defaultdict(list)
        self._nearly = _NearNames(rows, short_forms)
        self._by_name_alone = any("district" not in row.values for row in rows)

    def add(self, row: ListRow, marks: RowMarks, person: str) -> None:
        """Remember whose row has which marks."""
        email, name, _, key = marks
        if email:
            self._email.add(email, person)
        if name:
            self._name.add(_joined(marks), person)
            if self._by_name_alone:
                where = row.values.get("region"), "district" in row.values
                self._named[name].append((person, *where))
        if key:
            self._key.add(key, person)
        if "district" in row.values:
            self._nearly.add(marks, person)

    def near(self, row: ListRow, marks: RowMarks) -> Iterator[tuple[str, Alike]]:
        """Yield the people of earlier rows whose name in this row's district is nearly its name."""
        if "district" in row.values:
            yield from ((id, Alike.NEAR) for id in self._nearly.of(marks))

    def with_address(self, email: str) -> tuple[str, ...]:
        """Return the people of earlier rows with an address."""
        return self._email.of(email)

    def alike(self, row: ListRow, marks: RowMarks) -> Iterator[tuple[str, Alike]]:
        """Yield the people of earlier rows that are like a row, and why."""
        email, name, _, key = marks
        yield from ((id, Alike.EMAIL) for id in self._email.of(email))
        yield from ((id, Alike.NAME) for id in self._name.of(_joined(marks)))
        if name and self._by_name_alone:
            home = "district" in row.values
            named = ((id, region) for id, region, other in self._named.get(name, ()) if not (home and other))
            yield from ((id, Alike.NAME_ALONE) for id in _in_region(row, named))
        yield from ((id, Alike.KEY) for id in (self._key.of(key) if key else ()))


def _near_places(marks: RowMarks, short_forms: ShortForms) -> Iterator[int]:
    """Yield by what near names are found: a word that they share, and of the one beside it an end or a whole form.

    A number is no name. Two words of which one letter differs begin or end alike, and so do most short forms; for the
    others the whole form counts. So few names share a place.
    """
    for word, other in name_parts(marks.name):
        if other.isalpha():
            yield hash((marks.district, word, 0, other[0]))
            yield hash((marks.district, word, 1, other[-1]))
            yield from (hash((marks.district, word, 2, whole)) for whole in short_forms.get(other, ()))


def _joined(marks: RowMarks) -> str:
    """Return a name and its district as one text; neither holds a line break."""
    return f"{marks.name}\n{marks.district}"
