"""What a list says of known people and an import leaves alone: the language of their emails, and the case of names."""

from collections.abc import Mapping, Sequence

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.contradictions import rows_words


def remark_languages(builder: ProposalBuilder, languages: Mapping[str, Sequence[int]]) -> None:
    """Say of which rows the language is left alone: known people choose that of their emails themselves."""
    for file, numbers in languages.items():
        builder.remarks.append(
            f"{file}, {rows_words(numbers)}: the language is not changed. Known people choose the language of "
            "their emails themselves; for somebody of your region: mentorflow send people/ID/language"
        )


def remark_cases(builder: ProposalBuilder, cases: Mapping[str, Sequence[int]]) -> None:
    """Say of which rows the names are those of the office but for upper and lower case: they stay as they are."""
    for file, numbers in cases.items():
        named = "a name that differs" if len(numbers) == 1 else "names that differ"
        builder.remarks.append(
            f"{file}, {rows_words(numbers)}: {named} from the office's in upper and lower case alone, and nothing "
            "is changed. To write one otherwise: mentorflow send people/ID/change"
        )
