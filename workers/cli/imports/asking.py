"""How `mentorflow import` asks somebody: one question after the other, and what is kept when somebody stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import typer

from activities.adapters.files.roster.column_map import HEADINGS
from workers.cli.imports import screen, typed
from workers.cli.imports.answers import not_taken, wrong_headings
from workers.cli.imports.pasted import pasted
from workers.cli.request import problem_lines, request

REFUSED: Final = 1
NOT_TAKEN: Final = "answers_not_taken"
LIST: Final = ("list", "l")
"""What shows the whole of a list of which only the first ones are on the screen."""


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

    def going_on(self, proposal: Mapping[str, Any], *options: object) -> str:
        """Return the command that goes on with an import."""
        same = (*(("--yes",) if self.yes else ()), *(("--url", self.url) if self.url else ()))
        return pasted("import", "--continue", proposal["id"], *options, *same)

    def send(self, method: str, path: str, **options: Any) -> Mapping[str, Any]:
        return request(method, f"/v1/{path}", self.token, self.url, **options)


def say_how_to_go_on(importing: Importing, proposal: Mapping[str, Any]) -> None:
    hours = proposal["kept_hours"]
    typer.echo(f"To continue within {hours} hours: {importing.going_on(proposal)}", err=True)


@contextmanager
def stoppable(
    proposal: Mapping[str, Any], answers: Mapping[str, str], importing: Importing
) -> Iterator[None]:
    """If somebody stops with Ctrl-C or Ctrl-D, keep the ``answers`` so far, and say how to go on."""
    try:
        yield
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("\nStopped. Nothing was changed.", err=True)
        if said := {id: value for id, value in answers.items() if value}:
            _keep(importing, proposal, said)
        say_how_to_go_on(importing, proposal)
        raise typer.Exit(REFUSED) from None


def _keep(importing: Importing, proposal: Mapping[str, Any], said: Mapping[str, str]) -> None:
    """Send the answers of somebody who stops, and say whether they are kept."""
    path = answers_of(proposal["id"])
    sent = importing.send("POST", path, json={"answers": said}, or_problem=NOT_TAKEN)
    for line in problem_lines(sent) if sent.get("code") == NOT_TAKEN else ("The answers so far are kept.",):
        typer.echo(line, err=True)


def said_yes(question: str, everything: Callable[[], Iterable[str]]) -> bool | None:
    """Ask until somebody says yes or no; nothing is no, and None is an answer that somebody wants to give again.

    Whoever wants the whole list first is shown ``everything``.
    """
    while True:
        value = str(typer.prompt(question, default="no")).strip().casefold()
        if value in LIST:
            for line in everything():
                typer.echo(line)
            continue
        if value in (*typed.AGREES, "n", "no"):
            return value in typed.AGREES
        if value in ("back", "<"):
            return None
        typer.echo(
            f"“{value}” is neither yes nor no. Write list to see all that would change, or back to change an answer."
        )


def asked_in_turn(
    importing: Importing, proposal: Mapping[str, Any], left: list[Mapping[str, Any]], tried: list[str]
) -> Mapping[str, Any]:
    """Ask questions and send the answers; those that the office does not take are asked again.

    ``tried`` are those that were asked before: an answer may bring more questions, and they are numbered through. What
    headings mean is asked first. If somebody says something else than proposed, the list is read again, and of the
    other questions those are asked that are still there then. Who goes back from the first is asked the last one of
    ``tried`` again.
    """
    before, total = tuple(tried), len(tried) + len(left)
    asked = sorted(left, key=lambda each: each["code"] != HEADINGS)
    numbers = {each["id"]: len(before) + at for at, each in enumerate(asked, 1)}
    answers: dict[str, str] = {}
    while True:
        with stoppable(proposal, answers, importing):
            if not _all_asked(asked, numbers, total, answers):
                tried[:] = before
                return _last_again(importing, proposal, tried)
        tried[:] = [*before, *answers]
        said = {id: value for id, value in answers.items() if value}
        if not said:
            return proposal
        sent = _sent(importing, proposal, said)
        if sent.get("code") != NOT_TAKEN:
            return sent
        again = not_taken(sent)
        asked = [each for each in left if each["id"] in again]


def _all_asked(
    asked: Sequence[Mapping[str, Any]], numbers: Mapping[str, int], total: int, answers: dict[str, str]
) -> bool:
    """Ask one question after the other, into ``answers``; return whether nobody went back from the first."""
    at, read_otherwise = 0, False
    while at < len(asked):
        each = asked[at]
        if read_otherwise and each["code"] != HEADINGS:
            break
        value = _ask(each, numbers[each["id"]], total, answers.get(each["id"], ""))
        if value is None:
            if at == 0:
                return False
            at -= 1
            continue
        answers[each["id"]] = value
        read_otherwise = any(
            one["code"] == HEADINGS and answers[one["id"]] not in ("", one["proposal"])
            for one in asked[: at + 1]
        )
        at += 1
    return True


def _last_again(importing: Importing, proposal: Mapping[str, Any], tried: Sequence[str]) -> Mapping[str, Any]:
    """Ask the question before the first of these again, if one was answered."""
    answered = [each for each in proposal["questions"] if each["answer"] and each["id"] in tried]
    if not answered:
        typer.echo("  This is the first question.")
        return proposal
    return _again(importing, proposal, max(answered, key=lambda each: tried.index(each["id"])))


def answered_again(importing: Importing, proposal: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Ask which answer is wrong, and that question again; return its id, and the proposal then."""
    answered = [each for each in screen.yours(proposal["questions"]) if each["answer"]]
    if not answered:
        typer.echo("No question of this import was answered.")
        return "", proposal
    with stoppable(proposal, {}, importing):
        chosen = answered[0] if len(answered) == 1 else _which(answered)
    if chosen is None:
        return "", proposal
    return str(chosen["id"]), _again(importing, proposal, chosen)


