"""A proposal on the screen: what each list comes to, what changes, what is refused, what would follow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from activities.adapters.files.roster.answer_form import in_form
from activities.adapters.files.roster.column_map import HEADINGS, NOTHING
from activities.adapters.files.roster.sheets import ALL_SHEETS, SHEET
from domain.people.proposal.questions import answer_of, days_shown
from workers.cli.imports.changes import MOST_NAMED, changes
from workers.cli.imports.column_words import named, with_words
from workers.cli.imports.counts import counts, many
from workers.cli.imports.pasted import pasted

WORDS: Final = {
    "unknown_membership_class": "class",
    "unknown_role_title": "role title",
    "unknown_reason": "reason",
    "unknown_area": "area",
    "unknown_region": "region",
    "unknown_district": "district",
}
"""The questions what a word of a list means, and what the word is."""
_OF_NUMBERS: Final = {
    "zeros_lost": "zeros at the beginning of member numbers",
    "saved_as_amounts": "member numbers that are written as amounts",
}
_FREE: Final = (HEADINGS, SHEET, "which_number", "rows_differ", "encoding")
"""The questions whose answers are no codes of the office."""
_LAPSES: Final = {
    "many_members_missing": "the list is complete although members are missing",
    "members_missing": "the memberships of the people who are missing have ended",
    "member_missing": "the membership of the person who is missing has ended",
}
MOST_SAID: Final = 160
"""The most letters of a question that a line about it repeats."""
MOST_MISSING: Final = 12
"""The most people that a line about a question whether a list is complete names."""
_SECOND: Final = ("second_memberships", "second_membership")
_WHO: Final = {"state_office": "for the state office", "admin": "for an administrator"}
Proposal = Mapping[str, Any]


def lines(proposal: Proposal, *, asks: bool) -> Iterator[str]:
    """Yield a proposal as text; ``asks`` says whether somebody is asked whether to take it over."""
    yield from counts(proposal)
    yield from _unread(proposal.get("unread", {}))
    yield from proposal.get("remarks", ())
    yield from changes(proposal["rows"])
    yield from _answers(proposal["questions"], asks=asks)
    yield from _kept(proposal.get("kept", ()))
    yield from _follows(proposal)


def fresh(lines: Iterable[str], seen: set[str]) -> Iterator[str]:
    """Yield the lines that nobody has seen yet, and note them; a heading only above such a line."""
    held: list[str] = []
    for line in lines:
        if not line or (line.endswith(":") and not line.startswith(" ")):
            held = [line] if not line else [*held, line]
        elif line not in seen:
            yield from held
            held = []
            seen.add(line)
            yield line


def refusal_lines(refused: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each cause as one line; a row of several kinds that is refused for the same in each is one, too."""
    seen = set()
    for each in refused:
        cause = tuple(
            str(each.get(name)) for name in ("file", "column", "cell", "rows", "problem", "allowed")
        )
        if cause not in seen:
            seen.add(cause)
            yield refusal_line(each)


def refusal_line(refused: Mapping[str, Any]) -> str:
    """Return one cause as one line: where, what, what to do."""
    parts = [refused["file"] or "the lists"]
    rows = refused.get("rows", [])
    if rows:
        name = f" ({refused['name']})" if refused.get("name") else ""
        parts.append(f"row {rows[0]}{name}")
    if refused.get("column"):
        parts.append(f"column {refused['column']}")
    cell = f" “{refused['cell']}”:" if refused.get("cell") else ""
    allowed = f" Allowed: {', '.join(refused['allowed'])}." if refused.get("allowed") else ""
    return f"{', '.join(parts)}:{cell} {refused['problem']}{allowed}{_other_rows(refused, rows[1:])}"


def _other_rows(refused: Mapping[str, Any], rows: list[int]) -> str:
    """Return where else a cause stands; cells that hold something else than the first one are shown."""
    shown = refused.get("others", ())
    if not rows:
        return ""
    if all(each["cell"] == refused["cell"] for each in shown):
        return f" The same in {_rows(rows)}."
    cells = ", ".join(f"{each['row']} (“{each['cell']}”)" for each in shown)
    more = f" and {len(rows) - len(shown)} more" if len(rows) > len(shown) else ""
    return f" Also in {'row' if len(rows) == 1 else 'rows'} {cells}{more}."


