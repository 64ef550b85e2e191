"""Lists that write the last name first, “Maple, Mira”: a new person's name is turned round, with a remark."""

from collections import Counter

from domain.people.identity import first_name_first
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import ListKind, ListRow

_MOST_OTHERS = 20
"""The most percent of a column's names that may be written otherwise, such as names of one word."""


class TurnedNames:
    """Which lists of people write the last name first."""

    def __init__(self, builder: ProposalBuilder) -> None:
        names, turned, examples = Counter[str](), Counter[str](), dict[str, str]()
        for row in (*builder.lists.of(ListKind.PEOPLE), *builder.lists.others):
            if name := str(row.values.get("name", "")):
                names[row.at.file] += 1
                if "," in name and first_name_first(name) != name:
                    turned[row.at.file] += 1
                    examples.setdefault(row.at.file, name)
        self._files = {
            file
            for file, count in turned.items()
            if (names[file] - count) * 100 <= names[file] * _MOST_OTHERS
        }
        for file in sorted(self._files):
            builder.remarks.append(
                f"{file}: the names are written with the last name first. “{examples[file]}” is read as "
                f"“{first_name_first(examples[file])}”, and so are the others. Names that are known stay as they are."
            )

    def name(self, row: ListRow) -> str:
        """Return the name that a row says, the first name first where the list writes the last name first."""
        name = str(row.values["name"])
        return first_name_first(name) if row.at.file in self._files else name
