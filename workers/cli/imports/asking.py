"""How `mentorflow import` asks somebody: one question after the other, and what is kept when somebody stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import typer

from activities.adapters.files.roster.column_map import HEADINGS
from workers.cli.imports import screen
from workers.cli.imports.answers import not_taken, wrong_headings
from workers.cli.request import problem_lines, request

REFUSED: Final = 1
NOT_TAKEN: Final = "answers_not_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """How one import is carried out."""

    token: str
    url: str
    ask: bool
    yes: bool
    preview: bool
    without: tuple[str, ...]
    write_answers: str = ""

    @property
    def asks_questions(self) -> bool:
        """Whether somebody is asked what is open: not where the rows that wait for it are left out anyway."""
        return self.ask and "questions" not in self.without

    def send(self, method: str, path: str, **options: Any) -> Mapping[str, Any]:
        return request(method, f"/v1/{path}", self.token, self.url, **options)


def say_how_to_go_on(proposal: Mapping[str, Any]) -> None:
    hours = proposal["kept_hours"]
    typer.echo(
        f"To go on with it within {hours} hours: mentorflow import --continue {proposal['id']}", err=True
    )


@contextmanager
def stoppable(proposal: Mapping[str, Any], typed: Mapping[str, str], importing: Importing) -> Iterator[None]:
    """If somebody stops with Ctrl-C or Ctrl-D, keep the answers ``typed`` so far, and say how to go on."""
    try:
        yield
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("\nStopped. Nothing was changed.", err=True)
        if said := {id: value for id, value in typed.items() if value}:
            _keep(importing, proposal, said)
        say_how_to_go_on(proposal)
        raise typer.Exit(REFUSED) from None


def _keep(importing: Importing, proposal: Mapping[str, Any], said: Mapping[str, str]) -> None:
    """Send the answers of somebody who stops, and say whether they are kept."""
    path = answers_of(proposal["id"])
    sent = importing.send("POST", path, json={"answers": said}, or_problem=NOT_TAKEN)
    for line in problem_lines(sent) if sent.get("code") == NOT_TAKEN else ("The answers so far are kept.",):
        typer.echo(line, err=True)


def said_yes(question: str) -> bool:
    """Ask until somebody says yes or no; nothing is no."""
    while True:
        value = str(typer.prompt(question, default="no")).strip().casefold()
        if value in ("y", "yes", "n", "no"):
            return value in ("y", "yes")
        typer.echo(f"“{value}” is neither yes nor no.")


def asked_in_turn(
    importing: Importing, proposal: Mapping[str, Any], left: list[Mapping[str, Any]], tried: set[str]
) -> Mapping[str, Any]:
    """Ask questions and send the answers; those that the office does not take are asked again.

    ``tried`` are those that were asked before: an answer may bring more questions, and they are numbered through. What
    headings mean is asked first. If somebody says something else than proposed, the list is read again, and of the
    other questions those are asked that are still there then.
    """
    before, total = len(tried), len(tried) + len(left)
    asked = sorted(left, key=lambda each: each["code"] != HEADINGS)
    numbers = {each["id"]: before + at for at, each in enumerate(asked, 1)}
    answers: dict[str, str] = {}
    while True:
        with stoppable(proposal, answers, importing):
            read_otherwise = False
            for each in asked:
                if read_otherwise and each["code"] != HEADINGS:
                    break
                tried.add(each["id"])
                value = answers[each["id"]] = _ask(each, numbers[each["id"]], total)
                read_otherwise |= each["code"] == HEADINGS and value not in ("", each["proposal"])
        said = {id: value for id, value in answers.items() if value}
        if not said:
            return proposal
        sent = importing.send(
            "POST", answers_of(proposal["id"]), json={"answers": said}, or_problem=NOT_TAKEN
        )
        if sent.get("code") != NOT_TAKEN:
            return sent
        for line in problem_lines(sent):
            typer.echo(line, err=True)
        again = not_taken(sent)
        asked = [each for each in left if each["id"] in again]


def _ask(question: Mapping[str, Any], number: int, total: int) -> str:
    """Return somebody's answer; nothing leaves the question open."""
    for line in screen.question_lines(question, number, total):
        typer.echo(line)
    free = question["code"] == HEADINGS
    likely = screen.said(question, question["proposal"])
    while True:
        hint = "Answer" if likely else "Answer (Enter leaves it open)"
        value = str(typer.prompt(hint, default=likely, show_default=bool(likely))).strip()
        if wrong := wrong_headings(question, value) if free else "":
            typer.echo(f"  {wrong}")
            continue
        if not value or free or screen.takes(question, value):
            return screen.meant(question, value)
        typer.echo(f"  Please write one of: {screen.allowed(question)}{screen.day_form(question)}")


def answers_of(id: str) -> str:
    return f"imports/{id}/answers"
