"""Faults in the table `labels` of a program file, in any language."""

from collections.abc import Iterator, Mapping

from domain.codec import Fault
from domain.fault_words import unknown_keys
from domain.rules.checks import agreement
from domain.rules.checks.codes import code_lists
from domain.rules.program import Rules


def faults(
    rules: Rules, regional: tuple[Rules, ...], labels: Mapping[str, Mapping[str, str]]
) -> Iterator[Fault]:
    """Return codes without words, words without a code, and sentences of the Letter without a placeholder.

    ``regional`` has the rules of regions with overrides: their codes need words, too. ``labels`` has the words of each
    language, by the key path of their table.
    """
    everywhere = (pair for each in (rules, *regional) for pair in code_lists(each))
    codes = dict.fromkeys(code for _, value in everywhere for code in value)
    used = codes | dict.fromkeys(rule.kind for rule in rules.money)
    used |= dict.fromkeys(code for each in (rules, *regional) for code in agreement.letter_codes(each))
    used |= dict.fromkeys(pause.name for pause in rules.calendar.breaks)
    for table, words in labels.items():
        for each in (rules, *regional):
            yield from agreement.gap_faults(each, words, table)
        for code in used:
            if not words.get(code, "").strip():
                yield Fault(f"{table}.{code}", "missing; write the words for this code")
        unused = [code for code in words if code not in used]
        for code, problem in unknown_keys(unused, used.keys() - words.keys(), "no rule uses this code"):
            yield Fault(f"{table}.{code}", problem)
