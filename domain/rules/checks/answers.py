"""What a program file must not say of answers and reasons that only some programs have to give."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.program import Consultation, Rules


def answer_faults(rules: Rules) -> Iterator[Fault]:
    """Lists without a code where a person has to choose one, and lists from which nobody ever chooses."""
    eligibility, matching, cover = rules.eligibility, rules.matching, rules.cover
    asked = matching.consultation is not Consultation.NONE
    yield from _given(
        "matching.consultation_answers", matching.consultation_answers, asked, "nobody is asked"
    )
    special, reasons = eligibility.special_applications, eligibility.special_reasons
    yield from _given("eligibility.special_reasons", reasons, special, "no special applications")
    waived = matching.conflicts_waivable and bool(matching.conflict_kinds)
    yield from _given("matching.waiver_reasons", matching.waiver_reasons, waived, "no conflict can be waived")
    yield from _given("cover.refusal_reasons", cover.refusal_reasons, cover.minutes_per_pair > 0, "no cover")


def _given(path: str, codes: tuple[str, ...], asked: bool, why_not: str) -> Iterator[Fault]:
    if asked != bool(codes):
        what = path.rpartition("_")[2]
        yield Fault(
            path, f"write the {what} that can be given" if asked else f"{why_not}; write an empty list"
        )
