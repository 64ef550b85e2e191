"""A proposal as people and programs read it: counts, what changes, questions, refusals, and what would follow."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from domain.actors import Actor
from domain.codec import to_plain
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.outcomes import FieldChange, ImportProposal, OutcomeKind, RowOutcome
from domain.people.proposal.questions import Answerer, ImportQuestion, KeptAnswer, may_answer
from domain.told import as_plain


def shown(proposal: ImportProposal) -> dict[str, Any]:
    """Return a proposal as JSON values. Rows that change nothing are only named, as ranges."""
    return {
        "counts": counts_of(proposal),
        "rows": _rows(proposal.outcomes),
        "unchanged": _unchanged(proposal.outcomes),
        "questions": [_question(each) for each in proposal.questions],
        "refused": [{**to_plain(each), "said": as_plain(each.problem)} for each in proposal.refusals],
        "remarks": list(proposal.remarks),
        "remarks_said": [as_plain(each) for each in proposal.remarks],
    }


def counts_of(proposal: ImportProposal) -> dict[str, int]:
    """Return how many rows come to what."""
    counts = Counter(each.outcome for each in proposal.outcomes)
    return {kind.value: counts[kind] for kind in OutcomeKind}


def open_questions(proposal: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the questions of a proposal that nobody has answered."""
    return [each for each in proposal.get("questions", ()) if not each["answer"]]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return where a proposal says now what it did not say before; at most a few places.

    A place has no name, no value and no words, because it is kept for longer than the import: see ``in_words``.
    """
    known = {_place(row): row for row in before.get("rows", ())}
    found = [row for row in after["rows"] if _said(known.pop(_place(row), None)) != _said(row)]
    gone = [{**row, "outcome": OutcomeKind.UNCHANGED.value, "changes": []} for row in known.values()]
    places = [
        {
            **{name: row[name] for name in ("kind", "file", "row", "person", "outcome")},
            "fields": [change["field"] for change in row["changes"]],
        }
        for row in (*found, *gone)
    ]
    questions = {each["id"]: each for each in before.get("questions", ())}
    asked = [
        {"question": each["id"]}
        for each in after["questions"]
        if each["id"] not in questions and not each["answer"]
    ]
    return [*places, *asked][:MOST_SHOWN]


MOST_SHOWN = 50


def as_seen_by(actor: Actor, proposal: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a proposal as somebody may see it: entries of other regions are for who answers about them.

    An answer that was kept says whether the reader gave it, and a question whether it is the reader's to answer.
    """
    if proposal:
        kept = [
            {**_without_covers(each), "by_you": each["by"] == actor.id} for each in proposal.get("kept", ())
        ]
        questions = [
            {**_without_covers(each), "yours": may_answer(Answerer(each["who"]), actor)}
            for each in proposal.get("questions", ())
        ]
        proposal = {**proposal, "kept": kept, "questions": questions}
    if not proposal or may_answer(Answerer.STATE_OFFICE, actor):
        return proposal
    return {
        **proposal,
        "rows": [{**row, "changes": []} if row.get("confidential") else row for row in proposal["rows"]],
        "questions": [
            {**each, "about": [], "about_said": []} if each.get("confidential") else each
            for each in proposal["questions"]
        ],
    }


def _without_covers(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question without the single ones that it covers: their ids are for the answer, and not for people."""
    return {name: value for name, value in question.items() if name != "covers"}


MOST_NEW = 100
"""The most new rows of each list that are kept with their values; they are in the list anyway."""


def _rows(outcomes: Iterable[RowOutcome]) -> list[dict[str, Any]]:
    found = []
    new: Counter[str] = Counter()
    waits: dict[tuple[str, ...], list[str]] = {}
    for each in outcomes:
        if each.outcome is OutcomeKind.UNCHANGED:
            continue
        changes: Sequence[FieldChange] = each.changes
        if OutcomeKind.NEW in (each.outcome, each.would):
            new[each.at.file] += 1
            changes = changes if new[each.at.file] <= MOST_NEW else ()
        questions = waits.setdefault(each.questions, [*each.questions])  # one list for all rows of a question
        found.append(_row(each, changes, questions))
    return found


def _said(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return what counts when two proposals are compared: not the values of a new row, which are those of the list."""
    return {**row, "changes": []} if row and OutcomeKind.NEW in (row["outcome"], row.get("would")) else row


def in_words(places: Iterable[Mapping[str, Any]], proposal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return places as ``differences`` finds them, with what the proposal says there as long as it is kept."""
    rows = {_kept_place(row): row for row in proposal.get("rows", ())}
    problems = {each["id"]: each["problem"] for each in proposal.get("questions", ())}
    return [
        {**each, "problem": problems.get(each["question"], "")}
        if "question" in each
        else {"name": "", "changes": [], "questions": [], **each, **rows.get(_kept_place(each), {})}
        for each in places
    ]


def _kept_place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["file"], row["row"], row["person"]


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["file"], row["row"], row["name"]


_NOTHING: Final[list[Any]] = []


def _row(each: RowOutcome, changes: Sequence[FieldChange], questions: list[str]) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "file": each.at.file,
        "row": each.at.row,
        "name": each.name,
        "outcome": each.outcome.value,
        "person": "" if each.person.startswith("new/") else each.person,
        "changes": [
            {"field": change.field, "before": to_plain(change.before), "after": to_plain(change.after)}
            for change in changes
        ]
        if changes
        else _NOTHING,
        "questions": questions,
        "would": each.would.value if each.would else "",
        "confidential": each.confidential,
    }


def _question(each: ImportQuestion) -> dict[str, Any]:
    rows: dict[str, list[int]] = {}
    for at in each.at:
        rows.setdefault(at.file, []).append(at.row)
    return {
        "id": each.id,
        "code": each.code,
        "problem": each.problem,
        "said": as_plain(each.problem),
        "answers": list(each.answers),
        "proposal": each.proposal,
        "answer": each.answer,
        "who": each.who.value,
        "rows": rows,
        "never_by_itself": each.never_by_itself,
        "about": list(each.about),
        "about_said": [as_plain(line) for line in each.about],
        "confidential": each.confidential,
        "headings": list(each.headings),
        "heading": each.heading,
        "covers": list(each.covers),
        "days": None if each.days is None else dict(zip(("first", "last"), to_plain(each.days), strict=True)),
    }


def kept_shown(
    question: ImportQuestion, kept: KeptAnswer, office: KnownOffice, importer: Actor
) -> dict[str, Any]:
    """Return a question that an earlier answer answers, with who gave it and when; another answer replaces it.

    The importer reads the name of whoever gave it, if that is somebody of one of the importer's regions or of none.
    """
    giver = office.people.get(kept.by)
    shown = giver is not None and (not giver.region or importer.covers(giver.region))
    return {
        **_question(question),
        "by": kept.by,
        "by_name": giver.name if giver is not None and shown else "",
        "at": kept.at,
    }


def _unchanged(outcomes: Iterable[RowOutcome]) -> dict[str, str]:
    rows: dict[str, list[int]] = {}
    for each in outcomes:
        if each.outcome is OutcomeKind.UNCHANGED:
            rows.setdefault(each.at.file, []).append(each.at.row)
    return {file: ranges(numbers) for file, numbers in rows.items()}


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as text such as ``2-40, 44``."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)
