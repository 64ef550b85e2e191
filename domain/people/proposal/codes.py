"""Codes that nobody knows yet: role titles, membership classes, reasons and areas. Each is asked about once."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.questions import NEW, NO, OTHER, UNNUMBERED, YES
from domain.people.proposal.slips import one_slip
from domain.told import Told, counted, told

TITLES = "titles"
"""The question about all role titles of a first list."""
KEPT = ("title:", "class:", "reason:", "area:", "region:", "district:", UNNUMBERED)
"""How the questions begin whose answers hold for every later list of the association."""


class Codes:
    """What the codes of the lists mean, by the rules, by the entries, and by the answers."""

    def __init__(self, builder: ProposalBuilder) -> None:
        self._builder = builder
        self._counts = _counts(builder)
        self._texts = _texts(builder)
        self._first = not builder.office.by_key

    def meant(self, title: str) -> str:
        """Return the known title that somebody said a title means; the title itself where nobody has."""
        given = self._builder.given(f"title:{title}")
        return given.value if given is not None and given.value in self._builder.office.titles else title

    def is_new(self, title: str) -> bool:
        """Return whether nobody has a role title yet, nor has said what it means; of a first list that is not known."""
        known = self._builder.office.titles
        return bool(
            title and not self._first and title not in known and self._builder.given(f"title:{title}") is None
        )

    def title(self, row: ListRow, title: str) -> tuple[str, str]:
        """Return the role title to store, and the question that is open."""
        office = self._builder.office
        id = f"title:{title}"
        if title in office.titles and self._builder.given(id) is None:
            return title, ""
        if self._first and self._builder.given(id) is None:
            titles = self._counts[ListKind.PEOPLE]
            listed = ", ".join(
                f"{self._texts[ListKind.PEOPLE, name]} ({count})" for name, count in sorted(titles.items())
            )
            problem = told(
                "first_role_titles",
                "These role titles come with the first list: {titles}. Are they all right as they are? If one is a "
                "slip, correct the file.",
                titles=listed,
            )
            answer = self._builder.ask(TITLES, "role_titles", problem, (YES,), [row.at], proposal=YES)
            return title, "" if answer else TITLES
        said = row.text("role_title", title)
        others = self._counts[ListKind.PEOPLE].keys() - office.titles - {title}
        found, waiting = self._asked(
            row,
            id,
            "unknown_role_title",
            title,
            (*sorted(office.titles), *sorted(others)),
            told(
                "unknown_title_among_others",
                "Nobody has the role title “{title}” yet ({rows}). Is it one of the known titles, another new one of "
                "the lists, or a new title ({new})?",
                title=said,
                rows=self._rows(ListKind.PEOPLE, title),
                new=NEW,
            )
            if others
            else told(
                "unknown_title",
                "Nobody has the role title “{title}” yet ({rows}). Is it one of the known titles, or a new title "
                "({new})?",
                title=said,
                rows=self._rows(ListKind.PEOPLE, title),
                new=NEW,
            ),
            other=title,
            word=NEW,
        )
        if waiting or found == title or found in office.titles:
            return found, waiting
        other = self._builder.given(f"title:{found}")
        return self.meant(found), "" if other is not None else f"title:{found}"

    def membership(self, row: ListRow, name: str) -> tuple[str, str]:
        """Return the class to store, and the question that is open."""
        if name in self._builder.office.classes or not self._builder.office.classes:
            return name, ""
        if (meant := self._labelled(name)) in self._builder.office.classes:
            return meant, ""
        known, said = self._builder.office.classes, row.text("membership", name)
        return self._asked(
            row,
            f"class:{name}",
            "unknown_membership_class",
            name,
            known,
            told(
                "unknown_class",
                "The rules know no class of membership “{name}” ({rows}); they know {known}. Is it one of these, or "
                "another kind of member that counts as none ({other})?",
                name=said,
                rows=self._rows(ListKind.MEMBERSHIPS, name),
                known=", ".join(known),
                other=OTHER,
            ),
            other=name,
        )

    def is_answered(self, name: str) -> bool:
        """Return whether somebody has said what a class of membership means."""
        return self._builder.given(f"class:{name}") is not None

    def reason(self, row: ListRow, reason: str) -> tuple[str, str]:
        """Return the reason to store, and the question that is open."""
        known = self._builder.office.reasons
        if reason in known:
            return reason, ""
        if (meant := self._labelled(reason)) in known:
            return meant, ""
        said = row.text("reason", reason)
        return self._asked(
            row,
            f"reason:{reason}",
            "unknown_reason",
            reason,
            known,
            told(
                "unknown_reason",
                "The program knows no reason “{reason}” ({rows}). Which of its reasons is it, or is it another one, "
                "which the rules do not accept ({other})?",
                reason=said,
                rows=self._rows(ListKind.APPLICATIONS, reason),
                other=OTHER,
            ),
            other=reason,
        )

    def area(self, row: ListRow, area: str) -> tuple[str, str]:
        """Return the area to store, empty for none, and the question that is open."""
        known = self._builder.office.areas
        if area in known or not known:
            return area, ""
        if (meant := self._labelled(area)) in known:
            return meant, ""
        return self._asked(
            row,
            f"area:{area}",
            "unknown_area",
            area,
            known,
            told(
                "unknown_area",
                "The program serves no area “{area}”. Which of its areas is it, or none of them ({no})?",
                area=row.text("areas", area),
                no=NO,
            ),
            other="",
            word=NO,
        )

    def _labelled(self, value: str) -> str:
        """Return the code that the program's own words mean."""
        return self._builder.office.labels.get(value, "")

    def _asked(
        self,
        row: ListRow,
        id: str,
        code: str,
        value: str,
        known: tuple[str, ...],
        problem: Told,
        *,
        other: str | None = None,
        word: str = OTHER,
    ) -> tuple[str, str]:
        allowed = known if other is None else (*known, word)
        near = next((each for each in known if one_slip(each, value)), "")
        answer = self._builder.ask(id, code, problem, allowed, [row.at], proposal=near)
        if not answer:
            return value, id
        return (other or "", "") if answer == word and other is not None else (answer, "")

    def _rows(self, kind: ListKind, value: str) -> Told:
        return in_rows(self._counts[kind][value])


def in_rows(count: int) -> Told:
    """Return in how many rows something stands."""
    return counted("in_rows", count, one="in one row", other="in {count} rows")


_COLUMNS: Final = {
    ListKind.PEOPLE: "role_title",
    ListKind.MEMBERSHIPS: "membership",
    ListKind.APPLICATIONS: "reason",
}


def _texts(builder: ProposalBuilder) -> Mapping[tuple[ListKind, Any], str]:
    """Return how the lists write each code where they write it first."""
    found: dict[tuple[ListKind, Any], str] = {}
    for row in builder.lists.rows:
        if (column := _COLUMNS.get(row.kind)) and column in row.values:
            value = row.values[column]
            found.setdefault((row.kind, value), row.text(column, value))
    return found


def _counts(builder: ProposalBuilder) -> Mapping[ListKind, Counter[Any]]:
    counts: dict[ListKind, Counter[Any]] = {kind: Counter() for kind in ListKind}
    for row in (*builder.lists.rows, *builder.lists.others):
        if (column := _COLUMNS.get(row.kind)) and column in row.values:
            counts[row.kind][row.values[column]] += 1
    return counts
