"""Faults in the table `aims` of a program file."""

from collections.abc import Collection, Iterator, Mapping

from domain.codec import Fault
from domain.fault_words import UNKNOWN_KEY, missing
from domain.forms.model import LANGUAGES, Words
from domain.languages import Language
from domain.rules.checks.codes import CODE
from domain.rules.form_lists import Forms
from domain.rules.program import Rules


def faults(
    rules: Rules, aims: Mapping[str, Words], forms: Forms | None, languages: Collection[str]
) -> Iterator[Fault]:
    """Return aims without words or that no survey asks about, and survey items of an unknown aim."""
    for code, words in aims.items():
        if not CODE.fullmatch(code):
            yield Fault(f"aims.{code}", "write a code of lower-case letters, digits and _, at most 64")
        for language in words:
            if language not in LANGUAGES:
                yield Fault(f"aims.{code}.{language}", UNKNOWN_KEY)
        for language in dict.fromkeys((Language.EN.value, *languages)):
            text = words.get(language)
            if text is None:
                yield Fault(f"aims.{code}.{language}", missing(str))
            elif not text.strip():
                yield Fault(f"aims.{code}.{language}", "empty; write the words")
    if not aims:
        yield Fault("aims", "empty; write at least one aim")
    if forms is None:
        return
    in_surveys: list[str] = []
    for number, use in enumerate(rules.forms):
        form = forms.get((use.form, use.version)) if use.audience else None
        named = [field.aim for field in form.fields if field.aim] if form else []
        in_surveys += named
        for aim in dict.fromkeys(aim for aim in named if aim not in aims):
            yield Fault(f"forms[{number}].form", f"asks about the aim {aim}; add it to aims")
    for code in aims:
        if code not in in_surveys:
            yield Fault(f"aims.{code}", "no survey asks about this aim; add an item, or remove the aim")
