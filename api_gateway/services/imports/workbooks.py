"""Which sheets of a workbook an import reads, which it asks about, and which it leaves out, with a word about each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.faults import ColumnQuestion
from activities.adapters.files.roster.sheets import ALL_SHEETS, SHEET, Book, BookSheets, sheets_of
from domain.in_words import anded

_KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsToRead:
    """The lists of a file: how each is called, and by which choices it is read.

    ``questions`` are about sheets of which one or all are the list. ``unclear`` says that one of them is open, and
    ``people_wait`` are the open ones about sheets that may be lists of people.
    """

    lists: Sequence[tuple[str, Mapping[str, str]]]
    questions: Sequence[ColumnQuestion] = ()
    unclear: bool = False
    people_wait: Sequence[str] = ()
    remarks: Sequence[str] = ()


def sheets_to_read(name: str, book: Book, kind: str, answers: Mapping[str, str]) -> SheetsToRead:
    """Return which lists of a file are read; ``answers`` are those about the file, ``kind`` is what its sender says."""
    found = sheets_of(name, book)
    said = {_KIND: kind} if kind else {}
    if len(found.lists) < 2:
        return SheetsToRead(lists=[(name, said)], remarks=tuple(_left_out(name, found, {})))
    lists, unread = dict(found.lists), dict[str, str]()
    waiting: list[tuple[str, bool]] = []
    for question, group in found.questions:
        answer = answers.get(question.id, "")
        if answer == ALL_SHEETS:
            continue
        is_open = answer not in group
        if is_open:
            people = any(found.lists[each] in (RosterKind.PEOPLE, None) for each in group)
            waiting.append((f"{name}:{question.id}", people))
        for each in group:
            if each != answer:
                del lists[each]
                unread |= {} if is_open else {each: answer}
    said = {} if kind in found.lists.values() else said
    alone = len(lists) == 1 and not waiting
    return SheetsToRead(
        lists=[
            (
                name if alone else f"{name} ({title})",
                {SHEET: title, **({_KIND: own.value} if own else said)},
            )
            for title, own in lists.items()
        ],
        questions=[question for question, _ in found.questions],
        unclear=bool(waiting),
        people_wait=[id for id, people in waiting if people],
        remarks=tuple(_left_out(name, found, unread)),
    )


def _left_out(name: str, found: BookSheets, unread: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each reason for which sheets are left out."""
    for answer in dict.fromkeys(unread.values()):
        which = [title for title, chosen in unread.items() if chosen == answer]
        yield f"{name}: {_sheets(which)} left out, since the sheet “{answer}” was chosen."
    if len(found.others) == 1:
        yield (
            f"{name}: {_sheets(found.others)} left out, since by its headings it is no list of people, memberships, "
            "mentors or applications. If it is one, send it as a file of its own."
        )
    elif found.others:
        yield (
            f"{name}: {_sheets(found.others)} left out, since by their headings they are no lists of people, "
            "memberships, mentors or applications. If one of them is, send it as a file of its own."
        )
    if found.hidden:
        them = "it" if len(found.hidden) == 1 else "them"
        yield (
            f"{name}: {_sheets(found.hidden)} left out, since hidden sheets are not read. Show {them} in the workbook "
            f"to have {them} read."
        )


def _sheets(titles: Sequence[str]) -> str:
    named = anded([f"“{title}”" for title in titles])
    return f"the sheet {named} is" if len(titles) == 1 else f"the sheets {named} are"
