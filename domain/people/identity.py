"""Who may be one human: when two entries are alike and why, and which entries count as one until somebody answers.

The database compares with the same rules (``office.plain_text``, ``office.plain_key``, ``office.same_as``), and a
test holds the two together.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

_UNUSUAL: Final = re.compile(r"[^a-z0-9 ]| [a-z] ")
_LETTERS: Final = str.maketrans(
    {
        **dict.fromkeys("'’‘`´.", ""),
        **dict.fromkeys("-‐‑–", " "),
        "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ß": "ss",
    }
)  # fmt: skip
"""What stands for signs and letters of a name where it is compared."""
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘`´", "'"))
NORTH_AMERICAN: Final = re.compile(r"1([2-9][0-9]{2})([2-9][0-9]{2})([0-9]{4})")
"""The digits of a North American phone number with its 1, in their three groups."""
NO_DISTRICT: Final = "-"
"""What an entry has where nobody knows the district; it is not compared."""
_SOME_DISTRICT: Final = ""
"""What the mark of a name alone says of an entry whose district is known."""

_AFTER_NAMES: Final = frozenset(
    ("jr", "sr", "ii", "iii", "iv", "phd", "edd", "md", "esq", "med", "dr", "mr", "mrs", "dds")
)
"""What stands behind a comma and is no first name, without its dots."""
_DEGREES: Final = frozenset(
    ("MA", "MS", "MBA", "BA", "BS", "RN", "CPA", "MSW", "LCSW", "JD", "MAT", "EDS", "MPA")
)
"""What is one only in capitals and behind a whole name: “Ann Lee, MA”, and not “Lee, Ma”."""


class Alike(StrEnum):
    """A reason for which two entries may be one human."""

    EMAIL = "same_email"
    NAME = "same_name_and_district"
    NAME_ALONE = "same_name_in_region"
    """One of the two says no district."""
    ELSEWHERE = "same_name_elsewhere"
    """Only of a row: in another district or region, where one of the two has no member number."""
    KEY = "alike_keys"
    PHONE = "same_phone_and_last_name"
    """Only of a row."""
    NEAR = "name_nearly_the_same_in_district"
    """Only of a row: a letter differs, the first name is a short form, a name is left out, or the order is another."""


class Verdict(StrEnum):
    """A person's answer to the question whether two entries are one human."""

    SAME = "same"
    TWO = "two"


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is compared of a person: an entry has it, and so does a row of a list that is not taken over yet."""

    association: str
    keys: tuple[str, ...] = ()
    name: str
    email: str
    district: str
    region: str = ""


def one_spelling(text: str) -> str:
    """Return a text with single blanks and composed letters; older entries may differ from lists in these."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_said(text: str) -> str:
    """Return a name or a district in one spelling and with one kind of apostrophe: another one changes nothing."""
    return one_spelling(text).translate(_APOSTROPHES)


def phone_said(phone: str) -> str:
    """Return a phone number without what stands between its digits; the extension stays apart.

    A 1 or +1 before ten digits of a North American number does not count: a spreadsheet keeps the 1 alone.
    """
    number, _, extension = phone.partition("ext")
    digits, plus = digits_of(number), "+" * number.strip().startswith("+")
    if NORTH_AMERICAN.fullmatch(digits):
        digits, plus = digits[1:], ""
    return f"{plus}{digits}x{digits_of(extension)}"


def phone_mark(phone: str) -> str:
    """Return by what a phone number is compared with others'; empty for none. A plus does not count."""
    return phone_said(phone).lstrip("+") if phone else ""


def plain_text(text: str) -> str:
    """Return a text without the differences that do not count: upper and lower case, and blanks."""
    plain = " ".join(text.lower().split())
    return text if plain == text else plain  # so that a long list of plain texts is in memory once


def plain_name(text: str) -> str:
    """Return a name as a row is compared with others: as ``plain_text``, and “Maple, Mira” as “Mira Maple”.

    Accents, apostrophes, dots and dashes do not count, nor do initials between the first and the last name.
    """
    plain = plain_text(text)
    if not _UNUSUAL.search(plain):
        return plain
    if "," in plain and not has_unclear_comma(text):
        plain = plain_text(first_name_first(text)).replace(",", " ")
    letters = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
    words = "".join(sign for sign in letters if not unicodedata.combining(sign)).split()
    whole = [word for at, word in enumerate(words) if len(word) > 1 or at in (0, len(words) - 1)]
    return " ".join(whole) or plain


def digits_of(phone: str) -> str:
    """Return the digits of a phone number: how they are grouped does not count."""
    return "".join(filter(str.isdigit, phone))


def first_name_first(text: str) -> str:
    """Return “Maple, Mira” as “Mira Maple”, and “Smith, Jr., John” as “John Smith, Jr.”.

    Other names stay as they are, such as “Sam Smith, Jr.”.
    """
    if "," not in text:
        return text
    parts = [part.strip() for part in text.split(",")]
    after = [part for at, part in enumerate(parts) if at and _is_after_names(part, parts[0])]
    names = [part for at, part in enumerate(parts) if not at or part not in after]
    match names:
        case (last, first) if last and first:
            return ", ".join((f"{first} {last}", *after))
        case _:
            return text


def has_unclear_comma(text: str) -> bool:
    """Return whether a name has a comma that stands neither behind a last name nor before what follows names."""
    if "," not in text or first_name_first(text) != text:
        return False
    first, *others = (part.strip() for part in text.split(","))
    return not first or not all(_is_after_names(part, first) for part in others)


