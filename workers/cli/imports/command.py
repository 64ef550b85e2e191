"""`mentorflow import`: shows what lists would change, asks what is unclear, and takes over on yes."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.write import write_template
from domain.ids import is_id
from workers.cli.imports import ending, screen
from workers.cli.imports.answers import (
    chosen,
    from_file,
    so_far,
    to_be_written,
    unchosen,
    unused_lines,
    write_answers,
    write_given,
)
from workers.cli.imports.asking import (
    REFUSED,
    Importing,
    answered_again,
    answers_of,
    asked_in_turn,
    said_yes,
    say_how_to_go_on,
    stoppable,
)
from workers.cli.imports.counts import many
from workers.cli.imports.files import Part, parts_of
from workers.cli.imports.help import HELP
from workers.cli.imports.scope import codes, demand_files, scope_of
from workers.cli.request import Token, Url
from workers.file_words import unwritable

commands = typer.Typer()
OPEN = 3
PAUSE: Final = 0.3
LOOKS: Final = 200
"""How often the progress is read while no relationship more is open, before the office is left to go on by itself."""
_TAKEN: Final = ("new", "changed", "moved", "lapsed")
"""What rows come to that a take-over writes."""


@commands.command("import", help=HELP)
def import_lists(
    token: Token = "",
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Lists (csv or xlsx), or a folder with people.csv, memberships.csv, mentors.csv, …"
        ),
    ] = None,
    term: Annotated[
        str, typer.Option(help="The term that people apply for: its id, or its name, such as 2026-27.")
    ] = "",
    program: Annotated[str, typer.Option(help="The program of a term that is given by its name.")] = "",
    association: Annotated[
        str,
        typer.Option(
            help="Code of your association, for lists without applications. If you serve only one, leave it out."
        ),
    ] = "",
    complete: Annotated[
        list[str] | None,
        typer.Option(
            help="A class of membership, such as active: the list of memberships has everybody in this class. You are "
            "asked about who is missing from it. For several classes write it several times."
        ),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            help="With --complete: the regions for which the list is complete. Without it, all those that you serve."
        ),
    ] = None,
    preview: Annotated[bool, typer.Option(help="Show what would change, and change nothing.")] = False,
    answers: Annotated[
        Path | None,
        typer.Option(
            help="A file with answers to the questions, which --write-answers has written and you have filled in. A "
            "yes to a lapse in it counts as yours."
        ),
    ] = None,
    new_answers: Annotated[
        Path | None,
        typer.Option(
            "--write-answers",
            metavar="FILE",
            help="Write the answers given so far and the open questions to this file, to be filled in for --answers.",
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option(
            help="Take over without asking, and say yes where only a yes is proposed. It never says yes to a lapse."
        ),
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            help="Write refused to take over the rest without the refused rows, or questions to leave out the rows "
            "that wait for an answer. Who is missing and not answered for keeps the membership."
        ),
    ] = None,
    template: Annotated[
        RosterKind | None,
        typer.Option(help="Write an empty list of this kind with one example row, and do nothing else."),
    ] = None,
    going_on: Annotated[
        str,
        typer.Option(
            "--continue",
            metavar="ID",
            help="Continue an import that was shown before, instead of sending lists. Its id was printed then.",
        ),
    ] = "",
    url: Url = "",
) -> None:
    """Bring lists into the office, after showing what they would change; see ``HELP``."""
    if template is not None:
        _write_template(template)
        return
    if going_on and (files or term or program or association or complete or region):
        raise typer.BadParameter(
            "--continue works on lists that the office already has, so name no other list, term or association"
        )
    if not files and not going_on:
        raise typer.BadParameter("name the lists to import, or a folder with them")
    if region and not complete:
        raise typer.BadParameter(
            "--region says for which regions a list is complete; name the class with --complete as well"
        )
    if unknown := {*(without or ())} - {"refused", "questions"}:
        raise typer.BadParameter(f"--without takes refused or questions, not {', '.join(sorted(unknown))}")
    importing = Importing(
        token=token,
        url=url,
        ask=is_terminal() and not preview and not yes,
        yes=yes,
        preview=preview,
        without=tuple(without or ()),
        write_answers="" if new_answers is None else to_be_written(new_answers, answers),
    )
    given = from_file(answers) if answers else {}
    if going_on:
        proposal = _continued(importing, going_on)
    else:
        classes, regions = codes(complete), codes(region)
        demand_files(files or (), classes)
        parts = parts_of(files or [])
        about = scope_of(importing.send, term, program, association.strip().casefold())
        if classes:
            about["complete_classes"] = ",".join(classes)
        if regions:
            about["complete_regions"] = ",".join(regions)
        if preview:
            about["preview"] = "yes"
        proposal = _propose(importing, parts, about)
    _carry_out(importing, proposal, given)


def is_terminal() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty()


def _carry_out(importing: Importing, proposal: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Answer a proposal's questions and take it over, again where something has changed meanwhile."""
    while True:
        proposal = _answered(importing, proposal, given)
        ready = _ready(importing, proposal, given)
        if not _agree(ready, proposal, importing, given):
            changed, proposal = answered_again(importing, proposal)
            given = {id: value for id, value in given.items() if id != changed}
            continue
        operation = _taken_over(ready, proposal)
        if operation["state"] != "overtaken":
            break
        for line in ending.overtaken_lines(operation):
            typer.echo(line, err=True)
        if not importing.ask:
            say_how_to_go_on(importing, proposal)
            raise typer.Exit(REFUSED)
        proposal = importing.send("GET", f"imports/{proposal['id']}")
    if operation["state"] == "failed":
        because = operation["failed_because"]
        typer.echo(
            f"Nothing was taken over: it could not be stored ({because}). Correct the lists.", err=True
        )
        raise typer.Exit(REFUSED)
    typer.echo(ending.done_line(operation, proposal, ready.without))
    if operation["state"] == "running":
        typer.echo(ending.left_line(operation))
    if operation["not_opened"]:
        for line in ending.not_opened_lines(operation):
            typer.echo(line, err=True)
        raise typer.Exit(REFUSED)


