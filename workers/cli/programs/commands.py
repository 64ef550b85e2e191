"""`mentorflow programs …`: what people do with program files on the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from workers.settings import SettingsError, load_settings

programs = typer.Typer(
    no_args_is_help=True, help="Program files: check them, show one, compare two, try a draft."
)
Named = Annotated[
    str, typer.Argument(help="Id of a program or path of a file; @REGION for a region's rules.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CANNOT = 2  # the exit code of a question that has no answer; 1 says that something differs or is missing


@contextmanager
def _asking() -> Iterator[None]:
    """Say in words why a question has no answer, and end with 2."""
    from activities.adapters.files.program_files import ProgramFileError
    from workers.cli.programs.tables import NoProgram
    from workers.cli.programs.what_if import CannotAsk

    try:
        yield
    except (ProgramFileError, NoProgram, CannotAsk, SettingsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT) from None


@programs.command("check")
def check(files: Annotated[list[Path] | None, typer.Argument()] = None) -> None:
    """Check program files; each fault with file, line and what to write."""
    from workers.cli.programs.files import check as checked

    found = checked(files or ())
    for line in found.lines:
        typer.echo(line)
    raise typer.Exit(0 if found.ok else 1)


@programs.command("schema")
def schema() -> None:
    """Print the JSON Schema of a program file."""
    from domain.rules.schema import schema as made

    typer.echo(json.dumps(made(), indent=2))


@programs.command("show")
def show(
    program: Named,
    region: Annotated[str, typer.Option(help="Show the rules of this region.")] = "",
    as_json: Json = False,
) -> None:
    """Show the rules in force: words, citations, what is ours, what a region sets, what is not executed yet."""
    from workers.cli.programs.files import show as shown
    from workers.cli.programs.files import show_plain

    with _asking():
        lines = [json.dumps(show_plain(program, region), indent=2)] if as_json else shown(program, region)
        for line in lines:
            typer.echo(line)


@programs.command("diff")
def diff(one: Named, other: Named) -> None:
    """Compare two programs, files or regions key by key; exit 0 where they are equal, 1 where not."""
    from workers.cli.programs.files import diff as differing
    from workers.cli.programs.files import of_itself
    from workers.cli.programs.tables import chosen

    with _asking():
        asked = (chosen(one), chosen(other))
    for each in asked:
        for line in of_itself(each):
            typer.echo(line, err=True)
    lines = differing(*asked)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(1 if lines else 0)


@programs.command("what-if")
def what_if(
    file: Annotated[Path, typer.Argument(help="The draft: a program file.")],
    program: Annotated[
        str, typer.Option(help="Whose relationships; those of the draft's program by default.")
    ] = "",
    relationship: Annotated[str, typer.Option(help="One relationship only.")] = "",
    as_json: Json = False,
) -> None:
    """Ask a draft again at each decision on record; exit 0 where nothing differs, 1 where something does."""
    from activities.adapters.files.program_files import read_file
    from domain.codec import to_plain
    from workers.cli.programs.what_if import told, walk

    with _asking():
        draft = read_file(file)
        walked = asyncio.run(walk(load_settings(), draft, program=program, relationship=relationship))
    if as_json:
        typer.echo(json.dumps([to_plain(each) for each in walked], indent=2))
    else:
        for line in told(walked):
            typer.echo(line)
    raise typer.Exit(1 if any(each.found for each in walked) else 0)


@programs.command("coverage")
def coverage(
    file: Annotated[
        Path | None, typer.Argument(help="The list; that of this source tree by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show each requirement with its place and its test, or what it waits for; exit 1 where one is silent or open."""
    from domain.codec import to_plain
    from workers.cli.programs.coverage import LIST, NoList, read, told

    try:
        found = read(file or LIST)
    except NoList as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT) from None
    for line in [json.dumps(to_plain(found), indent=2)] if as_json else told(found):
        typer.echo(line)
    raise typer.Exit(0 if found.ok else 1)
