"""The files of an import become rows with values; what is wrong or unclear becomes refusals and questions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

from activities.adapters.files.roster.cells import Cleared
from activities.adapters.files.roster.column_map import (
    HEADINGS,
    ColumnMap,
    answered,
    checked_headings,
    confirmation,
    confirmed_headings,
    propose_columns,
    unread_headings,
)
from activities.adapters.files.roster.columns import COLUMNS, RosterKind, plain_heading
from activities.adapters.files.roster.faults import ColumnQuestion
from activities.adapters.files.roster.member_numbers import OF_NUMBERS, WHICH_NUMBER
from activities.adapters.files.roster.rows import ReadFile, ReadRow, read_rows
from activities.adapters.files.roster.sheet import UNREADABLE_ROW, Sheet, opened, read_sheet
from activities.adapters.files.roster.sheets import Book
from api_gateway.services.imports.file_questions import (
    KEPT_OF_COLUMNS,
    SETTLED,
    import_question,
    kept_answers,
    may_be_people,
    settled_question,
)
from api_gateway.services.imports.labels import regions_by_words
from api_gateway.services.imports.reading import (
    ColumnMapUsed,
    ReadingOfLists,
    ReadLists,
    asked_of_first,
    open_by_row,
)
from api_gateway.services.imports.refusals import (
    NO_ROWS,
    WITHOUT_MEMBERSHIPS,
    check_words,
    example_words,
    refusal_of,
    without_term,
)
from api_gateway.services.imports.remembered import (
    KIND,
    kept_by_heading,
    kept_kind,
    kept_map,
    kept_sheets,
    of_sheets,
)
from api_gateway.services.imports.workbooks import sheets_to_read
from domain.people.proposal.lists import At, Complete, ListKind, ListRow, Lists
from domain.people.proposal.outcomes import OutcomeKind, RowOutcome
from domain.people.proposal.questions import (
    Answered,
    Answerer,
    KeptAnswer,
    accepted,
    may_answer,
)

NEEDED: Final = {
    ListKind(kind.value): tuple(name for name, column in COLUMNS[kind].items() if column.new)
    for kind in RosterKind
}
"""The columns that a row about a new person or record must fill."""
_OF_SOME: Final = (RosterKind.MEMBERSHIPS, RosterKind.MENTORS, RosterKind.APPLICATIONS)
"""What only some rows of a list of members are about."""


def read_lists(
    content: Mapping[str, bytes],
    *,
    kinds: Mapping[str, str],
    answers: Mapping[str, Answered],
    remembered: Sequence[Mapping[str, Any]],
    keys: Mapping[str, str],
    regions: Mapping[str, str],
    complete: Complete | None,
    days: Mapping[str, Collection[date]] | None = None,
    has_term: bool = True,
) -> ReadLists:
    """Read all files. ``kinds`` says what some of them are, ``remembered`` what people confirmed about such lists.

    ``days`` are the days that the office knows of each human; they matter to lists that ask which number is the day.
    Without a term, applications are refused at once, and nothing is asked about them.
    """
    reading = ReadingOfLists(
        answers=answers, remembered=remembered, keys=keys, regions=regions_by_words(regions), days=days or {}
    )
    sheets = [
        sheet
        for name, raw in content.items()
        for sheet in _read_file(reading, name, raw, kinds.get(name, ""))
    ]
    # The list of people first: a number that it brings is known to the other lists.
    pairs = ((sheet, kind) for sheet in sheets for kind in sheet.kinds)
    for sheet, kind in sorted(pairs, key=lambda pair: pair[1] is not RosterKind.PEOPLE):
        if kind is RosterKind.APPLICATIONS and not has_term:
            refusal, outcomes = without_term(sheet)
            reading.refusals.append(refusal)
            reading.outcomes.extend(outcomes)
        else:
            _read_kind(reading, sheet, kind)
    if not reading.rows:  # an empty list beside others is one that the office has exported so
        reading.refusals.extend(reading.empty)
    if complete is not None and ListKind.MEMBERSHIPS not in reading.files and not reading.unclear:
        reading.refusals.append(WITHOUT_MEMBERSHIPS)
    lists = Lists(
        rows=tuple(reading.rows),
        faulty=tuple(reading.faulty),
        needed=NEEDED,
        unread={kind: frozenset(numbers) for kind, numbers in reading.unread.items()},
        complete=None if _cannot_be_read(reading) else complete,
        files=reading.files,
        headings=reading.headings,
        people_wait_for=tuple(reading.people_wait_for),
    )
    return ReadLists(
        lists=lists,
        outcomes=tuple(reading.outcomes),
        refusals=tuple(reading.refusals),
        questions=tuple(reading.questions),
        maps=tuple(reading.maps),
        kept=tuple(reading.kept),
        wrong=reading.wrong,
        not_read=reading.not_read,
        remarks=(*(each for sheet in sheets for each in sheet.remarks), *reading.remarks),
    )


def _read_file(reading: ReadingOfLists, name: str, raw: bytes, kind: str) -> Iterator[Sheet]:
    """Yield the lists that a file holds: its one list, or the sheets of a workbook that are lists."""
    book = opened(raw)
    earlier = partial(kept_sheets, reading.remembered)
    found = sheets_to_read(name, book, kind, _choices(reading.answers, f"{name}:"), earlier)
    for question, known in found.kept:
        asked = import_question(f"{name}:{question.id}", name, replace(question, proposal=""), known.value)
        reading.kept.append((asked, known))
    reading.of_sheets.update(
        (title, (of_sheets(mark), f"{name}:{id}")) for title, (id, mark) in found.asked.items()
    )
    _ask(reading, name, found.questions, f"{name}:")
    reading.unclear |= found.unclear
    reading.people_wait_for.extend(found.people_wait)
    reading.remarks.extend(found.remarks)
    for title, choices in found.lists:
        if sheet := _read_list(reading, title, raw, book, choices):
            yield sheet


def _read_list(
    reading: ReadingOfLists, name: str, raw: bytes, book: Book, choices: Mapping[str, str]
) -> Sheet | None:
    """Return a list, with the questions about the whole of it asked; None where that is not known.

    What the first of several lists with the same headings is, the others are too.
    """
    own_kind = f"{name}:{KIND}"
    sheet = read_sheet(name, raw, {**choices, **_choices(reading.answers, f"{name}:")}, book)
    known = None if sheet.kinds or not sheet.digest else kept_kind(reading.remembered, sheet.digest)
    if known is not None:
        _show_kept_kind(reading, sheet, known)
        choices = {**choices, KIND: known.value, **_choices(reading.answers, f"{name}:")}
        sheet = read_sheet(name, raw, choices, book)
    reading.first_with.setdefault(sheet.digest, name)
    if any(each.code == KIND for each in sheet.questions) or own_kind in reading.answers:
        asked = reading.asked_of_kind.setdefault(sheet.digest, own_kind)
        said = reading.answers.get(asked)
        if asked != own_kind and own_kind not in reading.answers:
            if said is None:
                asked_of_first(reading, asked, name)
                return None
            sheet = read_sheet(name, raw, {**choices, KIND: said.value}, book)
    settled = _settled(reading, name, "", sheet.questions)
    _ask(reading, name, (*sheet.questions, *settled), f"{name}:")
    if not sheet.kinds:
        reading.unclear |= bool(sheet.questions)
        if all(map(may_be_people, sheet.questions)):
            reading.people_wait_for.extend(f"{name}:{each.id}" for each in sheet.questions)
        reading.refusals.extend(refusal_of(fault) for fault in sheet.faults)
        reading.unreadable_file |= bool(sheet.faults)
        return None
    return sheet


def _show_kept_kind(reading: ReadingOfLists, sheet: Sheet, known: KeptAnswer) -> None:
    """Note that what a list is was answered before, so that somebody may answer otherwise."""
    for each in sheet.questions:
        if each.code == KIND:
            asked = replace(each, proposal="", answers=tuple(dict.fromkeys((*each.answers, known.value))))
            question = import_question(f"{sheet.file}:{KIND}", sheet.file, asked, known.value)
            reading.kept.append((question, known))


def _cannot_be_read(reading: ReadingOfLists) -> bool:
    """Return whether a list of memberships as a whole has a fault, or may be one that is not read.

    Then nobody knows who is missing.
    """
    files = reading.all_files.get(ListKind.MEMBERSHIPS, ())
    faulty = any(
        each.file in files and (not each.rows or each.code == UNREADABLE_ROW) for each in reading.refusals
    )
    return (
        faulty or reading.unclear or reading.unreadable_file or RosterKind.MEMBERSHIPS in reading.unreadable
    )


def _read_kind(reading: ReadingOfLists, sheet: Sheet, kind: RosterKind) -> None:
    prefix = f"{sheet.file}:{kind.value}:"
    kept = kept_map(reading.remembered, kind, sheet.digest)
    single = None if kept else kept_by_heading(reading.remembered, kind, sheet)
    proposed = propose_columns(
        sheet, kind, kept["map"] if kept else None, reading.keys, single["map"] if single else None
    )
    if single and proposed.question is None:
        kept = single
    mine = _choices(reading.answers, prefix)
    like = f"{reading.first_with.get(sheet.digest, sheet.file)}:{kind.value}:{HEADINGS}"
    if HEADINGS not in mine and like in reading.answers:
        mine[HEADINGS] = reading.answers[like].value
    before = {} if kept is None else kept_answers(kept)
    column_map = _confirmed(reading, sheet, proposed, prefix, mine)
    earlier = {id: each.value for id, each in before.items()}
    choices = {id: earlier.get(id, reading.of_numbers.get(id, "")) for id in OF_NUMBERS} | mine
    reading.of_numbers.update((id, choices[id]) for id in OF_NUMBERS)
    found = read_rows(sheet, column_map, choices, reading.keys, reading.days, earlier)
    _note_headings(reading, sheet, column_map)
    shared = {question.id for question in sheet.questions}
    own = [question for question in found.questions if question.id not in shared]
    if column_map is not proposed:
        own.insert(0, proposed.question or confirmation(sheet, kind, proposed.columns))
    own = _asked_once(reading, sheet, kind, own)
    _ask(reading, sheet.file, (*own, *_settled(reading, sheet.file, f"{kind.value}:", own)), prefix)
    reading.remarks.extend(example_words(sheet.file, at) for at in found.examples)
    reading.remarks.extend(each for each in found.remarks if each not in reading.remarks)
    empty = replace(NO_ROWS, file=sheet.file)
    if not (found.rows or own or sheet.faults or found.faults) and empty not in reading.empty:
        reading.empty.append(empty)
    answered_now = {*mine, *(each.id for each in own)}
    if kept is not None:
        _show_kept(
            reading,
            sheet,
            kind,
            proposed,
            {id: each for id, each in before.items() if id not in answered_now},
            () if kept is not single else kept["map"],
        )
    _take(reading, sheet, kind, found)
    if column_map.faults:
        reading.unreadable.add(kind)
        if column_map.question is not None and kind is RosterKind.PEOPLE:
            asked = kind, sheet.digest, column_map.question.problem
            reading.people_wait_for.append(reading.asked_of_headings[asked])
        return
    reading.maps.append(
        ColumnMapUsed(
            file=sheet.file,
            kind=kind.value,
            headings=sheet.digest,
            columns=dict(column_map.columns),
            answers={
                **({KIND: what} if (what := reading.answers.get(f"{sheet.file}:{KIND}")) else {}),
                **_of_sheets(reading, sheet.file),
                **{
                    id: reading.answers[like if id == HEADINGS else f"{prefix}{id}"]
                    for id in mine
                    if not id.startswith(WHICH_NUMBER)
                },
            },
            kept=kept is not None,
        )
    )


def _of_sheets(reading: ReadingOfLists, file: str) -> dict[str, Answered]:
    """Return the answer by which a list of a workbook is read, under the id by which it is kept."""
    kept, asked = reading.of_sheets.get(file, ("", ""))
    given = reading.answers.get(asked)
    return {kept: given} if given else {}


def _asked_once(
    reading: ReadingOfLists, sheet: Sheet, kind: RosterKind, own: list[ColumnQuestion]
) -> list[ColumnQuestion]:
    """Return the questions about a list, without those about numbers or headings that another list asks already.

    Its rows wait for these too.
    """
    again: list[ColumnQuestion] = []
    for each in own:
        id = f"{sheet.file}:{kind.value}:{each.id}"
        if each.id in OF_NUMBERS:
            asked = reading.asked_of_numbers.setdefault(each.id, id)
        elif each.code == HEADINGS:
            asked = reading.asked_of_headings.setdefault((kind, sheet.digest, each.problem), id)
        else:
            continue
        if asked != id:
            asked_of_first(reading, asked, sheet.file, each.rows or (0,))
            again.append(each)
    return [each for each in own if each not in again]


def _note_headings(reading: ReadingOfLists, sheet: Sheet, column_map: ColumnMap) -> None:
    """Note what the file calls each column, and what no kind of list reads in it."""
    places = column_map.places(sheet)
    reading.headings.update({(sheet.file, column): sheet.headings[at] for column, at in places.items()})
    checked = checked_headings(sheet, column_map)
    if checked:
        reading.remarks.append(check_words(sheet.file, checked))
    left = tuple(each for each in unread_headings(sheet, column_map.columns) if each not in checked)
    before = reading.not_read.get(sheet.file, left)
    reading.not_read[sheet.file] = tuple(each for each in before if each in left)


def _confirmed(
    reading: ReadingOfLists, sheet: Sheet, proposed: ColumnMap, prefix: str, mine: Mapping[str, str]
) -> ColumnMap:
    """Return what the headings mean by the answer about them; as proposed if it cannot be carried out."""
    if HEADINGS not in mine:
        return proposed
    found = answered(sheet, proposed, mine[HEADINGS])
    if not found.faults:
        return found
    reading.wrong[f"{prefix}{HEADINGS}"] = found.faults
    return proposed


def _settled(
    reading: ReadingOfLists, file: str, part: str, asked: Iterable[ColumnQuestion]
) -> Iterator[ColumnQuestion]:
    """Yield the questions about a list that an answer has taken away, so that it is shown and can be changed."""
    still = {each.id for each in asked}
    for id, value in _choices(reading.answers, f"{file}:{part}").items():
        if id.partition(":")[0] in SETTLED and id not in still:
            column = id.partition(":")[2]
            heading = reading.headings.get((file, column), "")
            yield settled_question(file, id, (value,), heading)


def _show_kept(
    reading: ReadingOfLists,
    sheet: Sheet,
    kind: RosterKind,
    used: ColumnMap,
    kept: Mapping[str, KeptAnswer],
    of_others: Collection[str],
) -> None:
    """Note which questions about a list are answered by what was kept, so that somebody may answer otherwise.

    ``of_others`` are the headings that lists with other headings beside them had.
    """
    prefix = f"{sheet.file}:{kind.value}:"
    for id, each in kept.items():
        code, about = id.partition(":")[0], tuple[str, ...]()
        if code in KEPT_OF_COLUMNS:
            column = id.partition(":")[2]
            question = settled_question(
                sheet.file, id, heading=reading.headings.get((sheet.file, column), "")
            )
        elif code == HEADINGS and propose_columns(sheet, kind).question is not None and used.question is None:
            question = confirmation(sheet, kind, used.columns)
            names = confirmed_headings(sheet, kind, of_others)
            about = tuple(
                each for each in question.headings if plain_heading(each.rpartition(" = ")[0]) in names
            )
        else:
            continue
        asked = import_question(f"{prefix}{id}", sheet.file, replace(question, proposal=""), each.value)
        reading.kept.append((replace(asked, about=about), each))


def _take(reading: ReadingOfLists, sheet: Sheet, kind: RosterKind, found: ReadFile) -> None:
    """Take the rows of a list, and say of each that has a fault that it is refused."""
    of = ListKind(kind.value)
    reading.files.setdefault(of, sheet.file)
    reading.all_files.setdefault(of, set()).add(sheet.file)
    waits = open_by_row(reading.questions, sheet.file)
    taken = [row for row in found.rows if _is_of(kind, sheet, row)]
    reading.rows.extend(_row(reading, of, sheet.file, row, waits) for row in taken)
    reading.faulty.extend(_row(reading, of, sheet.file, row, {}) for row in found.faulty)
    reading.refusals.extend(refusal_of(fault) for fault in found.faults)
    faulty = {place.row: place.person for fault in found.faults for place in fault.places}
    reading.outcomes.extend(
        RowOutcome(kind=of, at=At(sheet.file, number), name=person, outcome=OutcomeKind.REFUSED)
        for number, person in sorted(faulty.items())
    )
    if kind is RosterKind.PEOPLE:
        named = (row.values.get(name) for row in found.rows for name in ("key", "other_numbers"))
        sets = (each if isinstance(each, tuple) else (each,) for each in named if each)
        brought = (str(number) for several in sets for number in several)
        reading.keys = {**{number: number for number in brought}, **reading.keys}
    if found.faulty_numbers:
        reading.unread.setdefault(of, set()).update(found.faulty_numbers)


def _is_of(kind: RosterKind, sheet: Sheet, row: ReadRow) -> bool:
    """Return whether a row is of a kind: in a list that is several, one with nothing about it is not of it."""
    if len(sheet.kinds) == 1 or kind not in _OF_SOME:
        return True
    return bool(row.waits_for) or any(name not in ("key", "name") for name in row.values)


def _row(
    reading: ReadingOfLists, kind: ListKind, file: str, row: ReadRow, waits: Mapping[int, tuple[str, ...]]
) -> ListRow:
    values, cleared = row.values, tuple[str, ...]()
    if Cleared.CLEARED in values.values():
        cleared = tuple(name for name, value in values.items() if value is Cleared.CLEARED)
        values = {name: value for name, value in values.items() if name not in cleared}
    if code := reading.regions.get(str(values.get("region"))):
        values = {**values, "region": code}
    return ListRow(
        kind=kind,
        at=At(file, row.number),
        name=row.name,
        values=values,
        cleared=cleared,
        waits=(*waits.get(0, ()), *waits.get(row.number, ())),
        texts=row.texts,
        unread=row.unread,
    )


def _ask(reading: ReadingOfLists, file: str, questions: Iterable[ColumnQuestion], prefix: str) -> None:
    for question in questions:
        id = f"{prefix}{question.id}"
        if question.code == HEADINGS:
            given = reading.answers.get(id)
            taken = given and id not in reading.wrong and may_answer(Answerer.IMPORTER, given.actor)
            answer = given.value if given and taken else ""
        else:
            answer = accepted(reading.answers, id, Answerer.IMPORTER, question.answers)
        reading.questions.append(import_question(id, file, question, answer))


def _choices(answers: Mapping[str, Answered], prefix: str) -> dict[str, str]:
    return {id.removeprefix(prefix): each.value for id, each in answers.items() if id.startswith(prefix)}
