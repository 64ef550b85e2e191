"""Which column of a list is read as what: shown, corrected, and confirmed once for lists with these headings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from activities.adapters.files.roster.column_map import HEADINGS, NOTHING, column_of
from activities.adapters.files.roster.columns import COLUMNS, RosterKind, plain_heading
from api_gateway.pages.dates import Dates
from api_gateway.pages.words import Say

_YES: Final = "yes"
COLUMN: Final = "column_"
"""How the names of the controls begin, one for each heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """A heading of a list and the column as which it is read, by the name of its control."""

    name: str
    heading: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """The columns of one list: what each is read as, what there is to choose, and whether somebody has confirmed it.

    ``lacks`` says that nothing can be read before a missing column is named.
    """

    id: str
    number: int
    file: str
    kind: str
    columns: Sequence[ReadColumn]
    choices: Sequence[tuple[str, str]]
    confirmed: str
    lacks: bool
    yours: bool


def answer_of(question: Mapping[str, Any], chosen: Mapping[str, str]) -> str:
    """Return the answer to a question about headings: yes, or each heading that is read as something else."""
    changes = []
    for number, told in enumerate(question["headings"]):
        heading, _, column = told.rpartition(" = ")
        wanted = chosen.get(f"{COLUMN}{number}", column)
        if wanted != column:
            changes.append(f"{heading} = {wanted}")
    return "; ".join(changes) or _YES


def column_lists(
    found: Mapping[str, Any], chosen: tuple[str, Mapping[str, str]] | None, dates: Dates
) -> list[ReadList]:
    """Return the lists of an import whose columns somebody confirms or has confirmed, the open ones first."""
    lists = [
        _list(number, question, chosen[1] if chosen and chosen[0] == question["id"] else {}, dates)
        for number, question in enumerate(asked_about_columns(found))
    ]
    return sorted(lists, key=lambda each: bool(each.confirmed))


def is_about_columns(question: Mapping[str, Any]) -> bool:
    """Return whether a question of an import is about what its columns are read as."""
    return bool(question["code"] == HEADINGS)


def asked_about_columns(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the questions of an import about columns, answered or not, with those that earlier answers answer."""
    for part in ("questions", "kept"):
        yield from (each for each in found.get(part, ()) if is_about_columns(each))


def _list(number: int, question: Mapping[str, Any], chosen: Mapping[str, str], dates: Dates) -> ReadList:
    say = dates.say
    file, kind, _ = question["id"].rsplit(":", 2)
    said = _changes(question["answer"], RosterKind(kind))
    columns = [
        ReadColumn(
            name=f"{COLUMN}{at}",
            heading=heading,
            column=chosen.get(f"{COLUMN}{at}") or said.get(_plain(heading), column),
        )
        for at, (heading, _, column) in enumerate(told.rpartition(" = ") for told in question["headings"])
    ]
    return ReadList(
        id=question["id"],
        number=number,
        file=", ".join(question["rows"]) or file,
        kind=say(f"imports.kinds.{kind}"),
        columns=columns,
        choices=[
            *((name, say(f"imports.columns.{name}")) for name in COLUMNS[RosterKind(kind)]),
            (NOTHING, say("imports.columns.nothing")),
        ],
        confirmed=_confirmed(question, dates),
        lacks=_YES not in question["answers"],
        yours=bool(question.get("yours", True)),
    )


def _confirmed(question: Mapping[str, Any], dates: Dates) -> str:
    """Return in words that somebody has confirmed the columns of a list; nothing while that is open."""
    say: Say = dates.say
    if not question["answer"]:
        return ""
    if "at" not in question:
        return say("imports.columns_confirmed")
    day = dates.on(question["at"]).words
    name = question.get("by_name", "")
    return (
        say("imports.columns_remembered_by", day=day, name=name)
        if name
        else say("imports.columns_remembered", day=day)
    )


def _changes(answer: str, kind: RosterKind) -> Mapping[str, str]:
    """Return which headings an answer reads as which column."""
    told = (each.rpartition("=") for each in answer.split(";") if "=" in each)
    return {_plain(heading): column_of(kind, column.strip()) or NOTHING for heading, _, column in told}


def _plain(heading: str) -> str:
    return plain_heading(heading) or heading.strip()
