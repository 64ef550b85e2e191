"""The exact text of the Letter of Understanding, from the words of the program and the pair's terms (NEA-26 to -28).

Both sides sign one text, named by its SHA-256 digest, so the text must be the same today and in ten years: it is a
pure function of the words in the rules and of the terms and clauses in the event that drafted it. A change to what
``compose`` does is a new layout beside the old one. The text never contains a name, a goal or free text: goals belong
to the pair (section 6, F6).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.calendar import Rhythm
from domain.rules.program import AgreementRules, KeptAfter, Rules

LAYOUT = 1
"""The current layout; a Letter says which layout it was made with."""
YEAR = 365
"""The days of a year of retention."""
LANGUAGE = "en"
"""The language that every program has words for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the pair agrees on: ground rules as codes, how often and how long it meets, in which ways, and how many
    meetings are face to face; and what it leaves out of the Letter if the program allows it (NEA-33).
    """

    ground_rules: tuple[str, ...]
    rhythm: Rhythm
    modes: tuple[str, ...]
    face_to_face: int
    minutes: int = 0
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One line of the list of kept documents: the kind of document, and for how many days after which day."""

    document: str
    after: KeptAfter
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """The program's part of a pair's Letter, as it was on the day of the draft."""

    layout: int
    text_version: str
    sections: tuple[str, ...] = ()
    pledges_mentor: tuple[str, ...] = ()
    pledges_mentee: tuple[str, ...] = ()
    legal_exceptions: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    notices: tuple[str, ...] = ()
    hold_harmless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of a version in one language, named by its digest."""

    language: str
    digest: str


def clauses_of(rules: Rules, left_out: tuple[str, ...]) -> Clauses:
    """Return the program's part of a Letter, without what the pair leaves out."""
    own, periods = rules.agreement, rules.retention.documents

    def chosen(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(code for code in codes if code not in left_out)

    kept = tuple(
        Kept(document=code, after=periods[code].after, days=periods[code].days)
        for code in chosen(own.kept_documents)
    )
    return Clauses(
        layout=LAYOUT,
        text_version=own.text_version,
        sections=chosen(own.sections),
        pledges_mentor=chosen(own.pledges_mentor),
        pledges_mentee=chosen(own.pledges_mentee),
        legal_exceptions=own.legal_exceptions,
        kept=kept,
        notices=own.notices_of_purpose,
        hold_harmless=own.hold_harmless,
    )


def texts_of(rules: Rules, version: int, terms: Terms, clauses: Clauses) -> tuple[Text, ...]:
    """Return the digest of a version's text in each language of the program, in order of language."""
    return tuple(
        Text(language=language, digest=digest(compose(words, version, terms, clauses)))
        for language, words in sorted(rules.letter_words.items())
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8 in hex: this is what is signed."""
    return hashlib.sha256(text.encode()).hexdigest()


def compose(words: Mapping[str, str], version: int, terms: Terms, clauses: Clauses) -> str:
    """Return the whole text of one version, one line for each paragraph or item. Equal arguments give equal text."""
    if clauses.layout != LAYOUT:
        raise ValueError(f"no layout {clauses.layout}")
    lines = [words["letter_title"], words["letter_between"]]
    lines.append(_filled(words["letter_version"], version=version, text_version=clauses.text_version))
    for heading, items in _parts(words, terms, clauses):
        lines.extend(("", heading, *items))
    lines.extend(("", words["letter_goals"], words["letter_signing"]))
    return "\n".join(lines) + "\n"


def body_of(text: str) -> str:
    """Return a composed text without its first lines: title, parties and number of the version."""
    return text.partition("\n\n")[2]


def _parts(words: Mapping[str, str], terms: Terms, clauses: Clauses) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the parts of the Letter: for each, a first line and the items below it."""

    def listed(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"- {words[code]}" for code in codes)

    def numbered(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{number}. {words[code]}" for number, code in enumerate(codes, 1))

    yield words["letter_time"], tuple(f"- {line}" for line in _time(words, terms))
    yield words["letter_ground_rules"], listed(terms.ground_rules)
    for code in clauses.sections:
        yield words[code], ()
    for side, pledges in (("mentor", clauses.pledges_mentor), ("mentee", clauses.pledges_mentee)):
        if pledges:
            yield words[f"letter_pledges_{side}"], numbered(pledges)
    if clauses.legal_exceptions:
        yield words["letter_exceptions"], listed(clauses.legal_exceptions)
    if clauses.kept:
        yield words["letter_kept"], tuple(f"- {_keeping(words, kept)}" for kept in clauses.kept)
    else:
        yield words["letter_kept_nothing"], ()
    if clauses.notices:
        yield words["letter_purpose"], listed(clauses.notices)
    if clauses.hold_harmless:
        authority = words["letter_hold_harmless_authority"]
        yield _filled(words["letter_hold_harmless"], authority=authority), ()


def _time(words: Mapping[str, str], terms: Terms) -> Iterator[str]:
    unit = terms.rhythm.unit.value
    every = unit.removesuffix("s") if terms.rhythm.every == 1 else unit
    yield _filled(words[f"letter_every_{every}"], every=terms.rhythm.every)
    if terms.minutes:
        yield _filled(words["letter_minutes"], minutes=terms.minutes)
    ways = ", ".join(words[mode] for mode in terms.modes)
    yield _filled(words["letter_modes"], modes=ways)
    if terms.face_to_face:
        yield _filled(words["letter_face_to_face"], count=terms.face_to_face)


def _keeping(words: Mapping[str, str], kept: Kept) -> str:
    """Return one line of the list. Older words that have no years say days, as they were signed."""
    code = f"letter_kept_{kept.after.value}"
    years, odd = divmod(kept.days, YEAR)
    in_years = f"{code}_year" if years == 1 else f"{code}_years"
    if odd or in_years not in words:
        period = _filled(words[code], days=kept.days)
    else:
        period = _filled(words[in_years], years=years)
    return _filled(words["letter_kept_item"], document=words[kept.document], period=period)


def _filled(text: str, **values: str | int) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


_FRAME: Mapping[str, tuple[str, ...]] = {
    "letter_title": (),
    "letter_between": (),
    "letter_version": ("version", "text_version"),
    "letter_time": (),
    "letter_every_day": (),
    "letter_every_days": ("every",),
    "letter_every_week": (),
    "letter_every_weeks": ("every",),
    "letter_every_month": (),
    "letter_every_months": ("every",),
    "letter_modes": ("modes",),
    "letter_face_to_face": ("count",),
    "letter_ground_rules": (),
    "letter_kept": (),
    "letter_kept_item": ("document", "period"),
    "letter_kept_nothing": (),
    "letter_kept_ended": ("days",),
    "letter_kept_ended_year": (),
    "letter_kept_ended_years": ("years",),
    "letter_goals": (),
    "letter_signing": (),
}


def frame_codes(agreement: AgreementRules) -> Mapping[str, tuple[str, ...]]:
    """Return the codes of the Letter's own sentences that need words, each with the placeholders it must have."""
    codes = dict(_FRAME)
    if agreement.time_pledge:
        codes["letter_minutes"] = ("minutes",)
    for name, wanted in (
        ("letter_pledges_mentor", agreement.pledges_mentor),
        ("letter_pledges_mentee", agreement.pledges_mentee),
        ("letter_exceptions", agreement.legal_exceptions),
        ("letter_purpose", agreement.notices_of_purpose),
        ("letter_hold_harmless_authority", agreement.hold_harmless),
    ):
        if wanted:
            codes[name] = ()
    if agreement.hold_harmless:
        codes["letter_hold_harmless"] = ("authority",)
    return codes


def words_for(rules: Rules, labels: Mapping[str, str]) -> Mapping[str, str]:
    """Return the words that a Letter under these rules can need, from the labels of one language, if present."""
    own = rules.agreement
    codes = (
        *frame_codes(own),
        *own.ground_rules,
        *own.sections,
        *own.pledges_mentor,
        *own.pledges_mentee,
        *own.legal_exceptions,
        *own.kept_documents,
        *own.notices_of_purpose,
        *rules.meetings.modes,
    )
    return {code: labels[code] for code in dict.fromkeys(codes) if code in labels}
