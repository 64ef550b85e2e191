"""What a program file must not leave out beside its rules: words in a language it offers, days of a year it runs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from domain.calendar import Calendar
from domain.codec import Fault, to_plain
from domain.forms.model import LONGEST_LONG_TEXT, LONGEST_TEXT, text_problem
from domain.languages import Language
from domain.rules.program import TermDates

CYCLES = 2  # whole ones that the dated tables reach over: this one and the next


def word_faults(languages: tuple[Language, ...], wording: Any, words: Mapping[str, Any]) -> Iterator[Fault]:
    """Languages without words, words without a language, names left blank (REQUIREMENTS 9: language needs)."""
    if not languages:
        yield Fault("languages", "empty; write at least one of " + ", ".join(each.value for each in Language))
        return
    for number, language in enumerate(languages):
        if language in languages[:number]:
            yield Fault(f"languages[{number}]", f"{language.value} stands twice; remove one")
    for language in languages[1:]:
        if language.value not in words:
            here = f"words.{language.value}"
            yield Fault(here, f"missing; write the tables [{here}.wording] and [{here}.labels]")
    further = [language.value for language in languages[1:]]
    for code in words:
        if code == languages[0].value:
            yield Fault(
                f"words.{code}", "the first language has its words in [wording] and [labels]; remove it"
            )
        elif code not in further:
            yield Fault(f"words.{code}", "not in languages; add it there, or remove the words")
    tables = {"wording": wording} | {f"words.{code}.wording": each.wording for code, each in words.items()}
    for path, table in tables.items():
        for each in fields(table):
            if not getattr(table, each.name).strip():
                yield Fault(f"{path}.{each.name}", "empty; write how the program calls it")


def text_faults(frame: Any) -> Iterator[Fault]:
    """Texts that are too long or hold signs that nobody sees: they stand in mails, and in the Letter word by word."""
    for name in ("title", "wording", "charter", "aims", "labels", "words"):
        for path, text in _texts(to_plain(getattr(frame, name)), name):
            most = LONGEST_LONG_TEXT if "labels" in path.split(".") else LONGEST_TEXT
            if problem := text_problem(text, most=most):
                yield Fault(path, problem)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text below a value, with its key path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _texts(below, f"{path}.{key}")
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _texts(below, f"{path}[{number}]")


def cover_faults(calendar: Calendar, cycle: Callable[[int], TermDates]) -> Iterator[Fault]:
    """Dated tables that do not reach over two whole years of the program, or leave one out in between (K10).

    ``cycle`` gives the dates of the program's year that begins in a calendar year. A program may have no breaks at all.
    """
    years = sorted({day.year for day in calendar.holidays})
    if not years:
        yield Fault(
            "calendar.holidays", "empty; write the holidays of this year of the program and of the next"
        )
        return
    for year in range(years[0], years[-1]):
        if year not in years:
            yield Fault("calendar.holidays", f"none in {year}; write those of that year")
    whole = [
        term
        for term in (cycle(year) for year in range(years[0], years[-1] + 1))
        if years[0] <= term.first.year and term.last.year <= years[-1]
    ]
    if len(whole) < CYCLES:
        needed = cycle(years[0] + CYCLES - 1).last.year
        yield Fault(
            "calendar.holidays", f"cover less than {CYCLES} years of the program; write those to {needed}"
        )
    for term in whole if calendar.breaks else ():
        if not any(pause.first <= term.last and term.first <= pause.last for pause in calendar.breaks):
            when = f"{term.first.isoformat()} to {term.last.isoformat()}"
            yield Fault("calendar.breaks", f"none in the year {when}; write the breaks of that year")
