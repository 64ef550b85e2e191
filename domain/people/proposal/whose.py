"""Whose a row of people is: an entry that the office has, a new one, or a question."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from domain.ids import derive
from domain.people.entry import Entry
from domain.people.identity import Alike, pair_of, plain_key, plain_text
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.choices import CHOICES, NUMBERS, changes_of, may_stay, other_person
from domain.people.proposal.compared import COMPARED, is_like, is_other, is_said, renames
from domain.people.proposal.doubts import (
    Doubt,
    Refs,
    Whose,
    about_digest_of,
    new_person,
    own_cause,
    said_of,
    together,
)
from domain.people.proposal.lists import At, ListKind, ListRow
from domain.people.proposal.marks import (
    Marks,
    RowMarks,
    alike_entries,
    entries_under,
    further_numbers,
    has_no_mark_of_its_own,
    near_entries,
    whole_reasons,
)
from domain.people.proposal.outcomes import KeptApart
from domain.people.proposal.questions import DIFFERENT, EACH, SAME, SLIP, STAYS, UNNUMBERED, Answerer
from domain.people.proposal.words import (
    MAILBOX,
    NAMES,
    NEARLY,
    RENUMBERED,
    REPEATED,
    alike_words,
    answer_names,
    entry_words,
    group_words,
    has_second_number,
    namesake_words,
    nearly_words,
    other_person_words,
    place_words,
    shared_words,
)

_NEARLY = frozenset((Alike.PHONE, Alike.NEAR))


class WhoIsWho:
    """Whose each row of people is, and whose each member number."""

    def __init__(self, builder: ProposalBuilder) -> None:
        self._builder = builder
        self._office = builder.office
        self._rows = builder.lists.of(ListKind.PEOPLE)
        self._of_row: dict[At, Whose] = {}
        self._by_key: dict[str, ListRow] = {}
        self._places: dict[str, ListRow] = {}
        self._news: dict[str, list[ListRow]] = defaultdict(list)
        self._addresses: dict[str, str] = {}
        self._answered: set[At] = set()

    def resolve(self) -> None:
        """Find out whose each row is: first by number, then by what it has in common with others."""
        doubts: list[Doubt] = []
        others = self._with_news()
        earlier = Marks([row for row, _ in others], self._office.short_forms)
        again: list[tuple[ListRow, ListRow]] = []
        for row, person in others:
            if not person and (first := self._same_row(row)):
                again.append((row, first))
                continue
            marks = RowMarks.of(row)
            if person:
                self._of_row[row.at] = self._known(row, person)
                if sharing := self._sharing(row, person, earlier):
                    doubts.append(Doubt(row=row, candidates=sharing, known=person))
            else:
                candidates = self._candidates(row, marks, earlier)
                person = self._repeated(row, candidates)
                if person and self._says_nothing_new(row, person):
                    self._of_row[row.at] = Whose(person=person)
                elif candidates:
                    doubts.append(Doubt(row=row, candidates=candidates, repeats=person))
                if not person:
                    person = new_person(row)
                    self._places[person] = row
                if not candidates:
                    self._of_row[row.at] = Whose(person=person)
                    self._builder.remarks.extend(
                        namesake_words(row, marks.name, self._office, self._builder.actor)
                    )
            earlier.add(row, marks, person)
        self._decide(doubts)
        for row, first in again:
            self._of_row[row.at] = self._of_row[first.at]

    def _same_row(self, row: ListRow) -> ListRow | None:
        """Return the earlier row with the number, the name and the address of a row; None where there is none."""
        first = self._by_key.get(row.key) if row.key else None
        if first is None or first is row:
            return None
        same = all(
            plain_text(str(row.values.get(name, ""))) == plain_text(str(first.values.get(name, "")))
            for name in ("name", "email")
        )
        return first if same else None

    def _with_news(self) -> list[tuple[ListRow, str]]:
        """Settle the rows by whose marks nobody else can be found, and return the others, each with its entry.

        Most rows of most lists name somebody by number, with the name, address and district that are known.
        """
        others: list[tuple[ListRow, str]] = []
        for row in self._rows:
            if key := row.key:
                self._by_key.setdefault(key, row)
            person = self._by_number(row)
            if person and "email" in row.values:
                self._addresses[person] = str(row.values["email"])
            if person and has_no_mark_of_its_own(row, person, self._office):
                self._of_row[row.at] = Whose(person=person)
                continue
            if person and renames(row, self._office.people[person]):
                self._news[person].append(row)
            others.append((row, person))
        for row in self._rows:
            for number in further_numbers(row):
                if not self._under(number):
                    self._by_key.setdefault(number, row)
        return others

    def of_row(self, row: ListRow) -> Whose:
        """Return whose a row of people is."""
        return self._of_row[row.at]

    def is_answered(self, row: ListRow) -> bool:
        """Return whether a row is somebody's because a person answered so."""
        return row.at in self._answered

    def of_key(self, key: str) -> Whose | None:
        """Return whose a member number is, by the rows of people or by the office; None if nobody has it."""
        row = self._by_key.get(key)
        if row is not None:
            return self.of_row(row)
        found = self._under(key)
        return Whose(person=found[0]) if len(found) == 1 else None

    def of_record(self, row: ListRow) -> Whose | None:
        """Return whose record a row is about: by its number, or without one by the row of people in its place."""
        return self.of_key(row.key) if row.key else self._of_row.get(row.at)

    def place_of(self, row: ListRow) -> At | None:
        """Return where the row of people of a record stands."""
        return self.row_of(row.key) if row.key else row.at

    def maybe_of(self, row: ListRow) -> frozenset[str]:
        """Return everybody whose record a row may be about."""
        if row.key:
            return self.maybe(row.key)
        whose = self.of_record(row)
        return frozenset(() if whose is None else (whose.person, *whose.maybe)) - {""}

    def maybe(self, key: str) -> frozenset[str]:
        """Return everybody whose a member number may be: for certain, by a question, or by a number spelled alike."""
        whose = self.of_key(key)
        known = () if whose is None else (whose.person, *whose.maybe)
        alike = self._office.by_plain_key.get(plain_key(key), ())
        return frozenset((*known, *self._under(key), *alike)) - {""}

    @cached_property
    def rows_by_plain_number(self) -> Mapping[str, list[tuple[str, ListRow]]]:
        """The numbers that lists of people bring, each with its first row, by the number as it is compared."""
        found = defaultdict[str, list[tuple[str, ListRow]]](list)
        for number, row in self._by_key.items():
            found[plain_key(number)].append((number, row))
        return found

    def with_number(self, key: str) -> ListRow | None:
        """Return the row of people with a member number; None where there is none."""
        return self._by_key.get(key)

    def row_of(self, key: str) -> At | None:
        """Return where the row of people with a member number stands."""
        row = self._by_key.get(key)
        return None if row is None else row.at

    def _by_number(self, row: ListRow) -> str:
        """Return the entry with a row's number; of several from before, the one with the row's name or address."""
        key = row.key
        if not key:
            return ""
        if known := self._office.by_key.get(key):
            return known
        found = self._under(key)
        if len(found) > 1:
            found = tuple(id for id in found if is_like(row, self._office.people[id]))
        return found[0] if len(found) == 1 else ""

    def _under(self, key: str) -> tuple[str, ...]:
        return entries_under(self._office, key)

    def _known(self, row: ListRow, person: str) -> Whose:
        """Return whose a row with a known number is; if name and address are others', a person must say.

        One row may say the name and another the address: then the rows that change one of them are one question.
        """
        entry = self._office.people[person]
        news = self._news.get(person, [])
        if row not in news:
            return Whose(person=person)
        id = other_person(said_of(said := together(news)), person)
        if not is_other(said, entry):
            return Whose(person=person, stays=self._builder.said(id) == STAYS)
        who = self.who((person,))
        problem = other_person_words(said, entry, shown=self._builder.actor.covers(entry.region))
        answer = self._builder.ask(id, "key_of_another_person", problem, (SAME, STAYS), [row.at], who=who)
        if answer == STAYS:
            self._addresses.pop(person, None)
        if not answer:
            return Whose(questions=(id,), maybe=(person,))
        return Whose(person=person, stays=answer == STAYS)

    def _candidates(self, row: ListRow, marks: RowMarks, earlier: Marks) -> Refs:
        found = defaultdict[str, list[Alike]](list)
        exact = (*alike_entries(row, marks, self._office), *earlier.alike(row, marks))
        near: tuple[tuple[str, Alike], ...] = ()
        if all(reason is Alike.ELSEWHERE for _, reason in exact):  # a name elsewhere says little
            near = (*near_entries(row, marks, self._office), *earlier.near(row, marks))
        for id, reason in (*exact, *near):
            found[id].append(reason)
        return {id: whole_reasons(reasons) for id, reasons in sorted(found.items())}

    def _sharing(self, row: ListRow, person: str, earlier: Marks) -> Refs:
        """Return the others who have the new address of a known person, if nobody has said that they are two."""
        office, email = self._office, plain_text(self._addresses.get(person, ""))
        entry, whose = office.people[person], self._of_row[row.at]
        if not email or email == plain_text(entry.email) or whose.person != person or whose.stays:
            return {}
        own = office.one_human(person)
        found = (
            id
            for id in dict.fromkeys((*office.by_email.get(email, ()), *earlier.with_address(email)))
            if office.standing(id) not in {office.standing(each) for each in own}
            and pair_of(person, id) not in office.apart
            and plain_text(self._addresses.get(id, email)) == email
        )
        return dict.fromkeys(found, (Alike.EMAIL,))

    def _repeated(self, row: ListRow, candidates: Refs) -> str:
        """Return the one entry whose name and address a row without a number repeats, with its district or none."""
        if row.key:
            return ""
        whole = [
            id
            for id, reasons in candidates.items()
            if Alike.EMAIL in reasons and not {Alike.NAME, Alike.NAME_ALONE}.isdisjoint(reasons)
        ]
        return whole[0] if len(whole) == 1 and whole[0] in self._office.people else ""

    def _says_nothing_new(self, row: ListRow, person: str) -> bool:
        """Return whether a row says of an entry what is known, so that there is nothing to ask about."""
        entry, office = self._office.people[person], self._office
        values = {name: row.values[name] for name in COMPARED if name in row.values}
        boss = values.pop("supervisor", None)
        return (
            all(is_said(name, value, getattr(entry, name)) for name, value in values.items())
            and (boss is None or office.by_key.get(boss, boss) == office.standing(entry.supervisor or ""))
            and not any(getattr(entry, name) for name in row.cleared)
        )

    def _decide(self, doubts: list[Doubt]) -> None:
        """Ask about each row that is like somebody; rows of one cause are one question."""
        groups: dict[str, list[Doubt]] = {}
        for doubt in doubts:
            groups.setdefault(self._cause(doubt), []).append(doubt)
        ids = {
            cause: UNNUMBERED if cause == REPEATED else self._question_of(cause, group)
            for cause, group in groups.items()
            if len(group) > 1 or cause == REPEATED or any(each.known for each in group)
        }
        common = {cause: self._ask_of_all(id, cause, groups[cause]) for cause, id in ids.items()}
        for doubt in doubts:
            if common.get(cause := self._cause(doubt), EACH) == EACH:
                whose = self._ask_of_one(doubt)
            else:
                whose = self._as_answered(doubt, common[cause], ids[cause])
            self._of_row[doubt.row.at] = whose

    def _cause(self, doubt: Doubt) -> str:
        """Return what makes a row a question: rows with the same cause are asked about together."""
        row, candidates = doubt.row, doubt.candidates
        reasons = {reason for each in candidates.values() for reason in each}
        if doubt.repeats and self.who((doubt.repeats,)) is Answerer.IMPORTER:
            return REPEATED
        if reasons == {Alike.EMAIL}:
            return f"{MAILBOX}{derive('mailbox', plain_text(str(row.values['email'])))}"
        if len(candidates) == 1 and Alike.KEY in reasons and len(reasons) > 1:
            return NUMBERS
        if len(candidates) == 1 and reasons >= {Alike.EMAIL, Alike.NAME} and self._is_renumbered(doubt):
            return f"{RENUMBERED}{self.who(tuple(candidates)).value}"
        if len(candidates) == 1 and reasons <= _NEARLY:
            return f"{NEARLY}{self.who(tuple(candidates)).value}"
        says_little = not row.key and row.values.keys().isdisjoint(("email", "district"))
        if len(candidates) == 1 and says_little and self._office.people.keys() >= candidates.keys():
            return NAMES
        return own_cause(row)

    def _is_renumbered(self, doubt: Doubt) -> bool:
        """Return whether a row has another number than the one known person whom it names."""
        entry = self._entry(next(iter(doubt.candidates)))
        return bool(doubt.row.key and entry is not None and entry.keys)

    def _ask_of_all(self, id: str, cause: str, group: list[Doubt]) -> str:
        knows = any(each.known or any(map(self._entry, each.candidates)) for each in group)
        answers, likely = CHOICES.get(cause, ((DIFFERENT, EACH), "" if knows else DIFFERENT))
        people = tuple(person for each in group for person in (each.repeats,) if person) or tuple(
            person for each in group for person in (*each.candidates, each.known) if person
        )
        rows, held = [each.row for each in group], list[str]()
        if cause.startswith(MAILBOX):
            rows, held = self._with_address(group)
        return self._builder.ask(
            id,
            "people_without_number" if cause == REPEATED else "alike_people",
            group_words(cause, rows, self._named(held)),
            answers,
            [each.row.at for each in group],
            who=self.who(people),
            proposal=likely,
            about=self._each_with(group) if cause.startswith((NEARLY, RENUMBERED)) else (),
            covers=() if cause == REPEATED else [self._question_of("", [each]) for each in group],
        )

    def _each_with(self, group: list[Doubt]) -> Iterator[str]:
        """Yield each row of a group with the entry that it is nearly like."""
        for each in group:
            ((id, reasons),) = each.candidates.items()
            place = self._places.get(id)
            yield nearly_words(each.row, (id, self._entry(id), place, reasons), self._builder.actor)

    def _with_address(self, group: list[Doubt]) -> tuple[list[ListRow], list[str]]:
        """Return the rows that bring the address of a group, and the entries that have it already."""
        email = plain_text(str(group[0].row.values["email"]))
        there = [
            id
            for id in dict.fromkeys(id for each in group for id in each.candidates)
            if (entry := self._entry(id)) is not None and plain_text(entry.email) == email
        ]
        rows = [
            row
            for row in self._rows
            if plain_text(str(row.values.get("email", ""))) == email
            and not (there and self._by_number(row) in there)
        ]
        return rows, there

    def _named(self, known: list[str]) -> tuple[str, ...]:
        """Return known people in words, as far as the importer may see them."""
        return tuple(entry_words(self._office.people[id], self._builder.actor) for id in known)

    def _ask_of_one(self, doubt: Doubt) -> Whose:
        if doubt.known:
            return self._ask_of_known(doubt)
        alike = tuple(doubt.candidates)
        question = self._question_of("", [doubt])
        shown = [(id, self._entry(id), self._places.get(id), doubt.candidates[id]) for id in alike]
        names = dict(zip(answer_names(shown, self._builder.actor), alike, strict=True))
        one_of = (SAME,) if len(alike) == 1 else tuple(f"{SAME}:{name}" for name in names)
        entry = shown[0][1] if len(alike) == 1 else None
        if stays := may_stay(doubt.row, entry):
            one_of = (*one_of, STAYS)
        if has_second_number(doubt.row, shown):
            one_of = (*one_of, SLIP)
        answer = self._builder.ask(
            question,
            "alike_people",
            alike_words(doubt.row, shown, self._builder.actor, may_stay=stays),
            (*one_of, DIFFERENT),
            [doubt.row.at],
            who=self.who(alike),
            about=changes_of(doubt.row, entry, self._builder.actor),
            covers=() if entry is None else (other_person(said_of(doubt.row), alike[0]),),
        )
        _, _, name = answer.partition(":")
        return self._as_answered(doubt, f"{SAME}:{names[name]}" if name else answer, question)

    def _ask_of_known(self, doubt: Doubt) -> Whose:
        """Ask whether a known person shares the new address with others; entries become one outside of imports."""
        question = self._question_of("", [doubt])
        others = [
            place_words(row) if (row := self._places.get(id)) is not None else self._named([id])[0]
            for id in doubt.candidates
        ]
        words = shared_words(doubt.row, self._named([doubt.known])[0], others)
        people = (*doubt.candidates, doubt.known)
        answer = self._builder.ask(
            question, "alike_people", words, (DIFFERENT,), [doubt.row.at], who=self.who(people)
        )
        return self._as_answered(doubt, answer, question)

    def _question_of(self, cause: str, doubts: list[Doubt]) -> str:
        """Return the id of a question. It changes with whom it is about, not with places."""
        of_several = cause in (NUMBERS, NAMES) or cause.startswith((MAILBOX, NEARLY, RENUMBERED))
        return f"alike:{f'{cause}:' if of_several else ''}{about_digest_of(doubts, self._places)}"

    def _as_answered(self, doubt: Doubt, answer: str, question: str) -> Whose:
        if doubt.known:
            apart = tuple(self._apart(doubt.known, doubt.candidates)) if answer else ()
            return Whose(person=doubt.known, apart=apart, mailbox="" if answer else question)
        if not answer:
            return Whose(questions=(question,), maybe=tuple(doubt.candidates))
        if answer == DIFFERENT:
            own = new_person(doubt.row)
            return Whose(person=own, apart=tuple(self._apart(own, doubt.candidates)))
        chosen = answer.partition(":")[2] or doubt.repeats or next(iter(doubt.candidates))
        row = self._places.get(chosen)
        self._answered.add(doubt.row.at)
        found = Whose(person=chosen) if row is None else self._of_row[row.at]
        return replace(found, slip=found.slip or answer == SLIP, stays=found.stays or answer == STAYS)

    def _apart(self, own: str, candidates: Refs) -> Iterator[KeptApart]:
        for id in candidates:
            row = self._places.get(id)
            person = id if row is None else self._of_row[row.at].person
            if person and person != own:
                yield KeptApart(one=own, other=person)

    def _entry(self, id: str) -> Entry | None:
        return self._office.people.get(id)

    def who(self, people: tuple[str, ...]) -> Answerer:
        """Return who answers about these: an administrator about staff, the state office about other regions."""
        if self._office.staff.intersection(people):
            return Answerer.ADMIN
        regions = {entry.region for id in people if (entry := self._entry(id))}
        covered = all(self._builder.actor.covers(region) for region in regions)
        return Answerer.IMPORTER if covered else Answerer.STATE_OFFICE
