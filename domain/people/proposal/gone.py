"""People who left or died and stand in a list: one question whether they are back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from domain.people.entry import Entry
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.compared import COMPARED, is_said
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.outcomes import FieldChange, OutcomeKind
from domain.people.proposal.questions import EACH, Answered, Answerer, short_digest
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import of_row, said_of_change, with_number
from domain.told import Told, joined, told

BACK = "back"
"""The person is here again: the day of leaving or of death is removed, and the row is taken."""
LEAVE = "leave"
"""Everything about the person stays as it is, whatever the list says."""
ENDS = ("left_on", "died_on")
GONE = "gone:"
"""How the ids of these questions begin. That somebody stays as he or she is holds for later lists, too."""


class Gone:
    """What is asked about people who left or died. A list that names their day, as an export does, asks nothing."""

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho) -> None:
        self._builder = builder
        self._asked: dict[str, tuple[str, str]] = {}
        entries = {id: each for id, each in builder.office.people.items() if is_gone(each)}
        if not entries:
            return
        found = _rows_of(builder, people, entries)
        for who in (Answerer.IMPORTER, Answerer.ADMIN):
            ids = [id for id in found if (id in builder.office.staff) == (who is Answerer.ADMIN)]
            stay = {id for id in ids if not self._unsaid(entries[id], found[id])}
            for group in filter(None, (stay, {*ids} - stay)):
                self._ask({id: (entries[id], found[id]) for id in ids if id in group}, who)

    def _unsaid(self, entry: Entry, rows: list[ListRow]) -> list[str]:
        """Return the single questions about a person, one for each kind of list, to which nobody has said leave."""
        return [id for id in _single(entry, rows) if self._builder.said(id) != LEAVE]

    def settles(self, row: ListRow, person: str) -> bool:
        """Note what a row about somebody who left comes to, and return whether it is not read on."""
        id, answer = self._asked.get(person, ("", BACK))
        if not answer:
            self._builder.wait(row, (*row.waits, id), person)
        elif answer == LEAVE:
            self._say_what_stays(row, self._builder.office.people[person])
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
        return answer != BACK

    def _say_what_stays(self, row: ListRow, entry: Entry) -> None:
        """Say what a row of people says otherwise of somebody who stays gone: it is not taken over."""
        if row.kind is not ListKind.PEOPLE:
            return
        differing = [
            said_of_change(name, getattr(entry, name), row.values[name])
            for name in COMPARED
            if name in row.values
            and name != "supervisor"
            and not is_said(name, row.values[name], getattr(entry, name))
        ]
        if differing:
            said = told(
                "stays_gone",
                "{person}, stays as the office has it; not taken over: {changes}.",
                person=_words(entry),
                changes=joined(differing, "; "),
            )
            self._builder.remarks.append(of_row(row.at, said))

    def returns(self, entry: Entry) -> tuple[FieldChange, ...]:
        """Return what changes of somebody who is back."""
        if self._asked.get(entry.id, ("", ""))[1] != BACK:
            return ()
        ends = ((name, getattr(entry, name)) for name in ENDS)
        return tuple(FieldChange(field=name, before=day, after=None) for name, day in ends if day)

    def _ask(self, people: dict[str, tuple[Entry, list[ListRow]]], who: Answerer) -> None:
        lines = [_words(entry) for entry, _ in people.values()]
        every = [id for entry, rows in people.values() for id in _single(entry, rows)]
        single = [id for entry, rows in people.values() for id in self._unsaid(entry, rows)] or every
        id = every[0] if len(every) == 1 else f"{GONE}{short_digest(sorted(every))}"
        at = [row.at for _, rows in people.values() for row in rows]
        several = len(people) > 1
        problem = (
            told(
                "gone_people",
                "{count} people who left or died stand in the list. Write leave: everything stays as it is, whatever "
                "the list says; or back: the person is here again, the day is removed, and what the list says is taken "
                "over; or each: they are asked about one by one.",
                count=len(people),
            )
            if several
            else told(
                "gone_person",
                "{person}, stands in the list. Write leave: everything stays as it is, whatever the list says; or "
                "back: the person is here again, the day is removed, and what the list says is taken over.",
                person=lines[0],
            )
        )
        answers = (LEAVE, BACK, EACH) if several else (LEAVE, BACK)
        about = lines if several else ()
        answer = self._builder.ask(
            id,
            "people_who_left",
            problem,
            answers,
            at,
            who=who,
            about=about,
            covers=single if len(every) > 1 else (),
        )
        for person, one in people.items():
            if answer == EACH:
                self._ask({person: one}, who)
            else:
                self._asked[person] = (id, answer)


def to_keep(id: str, answer: Answered) -> tuple[str, ...]:
    """Return the single questions for which an answer holds in later lists: who is back has no end any longer."""
    return (answer.covers or (id,)) if id.startswith(GONE) and answer.value == LEAVE else ()


def _single(entry: Entry, rows: Iterable[ListRow]) -> list[str]:
    """Return the ids of the questions about somebody who is gone, one for each kind of list.

    What is said of one kind of list says nothing of another. An id changes with name, number and day.
    """
    kinds = sorted({row.kind.value for row in rows})
    return [f"{GONE}{short_digest((kind, entry.id, _words(entry)))}" for kind in kinds]


def is_gone(entry: Entry) -> bool:
    """Return whether somebody left or died."""
    return entry.left_on is not None or entry.died_on is not None


def _rows_of(
    builder: ProposalBuilder, people: WhoIsWho, entries: dict[str, Entry]
) -> dict[str, list[ListRow]]:
    """Return where the rows about these people stand, as far as the importer serves them and no row says the day."""
    found = defaultdict[str, list[ListRow]](list)
    told: set[str] = set()
    for person, row in _named(builder, people):
        entry = entries.get(person)
        if entry is None or not builder.actor.covers(entry.region):
            continue
        if any(
            row.values.get(name) not in (None, "") and row.values[name] == getattr(entry, name)
            for name in ENDS
        ):
            told.add(person)
        found[person].append(row)
    return {person: places for person, places in found.items() if person not in told}


def _named(builder: ProposalBuilder, people: WhoIsWho) -> Iterator[tuple[str, ListRow]]:
    for row in builder.lists.rows:
        whose = people.of_row(row) if row.kind is ListKind.PEOPLE else people.of_record(row)
        if whose is not None and whose.person:
            yield whose.person, row


def _words(entry: Entry) -> Told:
    if entry.died_on:
        return told("who_died", "{person}, who died on {day}", person=with_number(entry), day=entry.died_on)
    return told("who_left", "{person}, who left on {day}", person=with_number(entry), day=entry.left_on)
