"""A program file: one association's program as data, checked before it decides anything (DESIGN section 6).

This module turns plain values into a ``ProgramFile``. It names every fault by its key path, and an adapter finds the
line. The part that decisions need, ``Rules``, is passed on as canonical text with its digest, without the program's own
names and labels.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Final

from domain.codec import CodecError, Fault, from_plain
from domain.fault_citations import cite_faults
from domain.fault_words import unknown_keys
from domain.forms.model import Form
from domain.languages import Language, language_for
from domain.rules.agreement_text import words_for
from domain.rules.checks import (
    agreement,
    aims,
    calendar,
    endings,
    labels,
    ladders,
    monthly_record,
    overridable,
    policies,
    regions,
    survey,
    values,
    wording,
)
from domain.rules.checks import forms as form_checks
from domain.rules.checks.rules import rule_faults
from domain.rules.form_lists import form_digests
from domain.rules.frame import Frame, ProgramNames
from domain.rules.overrides import apply_overrides
from domain.rules.program import Appeal, Lapse, Refusals, Rules
from domain.rules.term import REGION_AUDIENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFile:
    """One version of one program. ``citations`` has the requirement ids of each table, by its key path."""

    frame: Frame
    rules: Rules
    citations: Mapping[str, tuple[str, ...]]

    @property
    def program(self) -> str:
        """The program's id."""
        return self.rules.program

    @property
    def association(self) -> str:
        """The code of the association; programs of one association share people and regions."""
        return self.frame.association

    @property
    def version(self) -> str:
        """The version of the file; the digest of the rules says what it means."""
        return self.rules.version

    @property
    def title(self) -> str:
        """The program's name, as people read it."""
        return self.frame.title

    @property
    def wording(self) -> ProgramNames:
        """The program's own names for things, in its first language."""
        return self.frame.wording

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that the program offers; the first is for people who read none of them."""
        return self.frame.languages

    def wording_in(self, language: str) -> ProgramNames:
        """Return the program's own names for things, in ``language`` or else in its first language."""
        further = self.frame.words.get(language_for(language, self.languages).value)
        return further.wording if further else self.frame.wording

    @property
    def mentor_capacity(self) -> int:
        """The most mentees that a mentor can have, unless another number is recorded for the person."""
        return self.frame.policies.mentor_capacity

    def label(self, code: str, language: str = "") -> str:
        """Return the words for a code in ``language``, or else in the first one; without words, the code itself."""
        return self.word(code, language) or code.replace("_", " ")

    def word(self, code: str, language: str = "") -> str:
        """Return the words for a code in ``language``, or else in the first one; empty if the file has none."""
        further = self.frame.words.get(language_for(language, self.languages).value)
        labels = further.labels if further else self.frame.labels
        return labels.get(code, "")

    def rules_for(self, region: str) -> Rules:
        """Return the rules of a region: the program's, with the fields that the region overrides (MASA-2)."""
        own = self.frame.regions.get(region)
        return _worded(apply_overrides(self.rules, own), self.frame) if own else self.rules


_OF_RULES = frozenset(each.name for each in fields(Rules)) - {"form_digests"}
_OF_FRAME = frozenset(each.name for each in fields(Frame))
_SHARED = ("program", "version")
WORDS = "letter_words"
NONE = "none"
OR_NONE = ("monthly_record", "log_check", "region_contact", "term_surveys", "order_reasons")
"""Tables that a file must write, or set to ``none``; it cannot leave one out."""
SAID: Final[Mapping[str, type[Enum]]] = {
    "refusals": Refusals,
    "refusal_appeal": Appeal,
    "membership_lapse": Lapse,
}
"""Fields that every file must write, although the stored rules of earlier versions do not have them."""
# Each of these tables cites its requirements. `money` does so in each entry, as part of the rule.
CITING = (
    "calendar",
    "charter",
    "intake",
    "eligibility",
    "matching",
    "contact",
    "agreement",
    "meetings",
    "observations",
    "cover",
    "schedule",
    "survey",
    "recognition",
    "ladders",
    "monthly_record",
    "log_check",
    "region_contact",
    "term_surveys",
    "order_reasons",
    "aims",
    "cycle",
    "policies",
    "retention",
    "endings",
)


