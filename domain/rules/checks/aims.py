"""Faults in the table `aims` of a program file."""

from collections.abc import Iterator, Mapping

from domain.codec import Fault
from domain.forms.model import Words
from domain.rules.checks.values import CODE
from domain.rules.form_lists import Forms
from domain.rules.program import Rules


def faults(rules: Rules, aims: Mapping[str, Words], forms: Forms | None) -> Iterator[Fault]:
    """Return aims without words, aims that no survey asks about, and survey items about an unknown aim."""
    for code, words in aims.items():
        if not CODE.fullmatch(code):
            yield Fault(f"aims.{code}", "write a code of lower-case letters, digits and _, at most 64")
        for language in ("en", "es"):
            if not words.read(language).strip():
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
