"""Form files on disk. The shipped ones are in the folder ``forms`` next to the program files."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import domain
from activities.adapters.files.toml import FileFault, ProgramFileError, file_fault, read_toml, shown
from domain.forms.file import read_form
from domain.forms.model import Form, words_in

FORMS: Final = Path(domain.__file__).resolve().parent / "programs" / "forms"
Forms = dict[tuple[str, str], Form]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFiles:
    """The forms of some files by id and version, and the faults of the files that hold none, by the form's id."""

    forms: Forms = field(default_factory=dict)
    faulty: Mapping[str, tuple[FileFault, ...]] = field(default_factory=dict)


def read_form_file(path: Path) -> Form:
    """Read and check one form file.

    Raises:
        ProgramFileError: It cannot be read, is not TOML, or contains something that is not allowed in a form.
    """
    form = read_toml(path, read_form)
    if _id_of(path) != form.id:
        raise ProgramFileError(
            [file_fault(shown(path), 1, f"holds the form {form.id}; name the file {form.id}.toml")]
        )
    return form


def read_forms(paths: Iterable[Path]) -> FormFiles:
    """Return the forms of some files. A version that is in two files is in none, because either could be meant."""
    forms: Forms = {}
    faulty: dict[str, tuple[FileFault, ...]] = {}
    twice: set[tuple[str, str]] = set()
    for path in paths:
        try:
            form = read_form_file(path)
        except ProgramFileError as error:
            faulty[_id_of(path)] = (*faulty.get(_id_of(path), ()), *error.faults)
            continue
        if form.key in forms:
            twice.add(form.key)
            problem = f"version {form.version} of {form.id} is in another file too"
            fault = file_fault(shown(path), 1, f"{problem}; write another version, or remove one of the two")
            faulty[form.id] = (*faulty.get(form.id, ()), fault)
        forms[form.key] = form
    return FormFiles(forms={key: form for key, form in forms.items() if key not in twice}, faulty=faulty)


def _id_of(path: Path) -> str:
    """Return the id of the form that a file holds, by its name: a later version may be in ``form.2.toml``."""
    return path.stem.partition(".")[0]


def form_files(folder: Path = FORMS) -> tuple[Path, ...]:
    """Return the form files of a folder, by name; none if there is no such folder."""
    return tuple(sorted(folder.glob("*.toml")))


@cache
def shipped_form_files() -> FormFiles:
    """Return what the form files of the software hold, read once for each process because they are part of it."""
    return read_forms(form_files())


def shipped_forms() -> Forms:
    """Return the forms that come with the software and can be used."""
    return shipped_form_files().forms


def form_title(id: str, language: str) -> str:
    """Return the title of a shipped form in its newest version, or its id if there is no longer such a form."""
    titles = [words_in(form.title, language) for (known, _), form in shipped_forms().items() if known == id]
    return titles[-1] if titles else id


def forms_for(program: Path) -> FormFiles:
    """Return the forms that a program file may use: the shipped ones, and those in a folder ``forms`` next to it."""
    beside = Path(os.path.realpath(program)).parent / "forms"
    if beside == FORMS:
        return shipped_form_files()
    own = form_files(beside)
    return read_forms((*form_files(), *own)) if own else shipped_form_files()