def read_program(data: Mapping[str, Any], forms: Mapping[tuple[str, str], Form] | None = None) -> ProgramFile:
    """Return a program from the plain values of its file; raises ``CodecError`` with every fault and its key path.

    ``forms`` are all forms by id and version. Without them, the program's use of forms is not checked against them.
    """
    faults: list[Fault] = []
    citations: dict[str, tuple[str, ...]] = {}
    plain = _without_none(data, faults)
    if plain.pop(WORDS, None) is not None:
        faults.append(Fault(WORDS, "comes from the labels; remove it"))
    for name in CITING:
        if isinstance(plain.get(name), Mapping):
            table = dict(plain[name])
            citations[name] = tuple(cite_faults(f"{name}.cites", table.pop("cites", None), faults))
            plain[name] = table
    known = _OF_RULES | _OF_FRAME
    unknown = dict.fromkeys(key for key in plain if key not in known)
    words = unknown_keys(unknown, known - plain.keys() - {WORDS})
    faults.extend(Fault(key, problem) for key, problem in words)
    plain = {key: value for key, value in plain.items() if key not in unknown}
    of_rules = {key: value for key, value in plain.items() if key in _OF_RULES}
    of_frame = {key: value for key, value in plain.items() if key not in _OF_RULES or key in _SHARED}
    rules = _read(Rules, of_rules, faults)
    frame = _read(Frame, of_frame, faults)
    if rules is not None:
        faults.extend(rule_faults(rules))
        faults.extend(survey.group_faults(rules))
        faults.extend(form_checks.faults(rules, forms))
        if rules.forms:
            faults.extend(endings.faults(rules))
        citations |= {f"money[{number}]": rule.cites for number, rule in enumerate(rules.money)}
        citations |= {f"forms[{number}]": use.cites for number, use in enumerate(rules.forms)}
    if rules is not None and frame is not None:
        faults.extend(_frame_faults(rules, frame, forms))
    if faults or rules is None or frame is None:
        raise CodecError(tuple(dict.fromkeys(faults)))
    rules = _worded(rules, frame)
    if forms is not None:
        rules = replace(rules, form_digests=form_digests(rules, forms))
    return ProgramFile(frame=frame, rules=rules, citations=citations)


def _without_none(data: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """Return the plain values without tables that are ``none``; what a file must say and does not is a fault."""
    plain = dict(data)
    for name, kind in SAID.items():
        if name not in plain:
            values = ", ".join(str(member.value) for member in kind)
            faults.append(Fault(name, f"missing; write one of {values}"))
    for name in OR_NONE:
        if name not in plain:
            faults.append(Fault(name, 'missing; write a table, or "none" if the program has none'))
        elif plain[name] == NONE:
            del plain[name]
    surveys = plain.get("term_surveys")
    if isinstance(surveys, Mapping):
        for name in REGION_AUDIENCES:
            if name not in surveys:
                here = f"term_surveys.{name}"
                faults.append(Fault(here, 'missing; write a table, or "none" if nobody is asked'))
        plain["term_surveys"] = {
            key: value for key, value in surveys.items() if value != NONE or key not in REGION_AUDIENCES
        }
    return plain


def _worded(rules: Rules, frame: Frame) -> Rules:
    """Return the rules with the words of the Letter in every language of the file, because its text is signed."""
    labels = {frame.languages[0]: frame.labels} | {code: each.labels for code, each in frame.words.items()}
    return replace(rules, letter_words={code: words_for(rules, known) for code, known in labels.items()})


def _read(kind: type, data: Any, faults: list[Fault]) -> Any:
    try:
        return from_plain(kind, data, strict=True)
    except CodecError as error:
        faults.extend(error.faults)
        return None


def _frame_faults(
    rules: Rules, frame: Frame, forms: Mapping[tuple[str, str], Form] | None
) -> Iterator[Fault]:
    """Return the faults in what the file says besides its rules, and what does not fit its rules."""
    year = frame.cycle.term
    offered = tuple(each.value for each in frame.languages)
    yield from monthly_record.cycle_faults(rules, year(2025))
    yield from survey.end_faults(rules, year(2025))
    yield from ladders.end_faults(rules, year(2025))
    wrong = tuple(regions.faults(rules, frame.regions, frame.overridable))
    regional = () if wrong else tuple(apply_overrides(rules, own) for own in frame.regions.values())
    yield from aims.faults(rules, frame.aims, forms, offered)
    yield from form_checks.language_faults(rules, forms, offered)
    yield from overridable.faults(rules, frame.overridable)
    known = {"labels": frame.labels}
    known |= {f"words.{code}.labels": further.labels for code, further in frame.words.items()}
    yield from labels.faults(rules, regional, known)
    yield from policies.faults(frame.policies.mentor_capacity)
    yield from values.association_faults(frame.association)
    yield from wrong
    yield from wording.faults(frame.languages, frame.wording, frame.words)
    yield from wording.text_faults(frame)
    yield from calendar.year_faults(rules.calendar, year)
    yield from agreement.year_faults(rules, year)


def not_executed(file: ProgramFile) -> tuple[tuple[str, str], ...]:
    """Return what the file asks for and this version of the software cannot do yet, as key path and description."""
    rules = file.rules.money
    money = tuple(
        (f"money[{number}]", f"{rule.kind} ({rule.trigger.value}, {rule.unit.value}, {rule.rail})")
        for number, rule in enumerate(rules)
        if not rule.executed
    )
    return (*money, ("retention", "documents are kept until retention is built"))
