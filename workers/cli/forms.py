"""`mentorflow forms`: the forms of a program as text, so that every one can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.files.program_files import load_programs
from domain.forms.display import shown_form
from domain.rules.form_lists import code_lists, shown_use
from domain.rules.form_uses import FormUse
from domain.rules.program_file import ProgramFile


class NoForm(ValueError):
    """No such program, or no such form in it; says which there are."""


def listed(program: str, language: str) -> tuple[str, ...]:
    """The forms of a program, one a line: who fills it, from which stage on, when it is due.

    Raises:
        NoForm: No shipped file holds that program.
    """
    file = _program(program)
    return tuple(_line(use, language) for use in file.rules.forms)


def shown(program: str, form: str, language: str) -> tuple[str, ...]:
    """One form of a program, or all of them, field by field.

    Raises:
        NoForm: No shipped file holds that program, or the program has no such form.
    """
    file = _program(program)
    uses = [use for use in file.rules.forms if form in ("", use.form)]
    if not uses:
        known = ", ".join(use.form for use in file.rules.forms)
        raise NoForm(
            f"{form} is no form of {program}; write one of {known}" if form else f"{program} has no form"
        )
    return tuple(line for use in uses for line in (*_form(file, use, language), ""))


def _program(program: str) -> ProgramFile:
    programs = load_programs()
    if program not in programs:
        raise NoForm(f"{program} is no program; write one of {', '.join(programs)}")
    return programs[program]


def _line(use: FormUse, language: str) -> str:
    told = shown_use(use, shipped_forms()[use.form, use.version], language)
    marks = [mark for mark in ("required", "repeats", "archived") if told[mark]]
    marks += [f"kept as {told['kept_as']}"] if told["kept_as"] else []
    marks += [f"survey of {told['audience']}"] if told["audience"] else []
    marks += [f"an early end + {told['early_end_days']} days"] if told["early_end_days"] else []
    return (
        f"{told['catalog']:<5}{told['form']:<30}{told['by']:<18}{told['stage']:<13}"
        f"{told['after']} + {told['due_days']} days  {', '.join(marks)}  {told['title']}"
    )


def _form(file: ProgramFile, use: FormUse, language: str) -> Iterator[str]:
    form = shipped_forms()[use.form, use.version]
    told = shown_form(form, language, code_lists(file.rules, form), lambda code: file.label(code, language))
    yield f"{told['catalog']} {told['title']} ({told['form']}, version {told['version']})"
    yield told["intro"]
    yield f"by {use.by.value}, stage {use.stage}, due {use.due_days} days after {use.after.value}"
    for number, words in enumerate(told.get("scale", ()), 1):
        yield f"  {number} = {words}"
    for number, field in enumerate(told["fields"], 1):
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
