"""`mentorflow programs …`: the commands, each in a few lines; what they do is in the file of the same name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from activities.adapters.files.program_files import ProgramFileError, read_file
from domain.codec import to_plain
from domain.rules import schema as program_schema
from workers.cli.programs import check as checking
from workers.cli.programs import coverage as requirements
from workers.cli.programs import diff as comparing
from workers.cli.programs import show as showing
from workers.cli.programs.tables import NoProgram, chosen, region_remark
from workers.settings import SettingsError, load_settings

commands = typer.Typer(
    no_args_is_help=True, help="Program files: check them, show one, compare two, try a draft."
)
Named = Annotated[
    str, typer.Argument(help="Id of a program, or path of a file; add @REGION for a region's rules.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CANNOT = 2  # the exit code of a question that has no answer; 1 means that something differs or is missing


@contextmanager
def _answerable(*further: type[ValueError]) -> Iterator[None]:
    """Say why a question has no answer, and exit with 2."""
    refusals: tuple[type[BaseException], ...] = (ProgramFileError, NoProgram, SettingsError, *further)
    try:
        yield
    except refusals as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT) from None


@commands.command("check")
def check(files: Annotated[list[Path] | None, typer.Argument()] = None) -> None:
    """Check program files, and print each fault with its file, its line and what to write."""
    found = checking.check(files or ())
    for line in found.lines:
        typer.echo(line)
    raise typer.Exit(0 if found.ok else 1)


@commands.command("schema")
def schema() -> None:
    """Print the JSON Schema of a program file."""
    typer.echo(json.dumps(program_schema.schema(), indent=2))


@commands.command("show")
def show(
    program: Named,
    region: Annotated[str, typer.Option(help="Show the rules of this region.")] = "",
    as_json: Json = False,
) -> None:
    """Show the rules in force: words, citations, what is ours, what regions set, and what is not executed yet."""
    with _answerable():
        lines = (
            [json.dumps(showing.show_plain(program, region), indent=2)]
            if as_json
            else showing.show(program, region)
        )
        for line in lines:
            typer.echo(line)


@commands.command("diff")
def diff(one: Named, other: Named) -> None:
    """Compare two programs, files or regions key by key; exit with 0 if they are equal, else with 1."""
    with _answerable():
        both = (chosen(one), chosen(other))
    for each in both:
        for line in region_remark(each):
            typer.echo(line, err=True)
    lines = comparing.diff(*both)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(1 if lines else 0)


@commands.command("what-if")
def what_if(
    file: Annotated[Path, typer.Argument(help="The draft: a program file.")],
    program: Annotated[
        str, typer.Option(help="Which program's relationships; by default those of the draft's program.")
    ] = "",
    relationship: Annotated[str, typer.Option(help="One relationship only.")] = "",
    as_json: Json = False,
) -> None:
    """Repeat each recorded decision under a draft; exit with 0 if nothing differs, else with 1."""
    from workers.cli.programs.what_if import CannotAsk, lines, walk  # late: it loads the database layer

    with _answerable(CannotAsk):
        draft = read_file(file)
        walked = asyncio.run(walk(load_settings(), draft, program=program, relationship=relationship))
    if as_json:
        typer.echo(json.dumps([to_plain(each) for each in walked], indent=2))
    else:
        for line in lines(walked):
            typer.echo(line)
    raise typer.Exit(1 if any(each.found for each in walked) else 0)


@commands.command("coverage")
def coverage(
    file: Annotated[
        Path | None, typer.Argument(help="The list; by default that of this source tree.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show each requirement with its place and test, or what it waits for; exit with 1 if one is missing or open."""
    try:
        found = requirements.read(file or requirements.LIST)
    except requirements.NoList as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT) from None
    for line in [json.dumps(to_plain(found), indent=2)] if as_json else requirements.lines(found):
        typer.echo(line)
    raise typer.Exit(0 if found.ok else 1)
