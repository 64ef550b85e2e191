"""What lists are about: the term that people apply for, or an association."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from domain.ids import is_id
from workers.cli.imports.pasted import quoted


def scope_of(
    send: Callable[..., Mapping[str, Any]], term: str, program: str, association: str
) -> dict[str, str]:
    """Return what lists are about: a term by id or name, or an association; without both, the office chooses.

    It takes the only association that the token serves, and else says which there are.
    """
    if association and term:
        raise typer.BadParameter("name a term, or an association for lists without applications, not both")
    if association:
        return {"association": association}
    if is_id(term):
        return {"term": term}
    if not term and not program:
        return {}
    terms = send("GET", "terms")["data"]
    found = [each for each in terms if term in ("", each["name"]) and program in ("", each["program"])]
    if len(found) == 1:
        return {"term": found[0]["id"]}
    if program and program not in (programs := sorted({each["program"] for each in terms})):
        raise typer.BadParameter(
            f"no program called {program} has a term; these have: {', '.join(programs) or 'none yet'}"
        )
    known = (
        "; ".join(f"--term {quoted(each['name'])} --program {quoted(each['program'])}" for each in terms)
        or "none yet"
    )
    if not term:
        raise typer.BadParameter(f"name the term of the program {program} with --term; there are: {known}")
    many = "more than one program has a term" if found else "there is no term"
    raise typer.BadParameter(f"{many} called {term}; there are: {known}")


def codes(options: Iterable[str] | None) -> list[str]:
    """Return the codes in an option that may be given several times, whatever their case; a comma may stand between."""
    found = (code for each in options or () for code in re.split(r"[,\s]+", each.casefold()) if code)
    return list(dict.fromkeys(found))


def demand_files(files: Sequence[Path], classes: Sequence[str]) -> None:
    """Refuse what stands after ``--complete CLASS`` and is no file: probably a second class."""
    lost = [str(each) for each in files if not each.suffix and len(each.parts) == 1 and not each.exists()]
    if classes and lost:
        again = " ".join(
            f"--complete {quoted(each)}" for each in (*classes, *(each.casefold() for each in lost))
        )
        raise typer.BadParameter(
            f"there is no file {lost[0]}. For several classes, repeat the option: {again}"
        )
