"""Names with the last name first, “Maple, Mira”: a new person's name is turned round, with a remark, or asked about."""

from collections import Counter
from typing import Final

from domain.people.entry import Entry
from domain.people.identity import first_name_first, has_unclear_comma
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.compared import is_said
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.questions import short_digest
from domain.told import Told, counted, told

KEEP: Final = "keep"
"""The name is stored as the list says."""
_MOST_OTHERS: Final = 20
"""The most percent of a column's names that may be written otherwise, such as names of one word."""


class TurnedNames:
    """How lists of people write names that have a comma."""

    def __init__(self, builder: ProposalBuilder) -> None:
        self._builder = builder
        names, turned, examples = Counter[str](), Counter[str](), dict[str, str]()
        for row in builder.lists.of(ListKind.PEOPLE):
            if name := str(row.values.get("name", "")):
                names[row.at.file] += 1
                if "," in name and first_name_first(name) != name:
                    turned[row.at.file] += 1
                    examples.setdefault(row.at.file, name)
        for file in sorted(turned):
            count = turned[file]
            most = (names[file] - count) * 100 <= names[file] * _MOST_OTHERS
            example = examples[file]
            builder.remarks.append(_said(file, names[file], count, example, all_of_them=most))

    def name(self, row: ListRow) -> str:
        """Return the name that a row says, the first name first."""
        return first_name_first(str(row.values["name"]))

    def open_question(self, row: ListRow, entry: Entry | None) -> str:
        """Return the question that is open about a name with commas of which nobody can say what they mean."""
        name = str(row.values.get("name", ""))
        if not has_unclear_comma(name) or (entry is not None and is_said("name", name, entry.name)):
            return ""
        id = f"name:{short_digest((row.key, name))}"
        problem = told(
            "which_is_first_name",
            "{file}, row {row}: which part of the name “{name}” is the first name? Write {keep} to store it as it "
            "stands; if it is to be another, correct it in the list: the first name first, or one comma after the last "
            "name.",
            file=row.at.file,
            row=row.at.row,
            name=name,
            keep=KEEP,
        )
        return "" if self._builder.ask(id, "name_with_commas", problem, (KEEP,), [row.at]) else id


def _said(file: str, names: int, count: int, example: str, *, all_of_them: bool) -> Told:
    """Return how many names of a list are written with the last name first, with one as it is read."""
    which = (
        told("all_names_turned", "the names are written with the last name first")
        if all_of_them
        else counted(
            "some_names_turned",
            count,
            one="of {names} names 1 is written with the last name first",
            other="of {names} names {count} are written with the last name first",
            names=names,
        )
    )
    return counted(
        "names_turned",
        count,
        one="{file}: {which}. “{example}” is read as “{read}”. Names that are known stay as they are.",
        other="{file}: {which}. “{example}” is read as “{read}”, and so are the others. Names that are known stay as "
        "they are.",
        file=file,
        which=which,
        example=example,
        read=first_name_first(example),
    )
