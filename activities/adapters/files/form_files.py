"""Form files on disk. The shipped ones are in the folder ``forms`` next to the program files."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import domain
from activities.adapters.files.toml import ProgramFileError, file_fault, read_toml, shown
from domain.forms.file import read_form
from domain.forms.model import Form, words_in

FORMS: Final = Path(domain.__file__).resolve().parent / "programs" / "forms"
Forms = dict[tuple[str, str], Form]


def read_form_file(path: Path) -> Form:
    """Read and check one form file.

    Raises:
        ProgramFileError: It cannot be read, is not TOML, or contains something that is not allowed in a form.
    """
    form = read_toml(path, read_form)
    if path.stem.partition(".")[0] != form.id:
        raise ProgramFileError(
            [file_fault(shown(path), 1, f"holds the form {form.id}; name the file {form.id}.toml")]
        )
    return form


def load_forms(paths: Iterable[Path]) -> Forms:
    """Return forms by id and version.

    Raises:
        ProgramFileError: A file is wrong, or two files hold the same version of a form.
    """
    forms: Forms = {}
    for path in paths:
        form = read_form_file(path)
        if form.key in forms:
            twice = f"version {form.version} of {form.id} is in another file too"
            raise ProgramFileError(
                [file_fault(shown(path), 1, f"{twice}; write another version, or remove one of the two")]
            )
        forms[form.key] = form
    return forms


def form_files(folder: Path = FORMS) -> tuple[Path, ...]:
    """Return the form files of a folder, by name; none if there is no such folder."""
    return tuple(sorted(folder.glob("*.toml")))


@cache
def shipped_forms() -> Forms:
    """Return the forms that come with the software, read once for each process because they are part of it."""
    return load_forms(form_files())


def form_title(id: str, language: str) -> str:
    """Return the title of a shipped form in its newest version, or its id if there is no such form any more."""
    titles = [words_in(form.title, language) for (known, _), form in shipped_forms().items() if known == id]
    return titles[-1] if titles else id


def forms_for(program: Path) -> Forms:
    """Return the forms that a program file may use: the shipped ones, and those in a folder ``forms`` next to it."""
    beside = program.resolve().parent / "forms"
    if beside == FORMS:
        return shipped_forms()
    own = form_files(beside)
    return load_forms((*form_files(), *own)) if own else shipped_forms()