def question_lines(
    question: Mapping[str, Any], number: int, total: int, *, asked: bool = False
) -> Iterator[str]:
    """Yield a question as text, with the answers that it takes; ``asked`` says that somebody can type one now."""
    yield ""
    whose = f", {_WHO[question['who']]}" if question["who"] in _WHO else ""
    yield f"Question {number} of {total}{whose}: {problem(question)}"
    rows = [f"{file}, {_rows(found)}" for file, found in question["rows"].items() if file and found != [0]]
    if rows:
        yield f"  It is about {'; '.join(rows)}."
    people = question.get("about", ())
    yield from about(people[:MOST_NAMED])
    if len(people) > MOST_NAMED:
        yield f"  and {len(people) - MOST_NAMED} more{': write list to see all' if asked else ''}"
    if question["code"] == HEADINGS:
        columns = (*(each for each in question["answers"] if each != "yes"), NOTHING)
        yield f"  Columns: {', '.join(map(named, columns))}"
    else:
        likely = f" (proposed: {said(question, question['proposal'])})" if question["proposal"] else ""
        yield f"  Answers: {allowed(question)}{likely}"


def allowed(question: Mapping[str, Any]) -> str:
    """Return what answers a question, in words."""
    words = ", ".join(said(question, each) for each in question["answers"])
    days = question.get("days")
    return f"{words}; or a day from {days['first']} to {days['last']}" if days else words


def said(question: Mapping[str, Any], answer: str) -> str:
    """Return an answer in words where it is a code of the office: “day first”, “people and memberships”.

    Both are taken. What is in a list is nobody's code.
    """
    if answer == ALL_SHEETS and question["code"] == SHEET:
        return "all sheets"
    if question["code"] in _FREE or answer not in question["answers"]:
        return answer
    return (answer.replace("+", " and ") if question["code"] == "kind" else answer).replace("_", " ")


def problem(question: Mapping[str, Any]) -> str:
    """Return what a question asks, with its answers in the words in which they are shown."""
    text = str(question["problem"])
    if question["code"] == HEADINGS:
        return with_words(text)
    for each in question["answers"]:
        text = re.sub(rf"\b{re.escape(each)}\b", said(question, each), text) if "_" in each else text
    return text


def takes(question: Mapping[str, Any], value: str) -> bool:
    """Return whether a value answers a question."""
    return bool(answer_of(meant(question, value), question["answers"], days_shown(question.get("days"))))


def meant(question: Mapping[str, Any], value: str) -> str:
    """Return an answer as the office keeps it: y as yes, and a day as 2026-10-31 however it was written."""
    plain = " ".join(value.casefold().split())
    for each in question["answers"]:
        if question["code"] != HEADINGS and said(question, each).casefold() == plain:
            return str(each)
    return in_form(value, question["answers"], days_shown(question.get("days")))


def day_form(question: Mapping[str, Any]) -> str:
    """Return how a day is written, where a question takes one."""
    return ". Write a day as 2026-10-31: year, month, day" if question.get("days") else ""


def about(people: Sequence[str]) -> Iterator[str]:
    """Yield what a question is about, a line each."""
    return (f"  - {each}" for each in people)


def choices(question: Mapping[str, Any]) -> str:
    """Return what is in the answers file where a person has to choose; the only answer is written by a person."""
    if question.get("headings"):
        return "; ".join(question["headings"])
    answers = [said(question, each) for each in question["answers"]]
    words = (*answers, *(("YEAR-MONTH-DAY",) if question.get("days") else ()))
    return "|".join(words) if len(words) > 1 else ""


def is_chosen(question: Mapping[str, Any], value: str) -> bool:
    """Return whether somebody has chosen: not what is in an answers file to choose from, in words or in codes."""
    offered = choices(question)
    return value not in ("", offered) and value.replace("_", " ") != offered


def still_open(proposal: Proposal) -> list[Mapping[str, Any]]:
    """Return the questions that nobody has answered."""
    return [question for question in proposal["questions"] if not question["answer"]]


def files(proposal: Proposal) -> set[str]:
    """Return the names of the lists that an import is about."""
    asked = (file for question in proposal["questions"] for file in question["rows"])
    return {*(row["file"] for row in proposal["rows"]), *proposal["unchanged"], *asked}