def _is_after_names(part: str, name: str) -> bool:
    plain = part.replace(".", "").replace(" ", "")
    return plain.lower() in _AFTER_NAMES or (plain in _DEGREES and " " in name)


def is_said_name(said: str, known: str) -> bool:
    """Return whether a list says the name that an entry has, as it is there or with the last name first.

    Upper and lower case do not count: many lists have names in capitals.
    """
    return name_said(known) in (name_said(said), name_said(first_name_first(said)))


def name_said(text: str) -> str:
    """Return a name in one spelling and in lower case."""
    return same_said(text).casefold()


def may_be_one_name(one: str, other: str) -> bool:
    """Return whether two names may be one person's: each word of the shorter begins or is one of the other's words.

    Accents, case, order and signs do not count.
    """
    if one == other:
        return True
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return all(any(word.startswith(each) or each.startswith(word) for each in longer) for word in shorter)


def _words(name: str) -> list[str]:
    letters = (
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )
    text = "".join("" if sign in "'’`.´" else sign if sign.isalnum() else " " for sign in letters)
    return text.split()


def plain_key(key: str) -> str:
    """Return a member number without upper case, a ``.0`` at its end, and the leading zeros of an all-digit number."""
    plain = key.strip().lower().removesuffix(".0")
    return plain.lstrip("0") or "0" if plain.isascii() and plain.isdigit() else plain


def alike(one: Features, other: Features) -> tuple[Alike, ...]:
    """Return the reasons for which two entries may be one human; none for entries of two associations."""
    if one.association != other.association:
        return ()
    same_name = _same(one.name, other.name)
    districts = {plain_text(one.district), plain_text(other.district)}
    reasons = {
        Alike.EMAIL: _same(one.email, other.email),
        Alike.NAME: same_name and len(districts) == 1,
        Alike.NAME_ALONE: same_name
        and len(districts) > 1
        and NO_DISTRICT in districts
        and one.region == other.region,
        Alike.KEY: not {*map(plain_key, one.keys)}.isdisjoint(map(plain_key, other.keys)),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def is_somebody_else(known: Features, row: Features) -> bool:
    """Return whether a row under a known key has another name and another email, so that a person must be asked."""
    same_name = plain_name(known.name) != "" and plain_name(known.name) == plain_name(row.name)
    return not same_name and not _same(known.email, row.email)


def _same(one: str, other: str) -> bool:
    return plain_text(one) != "" and plain_text(one) == plain_text(other)


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Return two ids in the order in which an answer about them is kept."""
    return (one, other) if one < other else (other, one)


def alike_pairs(people: Mapping[str, Features]) -> tuple[tuple[str, str], ...]:
    """Return all pairs of entries that are alike, in the order of ids."""
    found: dict[tuple[str, ...], list[str]] = {}
    for id in sorted(people):
        for mark in marks(people[id]):
            found.setdefault(mark, []).append(id)
    alone = (
        (one, other)
        for mark, ids in found.items()
        if len(met := marks_met(mark)) > 1
        for one in ids
        for each in met
        for other in found.get(each, ())
        if one != other
    )
    same = (pair for mark, ids in found.items() if mark in marks_met(mark) for pair in combinations(ids, 2))
    return tuple(sorted({pair_of(*pair) for pair in (*same, *alone)}))


def marks(person: Features) -> Iterator[tuple[str, ...]]:
    """Yield what a person has in common with everybody who is alike; ``marks_met`` says with which marks it meets."""
    email, name = plain_text(person.email), plain_text(person.name)
    district = plain_text(person.district)
    if email:
        yield (person.association, Alike.EMAIL, email)
    if name:
        yield (person.association, Alike.NAME, name, district)
        missing = NO_DISTRICT if district == NO_DISTRICT else _SOME_DISTRICT
        yield (person.association, Alike.NAME_ALONE, name, missing, person.region)
    yield from dict.fromkeys((person.association, Alike.KEY, plain_key(key)) for key in person.keys)


def marks_met(mark: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the marks of others that one meets: itself, and for a name alone those of which one says no district."""
    if mark[1] != Alike.NAME_ALONE:
        return (mark,)
    association, reason, name, district, region = mark
    others = (NO_DISTRICT, _SOME_DISTRICT) if district == NO_DISTRICT else (NO_DISTRICT,)
    return tuple((association, reason, name, each, region) for each in others)


def same_as(
    people: Mapping[str, Features], answers: Mapping[tuple[str, str], Verdict]
) -> tuple[tuple[str, ...], ...]:
    """Return the groups of entries that count as one: answered "same", or alike and not answered "two".

    Each entry is in exactly one group; a group and the list of them are in the order of ids.
    """
    same = {pair for pair, answer in answers.items() if answer is Verdict.SAME and people.keys() >= {*pair}}
    open_pairs = (pair for pair in alike_pairs(people) if pair not in answers)
    return groups(people, sorted({*same, *open_pairs}))


def groups(ids: Collection[str], pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Return the groups into which pairs join ids: who is joined with one of a group is in it."""
    of: dict[str, list[str]] = {id: [id] for id in ids}
    for one, other in pairs:
        if of[one] is not of[other]:
            joined = of[one] + of[other]
            of.update(dict.fromkeys(joined, joined))
    unique = {id(group): tuple(sorted(group)) for group in of.values()}
    return tuple(sorted(unique.values()))