def _propose(importing: Importing, parts: list[Part], about: Mapping[str, str]) -> Mapping[str, Any]:
    return importing.send("POST", "imports", data=about, files=parts)


def _continued(importing: Importing, id: str) -> Mapping[str, Any]:
    """Return what an import that was shown before would do now; end in words where it is over."""
    if not is_id(id):
        raise typer.BadParameter(
            "--continue takes the id of an import: 32 letters and digits, printed where the import stopped"
        )
    return importing.send("POST", answers_of(id), json={"answers": {}})


def _answered(
    importing: Importing, proposal: Mapping[str, Any], given: Mapping[str, str]
) -> Mapping[str, Any]:
    """Show a proposal and answer its questions; end where that is not possible, or where only a preview is wanted."""
    said: dict[str, str] = {}
    proposal = _filed(importing, proposal, given, said)
    asked = {each["id"] for each in (*proposal["questions"], *proposal.get("kept", ()))}
    used = asked.union(said, proposal.get("used", ()))
    if unused := [id for id in given if id not in used]:
        for line in unused_lines(unused, proposal):
            typer.echo(line, err=True)
    if undecided := unchosen(proposal, given):
        typer.echo(f"Nothing has been chosen yet in the file for: {', '.join(undecided)}.", err=True)
    seen: set[str] = set()
    _show(importing, proposal, seen)
    tried: list[str] = []
    told: set[str] = set()
    while importing.asks_questions and (
        left := [each for each in screen.yours(screen.still_open(proposal)) if each["id"] not in tried]
    ):
        refused, before = proposal["refused"], proposal
        if told and (more := [each for each in left if each["id"] not in told]):
            typer.echo(f"\nThese answers bring {many(len(more), 'more question', 'more questions')}.")
        told |= {each["id"] for each in left}
        proposal = asked_in_turn(importing, proposal, left, tried)
        proposal = _filed(importing, proposal, given, said)
        if proposal is not before:
            typer.echo("")
            _show(importing, proposal, seen, known=refused)
    return proposal


def _filed(
    importing: Importing, proposal: Mapping[str, Any], given: Mapping[str, str], said: dict[str, str]
) -> Mapping[str, Any]:
    """Give the answers of the file and of ``--yes``, as far as they were not ``said`` before."""
    while answers := {
        id: value for id, value in chosen(proposal, given, yes=importing.yes).items() if said.get(id) != value
    }:
        proposal = importing.send("POST", answers_of(proposal["id"]), json={"answers": answers})
        said.update(answers)
    return proposal


def _show(
    importing: Importing, proposal: Mapping[str, Any], seen: set[str], known: Sequence[Any] = ()
) -> None:
    """Show of a proposal what was not ``seen`` before, and the refusals that are not ``known``."""
    for line in screen.fresh(screen.lines(proposal, asks=importing.ask), seen):
        typer.echo(line)
    refused = [each for each in proposal["refused"] if each not in known]
    if refused:
        typer.echo("\nRefused until the file is corrected:", err=True)
    for line in screen.refusal_lines(refused):
        typer.echo(line, err=True)


def _ready(importing: Importing, proposal: Mapping[str, Any], given: Mapping[str, str]) -> Importing:
    """Return how a proposal is taken over; end where it cannot be, or where only a preview is wanted.

    In a terminal, what is refused or still open is left out if somebody then says yes to the rest.
    """
    left = screen.still_open(proposal)
    unasked = [each for each in left if not importing.asks_questions or each not in screen.yours(left)]
    for number, question in enumerate(unasked, 1):
        for line in screen.question_lines(question, number, len(unasked)):
            typer.echo(line)
    if (blocked := _blocked(importing, proposal)) and importing.ask and ending.writes(proposal):
        return replace(importing, without=(*importing.without, *blocked))
    _say_how_to_answer(importing, proposal, given)
    if blocked:
        _end_unready(importing, proposal, blocked)
    if not any(proposal["counts"][kind] for kind in _TAKEN):
        typer.echo(ending.nothing_line(proposal, importing.without))
        answers = any(each["answer"] for each in proposal["questions"])
        if importing.preview or not answers or not (importing.ask or importing.yes):
            raise typer.Exit(0)
    if importing.preview:
        typer.echo("\nThis is a preview; nothing was changed. Without --preview you can take it over.")
        say_how_to_go_on(importing, proposal)
        raise typer.Exit(0)
    return importing


