"""The files that somebody names: lists, or folders with lists in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import typer

from activities.adapters.files.roster.columns import RosterKind
from domain.in_words import anded
from workers.cli.imports.pasted import pasted
from workers.file_words import unreadable

ENDINGS: Final = (".csv", ".xlsx", ".tsv", ".txt")
Part = tuple[str, tuple[str, bytes, str]]


def parts_of(paths: Iterable[Path]) -> list[Part]:
    """Return the files as parts of a request; a file with the name of a kind is of that kind.

    Files with the same name are told apart by their folders.
    """
    found = [file for path in paths for file in _files(path)]
    kinds = {kind.value for kind in RosterKind}
    short = [file.name for file in found]
    taken: set[str] = set()
    parts: list[Part] = []
    for file in found:
        kind = file.stem.casefold()
        field = kind if kind in kinds and kind not in taken else "files"
        taken.add(field)
        name = f"{file.absolute().parent.name}/{file.name}" if short.count(file.name) > 1 else file.name
        parts.append((field, (name, _content(file), "application/octet-stream")))
    return parts


def _files(path: Path) -> list[Path]:
    try:
        if not path.exists():
            raise typer.BadParameter(f"there is no file or folder {path}")
        if not path.is_dir():
            return [path]
        inside = sorted(path.iterdir())
    except OSError as fault:
        raise typer.BadParameter(unreadable(path, fault)) from None
    kinds = [kind.value for kind in RosterKind]
    found = [
        file
        for kind in kinds
        for file in inside
        if file.stem.casefold() == kind and file.suffix.casefold() in ENDINGS
    ]
    others = [file.name for file in inside if file not in found and _may_be_a_list(file)]
    if not found:
        names = ", ".join(f"{kind}.csv" for kind in kinds)
        raise typer.BadParameter(
            f"no {kinds[0]}.csv in {path}, and none of the other lists ({names}; or .xlsx)"
            + (f". {_there(others, path)}" if others else "")
        )
    if others:
        typer.echo(f"Not read in {path}: {_there(others, path)}", err=True)
    return found


def _may_be_a_list(file: Path) -> bool:
    """Return whether a file of a folder can be a list under a name of its own; not what programs hide there."""
    return file.suffix.casefold() in ENDINGS and not file.name.startswith((".", "~")) and file.is_file()


def _there(names: list[str], folder: Path) -> str:
    """Return which files of a folder are not read, and how they are."""
    many = len(names) > 1
    example = pasted("import", folder / names[0])
    return (
        f"{anded(names)} {'are' if many else 'is'} there. "
        f"To import {'it' if not many else 'them'}, name {'each' if many else 'it'}: {example}"
    )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise typer.BadParameter(unreadable(file, fault)) from None
