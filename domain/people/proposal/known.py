"""What the office knows before an import: entries, member numbers, answers about doubles, applications, and codes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from domain.ids import derive
from domain.people.entry import Entry, Membership
from domain.people.identity import (
    Features,
    marks,
    marks_met,
    pair_of,
    phone_mark,
    plain_key,
    plain_name,
    plain_text,
)
from domain.people.near_names import ShortForms, name_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownApplication:
    """The newest application of a person for the term; ``refused`` says that it ended with a refusal."""

    attempt: int
    reason: str
    first_year: bool
    applied_on: date
    areas: tuple[str, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPair:
    """A relationship that has not ended: its people, and the region to which it belongs. There may be no mentor yet."""

    mentee: str
    mentor: str
    region: str


@dataclass(frozen=True, kw_only=True)
class KnownOffice:
    """The office as an import meets it.

    ``people`` are the entries of the association, the oldest first. ``staff`` are people with staff rights.
    ``classes``, ``reasons`` and ``areas`` are the codes that the rules know, and ``labels`` those of the program's
    words, read as codes; ``served`` are the regions of the term's program. ``same`` and ``apart`` are pairs that
    somebody called one human, or two. ``may_apply_again`` says whether a refused person may apply again for the same
    term. ``pairs`` are the relationships that run. ``short_forms`` are those of first names.
    """

    association: str
    today: date
    people: Mapping[str, Entry]
    regions: Mapping[str, str]
    staff: frozenset[str] = frozenset()
    classes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    served: frozenset[str] = frozenset()
    same: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    term: str = ""
    applications: Mapping[str, KnownApplication] = field(default_factory=dict)
    may_apply_again: bool = False
    pairs: tuple[RunningPair, ...] = ()
    short_forms: ShortForms = field(default_factory=dict)

    def standing(self, person: str) -> str:
        """Return the entry that stands for a person: the entry itself, or the one whose alias it is."""
        entry = self.people.get(person)
        return person if entry is None or entry.alias_of is None else _standing(self.people, person)

    @cached_property
    def pairs_of(self) -> Mapping[str, tuple[RunningPair, ...]]:
        """The relationships that run, by the human who is mentor or mentee in them."""
        found: dict[str, tuple[RunningPair, ...]] = defaultdict(tuple)
        for pair in self.pairs:
            for person in dict.fromkeys((self.standing(pair.mentee), self.standing(pair.mentor))):
                found[person] += (pair,)
        return found

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The entry of each member number."""
        return {key: self.standing(id) for id, entry in self.people.items() for key in entry.keys}

    @cached_property
    def _entries_of(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries of each human, under the one that stands: that one first, then its aliases."""
        found: dict[str, tuple[Entry, ...]] = defaultdict(tuple)
        for id, entry in sorted(self.people.items(), key=lambda each: each[1].alias_of is not None):
            found[self.standing(id)] += (entry,)
        return found

    def entries_of(self, person: str) -> tuple[Entry, ...]:
        """Return the entries of a human: the one that stands, then its aliases; none for somebody new."""
        return self._entries_of.get(self.standing(person), ())

    def memberships_of(self, person: str) -> Iterator[tuple[str, Membership]]:
        """Yield the memberships of a human, each with the entry that holds it."""
        for entry in self.entries_of(person):
            for held in entry.memberships:
                yield entry.id, held

    def keys_of(self, person: str) -> tuple[str, ...]:
        """Return the member numbers of a human, those of aliases too."""
        return tuple(key for entry in self.entries_of(person) for key in entry.keys)

    def application_of(self, person: str) -> KnownApplication | None:
        """Return the application of a human for the term, under any entry: the running one, else the newest refused."""
        found = [each for entry in self.entries_of(person) if (each := self.applications.get(entry.id))]
        return max(found, key=lambda each: (not each.refused, each.attempt), default=None)

    def before_numbers(self, key: str) -> tuple[str, ...]:
        """Return the entries that stand for those that lists made under this number before numbers were kept.

        Each region had numbers of its own, so several people may have had the same one.
        """
        if key not in self._before_numbers:
            made = {derive("roster", region, key) for region in self.regions} & self.people.keys()
            found = (self.standing(id) for id in self.people if id in made) if made else ()
            self._before_numbers[key] = tuple(dict.fromkeys(found))
        return self._before_numbers[key]

    @cached_property
    def _before_numbers(self) -> dict[str, tuple[str, ...]]:
        """What was found before: a proposal asks for each number several times."""
        return {}

    @cached_property
    def by_email(self) -> Mapping[str, tuple[str, ...]]:
        """The entries with an address."""
        return self._grouped({id: plain_text(entry.email) for id, entry in self._stand.items()})

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The entries with a name in a district."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for id, entry in self._stand.items():
            if entry.name:
                found[plain_name(entry.name), plain_text(entry.district)].append(id)
        return {mark: tuple(ids) for mark, ids in found.items()}

    @cached_property
    def by_name_alone(self) -> Mapping[str, tuple[str, ...]]:
        """The entries with a name, whatever their district."""
        found: dict[str, list[str]] = defaultdict(list)
        for (name, _), ids in self.by_name.items():
            found[name].extend(ids)
        return {name: tuple(ids) for name, ids in found.items()}

    @cached_property
    def by_phone(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The entries with the digits of a phone number and a last name."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for id, entry in self._stand.items():
            if entry.phone and entry.name:
                found[phone_mark(entry.phone), plain_name(entry.name).rpartition(" ")[2]].append(id)
        return {mark: tuple(ids) for mark, ids in found.items()}

    @cached_property
    def by_part(self) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
        """The names in a district with their entries, by each word by which near names are found."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for (name, district), ids in self.by_name.items():
            for word in dict.fromkeys(part for part, _ in name_parts(name)):
                found[district, word].extend((name, id) for id in ids)
        return {mark: tuple(names) for mark, names in found.items()}

    @cached_property
    def by_plain_key(self) -> Mapping[str, tuple[str, ...]]:
        """The entries with a member number that is equal after case, a ``.0`` and leading zeros."""
        found: dict[str, list[str]] = defaultdict(list)
        for key, id in self.by_key.items():
            if id not in (ids := found[plain_key(key)]):
                ids.append(id)
        return {mark: tuple(ids) for mark, ids in found.items()}

    def one_human(self, person: str) -> frozenset[str]:
        """Return the entries that count as one with a person: alike and not called two, or called the same."""
        found, waiting = {person}, [person]
        while waiting:
            near = self._near(waiting.pop()) - found
            found |= near
            waiting.extend(near)
        return frozenset(found)

    def _near(self, person: str) -> set[str]:
        entry = self.people.get(person)
        if entry is None:
            return set()
        alike = {
            id for mark in marks(features_of(entry)) for met in marks_met(mark) for id in self._by_mark[met]
        }
        called = {id for pair in self.same if person in pair for id in pair}
        return {id for id in alike if pair_of(person, id) not in self.apart} | called

    @cached_property
    def _by_mark(self) -> Mapping[tuple[str, ...], list[str]]:
        """The entries with a mark, aliases too: who is like an alias is like the human whose alias it is."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for id, entry in self.people.items():
            for mark in marks(features_of(entry)):
                found[mark].append(id)
        return found

    @cached_property
    def districts(self) -> frozenset[str]:
        """The districts that some entry has."""
        return frozenset(entry.district for entry in self.people.values() if entry.district)

    @cached_property
    def titles(self) -> frozenset[str]:
        """The role titles that some entry has."""
        return frozenset(entry.role_title for entry in self.people.values() if entry.role_title)

    @cached_property
    def _stand(self) -> Mapping[str, Entry]:
        return {id: entry for id, entry in self.people.items() if entry.alias_of is None}

    @staticmethod
    def _grouped(marks: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for id, mark in marks.items():
            if mark:
                found[mark].append(id)
        return {mark: tuple(ids) for mark, ids in found.items()}


def with_aliases(people: Mapping[str, Entry], ids: Collection[str]) -> frozenset[str]:
    """Return some people with all entries of the same humans: those that stand for them, and all aliases of these."""
    standing = {_standing(people, id) for id in ids}
    return frozenset(id for id in people if _standing(people, id) in standing).union(ids)


def _standing(people: Mapping[str, Entry], person: str) -> str:
    seen = {person}
    while (entry := people.get(person)) is not None and entry.alias_of and entry.alias_of not in seen:
        person = entry.alias_of
        seen.add(person)
    return person


def features_of(entry: Entry) -> Features:
    """Return what is compared of an entry."""
    return Features(
        association=entry.association,
        keys=entry.keys,
        name=entry.name,
        email=entry.email,
        district=entry.district,
        region=entry.region,
    )