def _blocked(importing: Importing, proposal: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why a proposal cannot be taken over as a whole, as --without names it."""
    there = {"refused": proposal["refused"], "questions": screen.still_open(proposal)}
    return tuple(name for name, found in there.items() if found and name not in importing.without)


def _say_how_to_answer(importing: Importing, proposal: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Say how open questions are answered in a file, and write that file if it is wanted."""
    done = so_far(proposal, given, yes=importing.yes)
    if screen.yours(screen.still_open(proposal)):
        if importing.write_answers:
            write_answers(importing.write_answers, proposal, screen.answers_file(proposal, done))
        for line in screen.to_fill_in(proposal, done, importing.going_on, importing.write_answers):
            typer.echo(line)
    elif importing.write_answers:
        typer.echo(write_given(importing.write_answers, proposal, done))


def _end_unready(importing: Importing, proposal: Mapping[str, Any], blocked: Sequence[str]) -> NoReturn:
    """End where rows are refused or questions open, and say how to take over the rest."""
    refused = "refused" in blocked
    if refused and not any(proposal["counts"][kind] for kind in (*_TAKEN, "question", "unchanged")):
        typer.echo(screen.nothing_can(proposal), err=True)
        raise typer.Exit(REFUSED)
    if refused:
        typer.echo("Rows are refused. Correct the file and import it again.", err=True)
    if "questions" in blocked:
        typer.echo("Questions are open: answer them first.", err=True)
        for line in screen.for_others(proposal):
            typer.echo(line, err=True)
    if ending.writes(proposal):
        without = [part for name in (*importing.without, *blocked) for part in ("--without", name)]
        out = ending.left_out(proposal, (*importing.without, *blocked))
        rest = f" without {out}" if out else ""
        typer.echo(f"Or take over the rest{rest}: {importing.going_on(proposal, *without)}", err=True)
    say_how_to_go_on(importing, proposal)
    raise typer.Exit(REFUSED if refused else OPEN)


def _agree(
    ready: Importing, proposal: Mapping[str, Any], importing: Importing, given: Mapping[str, str]
) -> bool:
    """Ask for the yes to a take-over; end without it. No agreement is a wish to change an answer.

    ``importing`` is how the import began: of what ``ready`` leaves out beside that, nobody has spoken yet.
    """
    agreed: bool | None = True
    for line in ending.left_out_lines(proposal, ready.without):
        typer.echo(line)
    rest = ready.without != importing.without
    if ready.ask:
        typer.echo(f"\n{ending.totals(proposal)}" if ending.writes(proposal) else "")
        asks = ending.agreement(proposal, ready.without, rest=rest)
        with stoppable(proposal, {}, ready):
            agreed = said_yes(asks, partial(ending.everything, proposal, ready.without))
    if agreed is None:
        return False
    if not agreed:
        typer.echo("Nothing was changed.")
        if rest:
            _say_how_to_answer(importing, proposal, given)
            _end_unready(importing, proposal, _blocked(importing, proposal))
        say_how_to_go_on(importing, proposal)
        raise typer.Exit(0)
    if not ready.ask and not ready.yes:
        add = importing.going_on(proposal, "--yes")
        typer.echo(f"\nNothing was changed: there is nobody to ask. To take it over: {add}", err=True)
        raise typer.Exit(OPEN)
    return True


def _taken_over(importing: Importing, proposal: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take over, and show how far it is."""
    body = {"digest": proposal["digest"], "without": list(importing.without)}
    begun = importing.send("POST", f"imports/{proposal['id']}/take-over", json=body)
    operation = importing.send("GET", f"operations/{begun['operation']}")
    while operation["state"] == "running" and not operation["total"]:
        time.sleep(PAUSE)
        operation = importing.send("GET", f"operations/{begun['operation']}")
    if operation["state"] == "running":
        with typer.progressbar(length=operation["total"], label="Opening relationships") as bar:
            shown, still = 0, 0
            while operation["state"] == "running" and still < LOOKS:
                bar.update(operation["done"] - shown)
                still = still + 1 if operation["done"] == shown else 0
                shown = operation["done"]
                time.sleep(PAUSE)
                operation = importing.send("GET", f"operations/{begun['operation']}")
            bar.update(operation["done"] - shown)
    return operation


def _write_template(kind: RosterKind) -> None:
    file = Path(f"{kind.value}.csv")
    if file.exists():
        raise typer.BadParameter(f"{file} already exists; move it away first")
    try:
        file.write_bytes(write_template(kind))
    except OSError as fault:
        raise typer.BadParameter(unwritable(file.absolute(), fault)) from None
    typer.echo(f"Wrote {file}: the columns, and one example row, which an import leaves out.")
