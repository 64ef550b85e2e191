"""What a program file must not say about the Letter, the documents that are kept, and the endings.

Each check yields faults with the key path of the file and the words that tell what to write instead.
"""

import re
from collections.abc import Iterator, Mapping

from domain.codec import Fault
from domain.rules.agreement_text import frame_codes
from domain.rules.program import KeptAfter, Rules

LONGEST_KEPT = 36_500  # days: a hundred years
_TEXT_VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")
_CODE = re.compile(r"[a-z0-9_]{1,64}")


def letter_faults(rules: Rules) -> Iterator[Fault]:
    """What is wrong with the agreement's clauses and with the days that documents are kept."""
    own = rules.agreement
    if not _TEXT_VERSION.fullmatch(own.text_version):
        yield Fault("agreement.text_version", "write letters, digits, dots and dashes, at most 32")
    parts = (own.sections, own.pledges_mentor, own.pledges_mentee, own.kept_documents)
    for number, code in enumerate(own.editable):
        where = sum(code in part for part in parts)
        if where == 0:
            yield Fault(
                f"agreement.editable[{number}]",
                f"{code} is no section, pledge or kept document; write one that is, or remove it",
            )
        elif where > 1:
            yield Fault(
                f"agreement.editable[{number}]",
                f"{code} stands in two lists; give one of the two another code",
            )
    if own.legal_exceptions and not own.disclosure_offices:
        yield Fault("agreement.disclosure_offices", "empty, yet there are legal_exceptions; write an office")
    if own.disclosure_offices and not own.legal_exceptions:
        yield Fault("agreement.legal_exceptions", "empty, yet there are disclosure_offices; write a code")
    yield from _kept_faults(rules)


def _kept_faults(rules: Rules) -> Iterator[Fault]:
    periods = rules.retention.documents
    for number, code in enumerate(rules.agreement.kept_documents):
        here = f"agreement.kept_documents[{number}]"
        if code not in periods:
            yield Fault(here, f"{code} has no days; write them into retention.documents")
        elif periods[code].after is not KeptAfter.ENDED:
            yield Fault(here, f"{code} is destroyed after the selection (K5); remove it from the list")
    for code, period in periods.items():
        here = f"retention.documents.{code}"
        if not _CODE.fullmatch(code):
            yield Fault(here, "write a code of lower-case letters, digits and _, at most 64")
        if not 1 <= period.days <= LONGEST_KEPT:
            yield Fault(f"{here}.days", f"write a number of days from 1 to {LONGEST_KEPT}")


def letter_codes(rules: Rules) -> tuple[str, ...]:
    """Codes of the Letter and of the kinds of documents that a program needs words for, beside its lists of codes."""
    return (*frame_codes(rules.agreement), *rules.retention.documents)


def gap_faults(rules: Rules, labels: Mapping[str, str], table: str = "labels") -> Iterator[Fault]:
    """Sentences of the Letter without the gap into which a number or a name is put."""
    for code, gaps in frame_codes(rules.agreement).items():
        for gap in gaps:
            if code in labels and f"{{{gap}}}" not in labels[code]:
                yield Fault(f"{table}.{code}", f"write {{{gap}}} where it belongs in this sentence")
