"""Which sheets of a workbook an import reads, which it asks about, and which it leaves out, with a word about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.faults import ColumnQuestion
from activities.adapters.files.roster.sheets import ALL_SHEETS, SHEET, Book, BookSheets, sheets_of
from domain.people.proposal.questions import KeptAnswer
from domain.told import AND, Told, counted, joined

_KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsToRead:
    """The lists of a file: how each is called, and by which choices it is read.

    ``questions`` are about sheets of which one or all are the list. ``unclear`` says that one of them is open, and
    ``people_wait`` are the open ones about sheets that may be lists of people. ``kept`` are those that an earlier
    answer answers, and ``asked`` says by the name of each list which question it is about, with its mark.
    """

    lists: Sequence[tuple[str, Mapping[str, str]]]
    questions: Sequence[ColumnQuestion] = ()
    unclear: bool = False
    people_wait: Sequence[str] = ()
    remarks: Sequence[Told] = ()
    kept: Sequence[tuple[ColumnQuestion, KeptAnswer]] = ()
    asked: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def sheets_to_read(
    name: str, book: Book, kind: str, answers: Mapping[str, str], earlier: Callable[[str], KeptAnswer | None]
) -> SheetsToRead:
    """Return which lists of a file are read; ``answers`` are those about the file, ``kind`` is what its sender says.

    ``earlier`` returns what was answered about sheets with a mark before.
    """
    found = sheets_of(name, book)
    said = {_KIND: kind} if kind else {}
    if len(found.lists) < 2:
        return SheetsToRead(lists=[(name, said)], remarks=tuple(_left_out(name, found, {})))
    lists, unread = dict(found.lists), dict[str, str]()
    waiting: list[tuple[str, bool]] = []
    kept: list[tuple[ColumnQuestion, KeptAnswer]] = []
    for question, group in found.questions:
        answer = answers.get(question.id, "")
        before = None if answer else earlier(found.marks[question.id])
        if before is not None and before.value in question.answers:
            kept.append((question, before))
            answer = before.value
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
    still = {question.id for question, _ in kept}
    names = {title: name if alone else f"{name} ({title})" for title in lists}
    return SheetsToRead(
        lists=[
            (names[title], {SHEET: title, **({_KIND: own.value} if own else said)})
            for title, own in lists.items()
        ],
        questions=[question for question, _ in found.questions if question.id not in still],
        kept=kept,
        asked={
            names[title]: (question.id, found.marks[question.id])
            for question, group in found.questions
            for title in group
            if title in names
        },
        unclear=bool(waiting),
        people_wait=[id for id, people in waiting if people],
        remarks=tuple(_left_out(name, found, unread)),
    )


def _left_out(name: str, found: BookSheets, unread: Mapping[str, str]) -> Iterator[Told]:
    """Yield a line for each reason for which sheets are left out."""
    for answer in dict.fromkeys(unread.values()):
        titles = [title for title, chosen in unread.items() if chosen == answer]
        yield counted(
            "sheet_not_chosen",
            len(titles),
            one="{file}: the sheet {sheets} is left out, since the sheet “{chosen}” was chosen.",
            other="{file}: the sheets {sheets} are left out, since the sheet “{chosen}” was chosen.",
            file=name,
            sheets=_named(titles),
            chosen=answer,
        )
    if found.others:
        yield counted(
            "sheet_is_no_list",
            len(found.others),
            one="{file}: the sheet {sheets} is left out, since by its headings it is no list of people, memberships, "
            "mentors or applications. If it is one, send it as a file of its own.",
            other="{file}: the sheets {sheets} are left out, since by their headings they are no lists of people, "
            "memberships, mentors or applications. If one of them is, send it as a file of its own.",
            file=name,
            sheets=_named(found.others),
        )
    if found.hidden:
        yield counted(
            "sheet_is_hidden",
            len(found.hidden),
            one="{file}: the sheet {sheets} is left out, since hidden sheets are not read. Show it in the workbook to "
            "have it read.",
            other="{file}: the sheets {sheets} are left out, since hidden sheets are not read. Show them in the "
            "workbook to have them read.",
            file=name,
            sheets=_named(found.hidden),
        )


def _named(titles: Sequence[str]) -> Told:
    return joined((f"“{title}”" for title in titles), AND)