def yours(questions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the questions that whoever reads them may answer."""
    return [each for each in questions if each.get("yours", True)]


def for_others(proposal: Proposal) -> Iterator[str]:
    """Yield who must answer what is open and not for whoever reads it, and what to send them."""
    left = [each for each in still_open(proposal) if not each.get("yours", True)]
    for who in dict.fromkeys(each["who"] for each in left):
        count = sum(each["who"] == who for each in left)
        line = pasted("import", "--continue", proposal["id"])
        yield f"{many(count, 'question is', 'questions are')} {_WHO[who]} to answer. Send them this line: {line}"


def answers_file(proposal: Proposal, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers file: all answers that hold or were given, and the open questions with what is proposed.

    An earlier answer holds as it is; another one replaces it.
    """
    left = yours(still_open(proposal))
    asked = {each["id"] for each in left}
    kept = {
        each["id"]: (choices(each) if each.get("headings") else "") or said(each, each["answer"])
        for each in proposal.get("kept", ())
    }
    done = {id: value for id, value in {**kept, **given}.items() if id not in asked}
    return {**done, **{each["id"]: said(each, each["proposal"]) or choices(each) for each in left}}


def to_fill_in(
    proposal: Proposal, given: Mapping[str, str], going_on: Callable[..., str], file: str = ""
) -> Iterator[str]:
    """Yield how to answer in a file: with the answers file itself, where it was not written to a ``file``.

    ``going_on`` makes the command that goes on with the import.
    """
    left = yours(still_open(proposal))
    asked = {each["id"] for each in left}
    done = given.keys() - asked
    filled = [each["id"] for each in left if each["proposal"]]
    yield ""
    name = file or "answers.json"
    if file:
        yield f"To answer, correct {file}, which was written just now. Then write:"
    else:
        yield (
            f"To answer, save this as {name} and correct it (--write-answers FILE writes the file for you). Then write:"
        )
    yield f"  {going_on(proposal, '--answers', name)}"
    if done:
        yield "It holds the answers given so far too; nothing is lost if it takes the place of the old file."
    if filled:
        yield f"Already filled in with what the office proposes, to be checked: {', '.join(filled)}."
    if any("|" in choices(each) for each in left if not each["proposal"]):
        yield "Where several answers stand with | between them, leave one."
    only = [each for each in left if not choices(each) and not each["proposal"]]
    yield from (
        f"{each['id']} is left empty: write {each['answers'][0]} if it is so. If not, leave it empty, and the rows "
        "wait."
        for each in only
    )
    yield from (
        f"{each['id']} is about: {_subject(each)}"
        for each in proposal["questions"]
        if each["id"] in asked or each["id"] in done
    )
    if not file:
        yield json.dumps(answers_file(proposal, given), indent=2, ensure_ascii=False)


def subjects(proposal: Proposal) -> dict[str, str]:
    """Return what each question and each earlier answer is about."""
    return {each["id"]: _subject(each) for each in (*proposal.get("kept", ()), *proposal["questions"])}


def nothing_can(proposal: Proposal) -> str:
    """Return what to do where nothing of a proposal can be taken over: an answer may be why."""
    words = "Nothing of it can be taken over. Correct the file, and import it again."
    if any(each["answer"] for each in proposal["questions"]):
        words += (
            " If an answer is wrong, write the answers to a file with --write-answers FILE, correct it there, and add "
            "--answers FILE."
        )
    return words


def _answers(questions: Iterable[Mapping[str, Any]], *, asks: bool) -> Iterator[str]:
    """Yield what people have answered, a line for each question."""
    given = [each for each in questions if each["answer"]]
    if given:
        yield ""
        yield "Answered:"
        yield from (f"  {answer_line(each)}" for each in given)
        back = "write back where you are asked whether to take this over, or " if asks else ""
        yield (
            f"If one is wrong, {back}answer it otherwise in a "
            f"file for --answers, such as {_example(given[0])}. --write-answers FILE writes all of them."
        )


def _kept(kept: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the earlier answers that this list uses, a line for each, and how to change one."""
    if not kept:
        return
    yield ""
    yield "Answered before, and used again:"
    for each in kept[:MOST_NAMED]:
        yield f"  {answer_line(each)} (by {_giver(each)} on {each['at'][:10]})"
    if len(kept) > MOST_NAMED:
        yield f"  and {len(kept) - MOST_NAMED} more"
    yield (
        f"If one is wrong, answer it otherwise in a file for --answers, such as {_example(kept[0])}; that is kept "
        "then. --write-answers FILE writes all of them."
    )


def _example(question: Mapping[str, Any]) -> str:
    """Return what a file for --answers says to answer a question otherwise."""
    answer = choices(question) or said(question, question["answers"][0])
    return json.dumps({question["id"]: answer}, ensure_ascii=False)


def _giver(kept: Mapping[str, Any]) -> str:
    """Return who gave an answer that was kept, to whoever reads it."""
    return "you" if kept["by_you"] else kept["by_name"] or "another person"


def answer_line(question: Mapping[str, Any]) -> str:
    """Return what a person has answered, in one line."""
    code, parts = question["code"], question["id"].split(":")
    answer = said(question, question["answer"])
    if code in WORDS:
        return f"{WORDS[code]} “{parts[-1].replace('_', ' ')}” → {answer}"
    if code == "date_order":
        return f"{parts[0]}, dates of the column {_heading(question)}: {answer}"
    if code == "role_titles":
        return "the role titles are right as they are"
    if code == "people_without_number":
        return f"rows without a member number are the people whose name and address they repeat: {answer}"
    if code == HEADINGS:
        confirmed = question.get("about") or question["headings"]
        read = f" ({'; '.join(confirmed)})" if answer == "yes" else ""
        return f"{parts[0]}, headings of the list of {parts[-2]}: {answer}{read}"
    if code == "encoding":
        return f"letters of {':'.join(parts[:-1])}: {answer}"
    if code == "kind":
        return f"{':'.join(parts[:-1])} is a list of {answer}"
    if code in _LAPSES:
        return f"{_subject(question)}: {answer}"
    if code in _SECOND:
        where = "; ".join(f"{file}, {_rows(found)}" for file, found in question["rows"].items())
        return f"the known membership beside the new one ({where}): {answer}"
    if code in _OF_NUMBERS:
        return f"{parts[0]}, column {_heading(question)}, {_OF_NUMBERS[code]}: {answer}"
    return f"{_subject(question).rstrip('.')}: {answer}"


def _heading(question: Mapping[str, Any]) -> str:
    """Return what the file calls the column that a question is about."""
    return str(question.get("heading") or question["id"].rpartition(":")[2])


def _subject(question: Mapping[str, Any]) -> str:
    """Return what a question is about: its beginning; of lapses the class and the region, or whose memberships."""
    code, about = question["code"], question.get("about", ())
    if code not in _LAPSES:
        return _shortened("; ".join((problem(question), *about)))
    if code == "many_members_missing":
        name, region = question["id"].split(":")[1:3]
        who = f": {_first(about, MOST_MISSING)}" if about else ""
        return f"{_LAPSES[code]} (class {name}, region {region}: {len(about)}{who})"
    whose = _first(about, 3)
    return f"{_LAPSES[code]} ({whose})"


def _first(about: Sequence[str], most: int) -> str:
    """Return the first of the people whom a question is about, and how many more there are."""
    return "; ".join(about[:most]) + (f"; and {len(about) - most} more" if len(about) > most else "")


def _shortened(text: str) -> str:
    """Return the beginning of a text, up to a whole word."""
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID].rpartition(' ')[0]} …"


def _unread(unread: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the columns of each list that nothing is read from."""
    for file, headings in unread.items():
        yield f"Not read in {file}: {', '.join(headings)}"


def _follows(proposal: Proposal) -> Iterator[str]:
    follows = proposal.get("follows") or {}
    found = follows.get("applications", {})
    if not any(found.values()):
        return
    words = {
        "accepted": "accepted by the rules",
        "waiting": "waits for a person, because the rules would refuse it"
        if found.get("waiting") == 1
        else "wait for a person, because the rules would refuse them",
        "refused": "refused by the rules",
    }
    parts = [f"{found[name]} {text}" for name, text in words.items() if found.get(name)]
    why = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in follows["reasons"].items())
    yield ""
    yield f"Applications: {', '.join(parts)}{f' ({why})' if why else ''}."
    people = follows.get("people", ())
    yield from (f"  {each['name']}: {each['reason'].replace('_', ' ')}" for each in people[:MOST_NAMED])
    if len(people) > MOST_NAMED:
        yield f"  and {len(people) - MOST_NAMED} more"
    yield f"Emails that go at once: {follows['emails']}, to {many(follows['readers'], 'person', 'people')}."


def _rows(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:12]))
    more = f" and {len(rows) - 12} more" if len(rows) > 12 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"
