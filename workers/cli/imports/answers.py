"""Answers to the questions of an import: from a file, by ``--yes``, and those that people gave so far."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from activities.adapters.files.roster.column_faults import NOT_READ
from activities.adapters.files.roster.column_map import FORM, HEADINGS, column_of
from activities.adapters.files.roster.columns import RosterKind, plain_heading
from domain.people.proposal.by_command import SAME_AS
from workers.cli.imports import screen, typed
from workers.cli.imports.counts import many
from workers.file_words import unreadable, unwritable

_FILE: Final = re.compile(r"\.(?:csv|tsv|txt|xlsx?|xlsm|ods)(?: \(.*\))?$", re.IGNORECASE)
"""How the name of a list ends, with its sheet if it is one of several in a workbook."""
_ABOUT: Final = " is about"
"""How a line of an answers file ends its name that says what the answer after it is about; it answers nothing."""


def from_file(file: Path) -> dict[str, str]:
    """Return the answers in a file, by question; say in words what is wrong with it."""
    try:
        text = file.read_text("utf-8-sig")
        found = json.loads(text)
    except OSError as fault:
        raise typer.BadParameter(unreadable(file, fault)) from None
    except json.JSONDecodeError as fault:
        raise typer.BadParameter(f"{file}, line {fault.lineno}: {_slip(fault)}") from None
    except ValueError:
        raise typer.BadParameter(f"{file} is not a JSON file with answers by question") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise typer.BadParameter(
            f"{file} must have one object: the id of each question, and its answer as text"
        )
    return {id: value for id, value in found.items() if not id.endswith(_ABOUT)}


def _slip(fault: json.JSONDecodeError) -> str:
    """Return what is probably wrong at a place of a JSON file."""
    above = not fault.doc[: fault.pos].rpartition("\n")[2].strip() and fault.lineno > 1
    if fault.msg.startswith("Expecting ',' delimiter"):
        return f"a comma is missing at the end of line {fault.lineno - 1}" if above else "a comma is missing"
    if fault.msg.startswith("Expecting property name"):
        where = f"at the end of line {fault.lineno - 1}" if above else "here"
        return f"{where} is an extra comma, or a question without quotation marks"
    return f'this is not JSON ({fault.msg}); write "question": "answer", with a comma between two of them'


def chosen(proposal: Mapping[str, Any], given: Mapping[str, str], *, yes: bool) -> dict[str, str]:
    """Return the answers that a file and ``--yes`` give to the open questions, and to those answered before.

    What a person wrote into the file is that person's answer, also to a lapse, and takes the place of an earlier one.
    Choices that nobody has made are left out.
    """
    found = {}
    for question in (*proposal["questions"], *proposal.get("kept", ())):
        value = given.get(question["id"], "").strip()
        if screen.is_chosen(question, value):
            if (value := _meant(question, value)) != question["answer"]:
                found[question["id"]] = value
        elif yes and not question["answer"] and _by_option(question):
            found[question["id"]] = "yes"
    return found


def _meant(question: Mapping[str, Any], value: str) -> str:
    """Return an answer of a file as the office keeps it."""
    is_free = question["code"] == HEADINGS
    return typed.headings(question, value) if is_free else screen.meant(question, value)


def so_far(proposal: Mapping[str, Any], given: Mapping[str, str], *, yes: bool) -> dict[str, str]:
    """Return the answers that people gave so far, from the file and at the screen."""
    found = {
        each["id"]: screen.said(each, each["answer"])
        for each in proposal["questions"]
        if each["answer"] and not (yes and _by_option(each))
    }
    return {**given, **found}


def unchosen(proposal: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """Return the open questions for which a file holds nothing but what was written there to choose from."""
    return [
        each["id"]
        for each in screen.yours(screen.still_open(proposal))
        if each["id"] in given and not screen.is_chosen(each, given[each["id"]].strip())
    ]


def unused_lines(unused: Sequence[str], proposal: Mapping[str, Any]) -> Iterator[str]:
    """Yield which answers of a file are ignored and why, and how an answer about a person is changed afterwards."""
    still_open = bool(screen.still_open(proposal))
    yet = " yet" if still_open else ""
    words = f"Answers of the file that nothing asks for{yet}; they are ignored: {', '.join(unused)}."
    if not still_open and any(each.startswith("alike:") for each in unused):
        yield words
        words = f"After a take-over, say whether two entries are one person with {SAME_AS}."
    yield words
    sent = screen.files(proposal)
    others: dict[str, list[str]] = {}
    for each in unused:
        file = next((part for part in each.split(":") if _FILE.search(part)), "")
        if file and file not in sent:
            others.setdefault(file, []).append(each)
    for file, ids in others.items():
        belong = "This one belongs" if len(ids) == 1 else "These belong"
        yield (
            f"  {belong} to a file named {file}, which is not in this import: {', '.join(ids)}. Name the list as "
            "before, or answer again."
        )


def to_be_written(file: Path, answers: Path | None) -> str:
    """Return the name of the answers file to write; one that is there may only be that with the answers so far."""
    if file.exists() and (answers is None or not answers.exists() or not file.samefile(answers)):
        raise typer.BadParameter(
            f"{file} already exists. Move it away first, or name it with --answers too, so that its answers stay"
        )
    return str(file)


def write_answers(file: str, proposal: Mapping[str, Any], answers: Mapping[str, str]) -> None:
    """Write an answers file: above each answer what it is about."""
    subjects = screen.subjects(proposal)
    lines: dict[str, str] = {}
    for id, value in answers.items():
        lines |= {f"{id}{_ABOUT}": subjects[id]} if id in subjects else {}
        lines[id] = value
    try:
        Path(file).write_text(json.dumps(lines, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as fault:
        raise typer.BadParameter(unwritable(Path(file).absolute(), fault)) from None


def write_given(file: str, proposal: Mapping[str, Any], given: Mapping[str, str]) -> str:
    """Write the answers given so far, where no question is open, and return what was done."""
    answers = screen.answers_file(proposal, given)
    if not answers:
        return f"There is no question and no answer, so {file} was not written."
    write_answers(file, proposal, answers)
    return f"Wrote {file}: {many(len(answers), 'answer', 'answers')} given so far, and no open question."


def wrong_headings(question: Mapping[str, Any], value: str) -> str:
    """Return what is wrong with an answer about headings, as far as the question itself shows it; else nothing."""
    known = {_heading(each.rpartition(" = ")[0]) for each in question.get("headings", ())}
    if not known or value.casefold() == "yes":
        return ""
    kind = RosterKind(question["id"].split(":")[-2])
    for change in filter(str.strip, value.split(";")):
        heading, equals, column = (part.strip() for part in change.rpartition("="))
        if not equals:
            return f"“{column}” does not say what a heading means. {FORM}"
        if _heading(heading) not in known:
            return f"The list has no heading “{heading}”."
        if column_of(kind, column) not in (NOT_READ, *question["answers"]):
            columns = ", ".join(each for each in question["answers"] if each != "yes")
            return f"“{column}” is not a column of this kind of list. Columns: {columns}, nothing."
    return ""


def _heading(text: str) -> str:
    return plain_heading(text) or text.strip()


def not_taken(problem: Mapping[str, Any]) -> set[str]:
    """Return the questions whose answers the office did not take."""
    pointers = (str(error.get("pointer", "")) for error in problem.get("errors", ()))
    return {each.removeprefix("/answers/").replace("~1", "/").replace("~0", "~") for each in pointers if each}


def _by_option(question: Mapping[str, Any]) -> bool:
    """Return whether ``--yes`` answers a question."""
    mine = question.get("yours", True)
    return bool(mine and question["proposal"] == "yes" and not question["never_by_itself"])