def _which(answered: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the question that somebody wants to answer again; None if all answers are right after all."""
    typer.echo("")
    for number, each in enumerate(answered, 1):
        typer.echo(f"  {number}. {screen.answer_line(each)}")
    while True:
        value = str(typer.prompt(f"Which answer is wrong? Write its number, 1 to {len(answered)}")).strip()
        if value.casefold() in ("back", "<", "none"):
            return None
        if value.isdecimal() and 1 <= int(value) <= len(answered):
            return answered[int(value) - 1]
        typer.echo(f"  “{value}” is not a number from 1 to {len(answered)}. If none is wrong, write back.")


def _again(
    importing: Importing, proposal: Mapping[str, Any], question: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Ask one question again, and return the proposal with its new answer; without one the old answer stays."""
    while True:
        with stoppable(proposal, {}, importing):
            value = _ask(question, 1, 1, question["answer"])
        if not value or value == question["answer"]:
            return proposal
        sent = _sent(importing, proposal, {question["id"]: value})
        if sent.get("code") != NOT_TAKEN:
            return sent


def _sent(importing: Importing, proposal: Mapping[str, Any], said: Mapping[str, str]) -> Mapping[str, Any]:
    """Send answers, and say which the office does not take."""
    path = answers_of(proposal["id"])
    sent = importing.send("POST", path, json={"answers": said}, or_problem=NOT_TAKEN)
    for line in problem_lines(sent) if sent.get("code") == NOT_TAKEN else ():
        typer.echo(line, err=True)
    return sent


def _ask(question: Mapping[str, Any], number: int, total: int, before: str = "") -> str | None:
    """Return somebody's answer; nothing leaves the question open, and None is the question before.

    ``before`` is what was answered already: it is in the place of what is proposed.
    """
    for line in screen.question_lines(question, number, total, asked=True):
        typer.echo(line)
    likely = screen.said(question, before or question["proposal"])
    while True:
        hint = "Answer" if likely else "Answer (Enter leaves it open)"
        value = str(typer.prompt(hint, default=likely, show_default=bool(likely))).strip()
        if not value:
            return ""
        if value == "?":
            for line in typed.explained(question):
                typer.echo(line)
        elif typed.goes_back(question, value):
            return None
        elif value.casefold() in LIST and question.get("about") and not screen.takes(question, value):
            for line in screen.about(question["about"]):
                typer.echo(line)
        elif question["code"] == HEADINGS:
            value = typed.headings(question, value)
            if not (wrong := wrong_headings(question, value)):
                return value
            typer.echo(f"  {wrong}")
        elif answer := typed.answered(question, value):
            if (words := screen.said(question, answer)).casefold() != value.casefold():
                typer.echo(f"  → {words}")
            return answer
        else:
            for line in _not_an_answer(question):
                typer.echo(line)


def _not_an_answer(question: Mapping[str, Any]) -> Iterator[str]:
    """Yield which answers a question takes."""
    yield f"  Please write one of: {screen.allowed(question)}{screen.day_form(question)}"
    if question["code"] in screen.WORDS:
        new = "“new” keeps the word as it is in the list. " if "new" in question["answers"] else ""
        yield f"  {new}To use another word, correct the file."
    yield f"  ? says what each of them means; {typed.back_word(question)} goes to the previous question."


def answers_of(id: str) -> str:
    return f"imports/{id}/answers"
