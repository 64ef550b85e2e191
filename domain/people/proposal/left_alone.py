"""What a list says of known people and an import leaves alone: the language of their emails, and capitals."""

from collections import defaultdict

from domain.people.entry import Entry
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.by_command import command
from domain.people.proposal.compared import is_other_case
from domain.people.proposal.contradictions import rows_words
from domain.people.proposal.lists import ListRow
from domain.told import Told, counted, told

_CASED = ("name", "email", "district")


class LeftAlone:
    """The rows that say such things, by file."""

    def __init__(self) -> None:
        self._languages: dict[str, list[int]] = defaultdict(list)
        self._cases: dict[tuple[str, str], list[int]] = defaultdict(list)

    def look_at_language(self, row: ListRow, entry: Entry | None) -> None:
        """Note a row that says another language than a known person has."""
        if entry is not None and row.values.get("language", entry.language) != entry.language:
            self._languages[row.at.file].append(row.at.row)

    def look_at_cases(self, row: ListRow, entry: Entry | None) -> None:
        """Note a row that says of a known person what the office has, in other capitals."""
        for name in _CASED if entry is not None else ():
            if name in row.values and is_other_case(name, row.values[name], getattr(entry, name)):
                self._cases[row.at.file, name].append(row.at.row)

    def remark(self, builder: ProposalBuilder) -> None:
        """Say what stays as it is, and how it is written otherwise."""
        for file, numbers in self._languages.items():
            said = told(
                "language_left_alone",
                "{file}, {rows}: the language is not changed. Known people choose the language of their emails "
                "themselves; for somebody of your region, write it on the person's page or with {command}.",
                command=command("people/NUMBER/language", {"language": "es"}),
                file=file,
                rows=rows_words(numbers),
            )
            builder.remarks.append(said)
        for (file, name), numbers in self._cases.items():
            said = told(
                "other_case",
                "{file}, {rows}: {what} from the office's in upper and lower case alone, and nothing is changed. To "
                "write one otherwise, use the person's page or {command}.",
                command=command("people/NUMBER/change", {name: "TEXT"}),
                file=file,
                rows=rows_words(numbers),
                what=_differing(name, len(numbers)),
            )
            builder.remarks.append(said)


def _differing(name: str, count: int) -> Told:
    match name:
        case "name":
            return counted("name_differs", count, one="a name that differs", other="names that differ")
        case "email":
            return counted(
                "email_differs", count, one="an address that differs", other="addresses that differ"
            )
    return counted("district_differs", count, one="a district that differs", other="districts that differ")
