"""`mentorflow forms`: the forms of a program as text, so that each can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.files.program_files import load_programs
from domain.forms.display import describe_form
from domain.forms.model import LANGUAGES
from domain.rules.form_lists import code_lists, describe_use
from domain.rules.form_uses import FormUse
from domain.rules.program_file import ProgramFile

commands = typer.Typer(no_args_is_help=True, help="Forms of a program: list them, or read one.")
Language = Annotated[str, typer.Option(help="en or es.")]


@commands.command("list")
def list_forms(
    program: Annotated[str, typer.Argument(help="Id of a program.")], language: Language = "en"
) -> None:
    """List the forms of a program: who fills in each, from which stage on, and when it is due."""
    _print(lambda: listed(program, _known_language(language)))


@commands.command("show")
def show_form(
    program: Annotated[str, typer.Argument(help="Id of a program.")],
    form: Annotated[str, typer.Argument(help="Id of a form. Without it, all forms.")] = "",
    language: Language = "en",
) -> None:
    """Show a form field by field, in the words that people see when they fill it in."""
    _print(lambda: shown(program, form, _known_language(language)))


def _known_language(language: str) -> str:
    if language not in LANGUAGES:
        raise typer.BadParameter("a language is one of " + ", ".join(LANGUAGES))
    return language


def _print(lines: Callable[[], Iterable[str]]) -> None:
    """Print lines; exit with 1 if a name is unknown."""
    try:
        for line in lines():
            typer.echo(line)
    except NoForm as unknown:
        typer.echo(str(unknown), err=True)
        raise typer.Exit(1) from None


class NoForm(ValueError):
    """There is no such program, or no such form in it; the text names the known ones."""


def listed(program: str, language: str) -> tuple[str, ...]:
    """Return the forms of a program, one on each line: who fills it in, from which stage on, when it is due.

    Raises:
        NoForm: No shipped file has that program.
    """
    file = _program(program)
    return tuple(_line(use, language) for use in file.rules.forms)


def shown(program: str, form: str, language: str) -> tuple[str, ...]:
    """Return one form of a program, or all of them, field by field.

    Raises:
        NoForm: No shipped file has that program, or the program has no such form.
    """
    file = _program(program)
    uses = [use for use in file.rules.forms if form in ("", use.form)]
    if not uses:
        known = ", ".join(use.form for use in file.rules.forms)
        raise NoForm(
            f"{form} is not a form of {program}; write one of {known}" if form else f"{program} has no form"
        )
    return tuple(line for use in uses for line in (*_form(file, use, language), ""))


def _program(program: str) -> ProgramFile:
    programs = load_programs()
    if program not in programs:
        raise NoForm(f"{program} is not a program; write one of {', '.join(programs)}")
    return programs[program]


def _line(use: FormUse, language: str) -> str:
    words = describe_use(use, shipped_forms()[use.form, use.version], language)
    marks = [mark for mark in ("required", "repeats", "archived") if words[mark]]
    marks += [f"kept as {words['kept_as']}"] if words["kept_as"] else []
    marks += [f"survey of {words['audience']}"] if words["audience"] else []
    marks += [f"early end + {words['early_end_days']} days"] if words["early_end_days"] else []
    return (
        f"{words['catalog']:<5}{words['form']:<30}{words['by']:<18}{words['stage']:<13}"
        f"{words['after']} + {words['due_days']} days  {', '.join(marks)}  {words['title']}"
    )


def _form(file: ProgramFile, use: FormUse, language: str) -> Iterator[str]:
    form = shipped_forms()[use.form, use.version]
    form_words = describe_form(
        form, language, code_lists(file.rules, form), lambda code: file.label(code, language)
    )
    yield f"{form_words['catalog']} {form_words['title']} ({form_words['form']}, version {form_words['version']})"
    yield form_words["intro"]
    yield f"by {use.by.value}, stage {use.stage}, due {use.due_days} days after {use.after.value}"
    for number, step in enumerate(form_words.get("scale", ()), 1):
        yield f"  {number} = {step}"
    for number, field in enumerate(form_words["fields"], 1):
        yield from _field(f"{number}.", field, "")


def _field(number: str, field: Mapping[str, Any], indent: str) -> Iterator[str]:
    marks = [field["type"], field["privacy"] if not indent else "", "required" if field["required"] else ""]
    marks += [f"{name} {field[name]}" for name in ("least", "most", "max_chars") if field.get(name)]
    marks += [f"aim {field['aim']}"] if "aim" in field else []
    if "only_with" in field:
        marks.append(f"only with {field['only_with']['field']} = {field['only_with']['value']}")
    marks += ["ours"] if field["ours"] else []
    yield f"{indent}{number:<4}{field['label']}  [{field['key']}: {', '.join(filter(None, marks))}]"
    if "help" in field:
        yield f"{indent}    {field['help']}"
    yield from (f"{indent}    - {option['label']}  [{option['code']}]" for option in field.get("options", ()))
    for column in field.get("columns", ()):
        yield from _field("|", column, indent + "    ")
