"""Districts that nobody has, and that are a known one but for a slip: asked about once, and read as somebody says."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from domain.people.identity import plain_text, same_said
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import in_rows
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.questions import NEW
from domain.people.proposal.slips import one_slip, without_a_letter
from domain.told import OR, joined, told

DISTRICT: Final = "district:"
"""How the question begins which district a text means."""
_SHORTEST: Final = 4
"""The fewest letters of a word in which a slip is looked for: School A and School B are two schools."""


def read_districts(builder: ProposalBuilder) -> None:
    """Ask which districts are meant that nobody has and that are nearly a known one; until then their rows wait.

    A known district in other capitals, or with other blanks, is that district.
    """
    known = builder.office.districts
    rows = [row for row in builder.lists.of(ListKind.PEOPLE) if row.values.get("district") not in known]
    said = {str(row.values["district"]) for row in rows if "district" in row.values}
    if not said or not known:
        return
    spelled = {_plain(each): each for each in sorted(known, reverse=True)}
    meant = {each: spelled[_plain(each)] for each in said if _plain(each) in spelled}
    near = _near({_plain(each) for each in said - meant.keys()}, _seen(builder))
    counts = Counter(
        _plain(str(row.values["district"]))
        for row in (*rows, *builder.lists.others)
        if near and "district" in row.values
    )
    waits: dict[str, str] = {}
    for row in rows if near else ():
        district = str(row.values.get("district", ""))
        if found := near.get(_plain(district)):
            id, answer = _ask(builder, row, found, counts[_plain(district)])
            if not answer:
                waits[district] = id
            elif answer != NEW:
                meant[district] = answer
    if meant or waits:
        builder.lists = replace(
            builder.lists, rows=tuple(_read(row, meant, waits) for row in builder.lists.rows)
        )


def _ask(builder: ProposalBuilder, row: ListRow, found: tuple[str, ...], count: int) -> tuple[str, str]:
    district = str(row.values["district"])
    id = f"{DISTRICT}{_plain(district)}"
    problem = told(
        "unknown_district",
        "Nobody has the district “{district}” yet ({rows}). Is it {found}, or a new one ({new})?",
        district=district,
        rows=in_rows(count),
        found=joined((f"“{each}”" for each in found), OR),
        new=NEW,
    )
    proposal = found[0] if len(found) == 1 else ""
    return id, builder.ask(id, "unknown_district", problem, (*found, NEW), [row.at], proposal=proposal)


def _read(row: ListRow, meant: Mapping[str, str], waits: Mapping[str, str]) -> ListRow:
    district = str(row.values.get("district", ""))
    if row.kind is not ListKind.PEOPLE or not district:
        return row
    if district in meant:
        return replace(row, values={**row.values, "district": meant[district]})
    return replace(row, waits=(*row.waits, waits[district])) if district in waits else row


def _seen(builder: ProposalBuilder) -> Mapping[str, str]:
    """Return the districts of the entries that the importer may see, by how they are compared."""
    people = builder.office.people.values()
    return {_plain(each.district): each.district for each in people if builder.actor.covers(each.region)}


def _near(said: Collection[str], known: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each district the known ones from which it differs by one slip in one word."""
    fewer, more = sorted((said, known), key=len)
    short: dict[str, list[str]] = defaultdict(list)
    for each in fewer:
        for part in without_a_letter(each):
            short[part].append(each)
    pairs = {(one, other) for one in more for part in without_a_letter(one) for other in short.get(part, ())}
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(pairs):
        district, there = (one, other) if other in known and one in said else (other, one)
        if there in known and _is_slip(district, there):
            found[district].append(known[there])
    return {district: tuple(each) for district, each in found.items()}


def _is_slip(one: str, other: str) -> bool:
    """Return whether two districts differ by a letter of a longer word, and not by a digit."""
    if not one_slip(one, other) or _digits(one) != _digits(other):
        return False
    words, others = one.split(), other.split()
    if len(words) != len(others):
        return True
    return all(
        min(len(word), len(there)) >= _SHORTEST
        for word, there in zip(words, others, strict=True)
        if word != there
    )


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _plain(district: str) -> str:
    """Return a district as it is compared: case, blanks and the kind of an apostrophe do not count."""
    return plain_text(same_said(district))
