"""Answers to the questions of an import: from a file, by ``--yes``, and those that people gave so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from workers.cli.imports import screen
from workers.file_words import unreadable


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
        raise typer.BadParameter(f"{file} is no JSON file with answers by question") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise typer.BadParameter(
            f"{file} must hold one object: the id of each question, and its answer as text"
        )
    return found


def _slip(fault: json.JSONDecodeError) -> str:
    """Return what is probably wrong at a place of a JSON file."""
    above = not fault.doc[: fault.pos].rpartition("\n")[2].strip() and fault.lineno > 1
    if fault.msg.startswith("Expecting ',' delimiter"):
        return f"a comma is missing at the end of line {fault.lineno - 1}" if above else "a comma is missing"
    if fault.msg.startswith("Expecting property name"):
        where = f"at the end of line {fault.lineno - 1}" if above else "here"
        return f"{where} stands a comma too many, or a question without quotation marks"
    return f'this is not JSON ({fault.msg}); write "question": "answer", with a comma between two of them'


def chosen(proposal: Mapping[str, Any], given: Mapping[str, str], *, yes: bool) -> dict[str, str]:
    """Return the answers that a file and ``--yes`` give to the open questions, and to those answered before.

    What a person wrote into the file is that person's answer, also to a lapse. Choices that nobody has made are none.
    """
    found = {}
    for question in screen.still_open(proposal):
        value = given.get(question["id"], "").strip()
        if value and value != screen.choices(question):
            found[question["id"]] = screen.meant(question, value)
        elif yes and _by_option(question):
            found[question["id"]] = "yes"
    for question in proposal.get("kept", ()):
        value = screen.meant(question, given.get(question["id"], "").strip())
        if value and value != question["answer"]:
            found[question["id"]] = value
    return found


def so_far(proposal: Mapping[str, Any], given: Mapping[str, str], *, yes: bool) -> dict[str, str]:
    """Return the answers that people gave so far, from the file and at the screen."""
    typed = {
        each["id"]: each["answer"]
        for each in proposal["questions"]
        if each["answer"] and not (yes and _by_option(each))
    }
    return {**given, **typed}


def not_taken(problem: Mapping[str, Any]) -> set[str]:
    """Return the questions whose answers the office did not take."""
    pointers = (str(error.get("pointer", "")) for error in problem.get("errors", ()))
    return {each.removeprefix("/answers/").replace("~1", "/").replace("~0", "~") for each in pointers if each}


def _by_option(question: Mapping[str, Any]) -> bool:
    """Return whether ``--yes`` answers a question."""
    return question["proposal"] == "yes" and not question["never_by_itself"]
