"""What somebody types at a question of an import, as one of its answers; and what each answer means, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from activities.adapters.files.roster.column_map import HEADINGS
from activities.adapters.files.roster.columns import plain_heading
from activities.adapters.files.roster.sheets import ALL_SHEETS, SHEET
from workers.cli.imports import screen

AGREES: Final = ("yes", "y", "ok", "okay", "yes please", "sure", "right")
"""What takes the answer that is proposed."""
_DENIES: Final = ("no", "n")
_YES: Final = ("yes", "same", "put_back", "whole", "ends")
_NO: Final = ("no", "different", "keep", "leave")
"""What a no means where one of two answers is that."""
_LAPSES: Final = ("members_missing", "member_missing")
_FILLERS: Final = frozenset(("a", "an", "it", "is", "are", "the", "them", "they", "please", "this", "that"))
_FEW: Final = 2
_LEAST: Final = 2
"""The fewest letters that an answer may be shortened to."""
_BY_CODE: Final[Mapping[str, Mapping[str, str]]] = {
    "members_missing": {
        "yes": "All these memberships ended yesterday by the office's clock.",
        "no": "They go on, although the list lacks these people.",
    },
    "many_members_missing": {
        "yes": "The list is complete; then you are asked whether these memberships ended.",
        "no": "The list is only a part, and nothing ends.",
    },
    SHEET: {ALL_SHEETS: "Each sheet is read, as a list of its own."},
    "role_titles": {"yes": "These titles are right as they are in the list."},
    "people_who_left": {
        "leave": "Everything stays as it is, whatever the list says of them.",
        "back": "The person is here again: the day of leaving is removed, and what the list says is taken over.",
    },
    "name_with_commas": {"keep": "The name stays as it is in the list."},
    "ended_memberships": {"leave": "The membership ended, whatever the list says."},
    "second_memberships": {"leave": "The office is right, and the row is left out."},
}
_BY_ANSWER: Final = {
    "yes": "It is so.",
    "no": "It is not so, and these rows are left out of it.",
    "same": "They are one person: the row belongs to the known entry.",
    "stays": "They are one person; the name and the address of the office stay, also when this row comes again.",
    "slip": "They are one person, and the number in the row is a slip: it is not kept.",
    "different": "They are different people: each has an entry.",
    "each": "You are asked about one after the other.",
    "new": "The word stays as it is in the list, and is known from now on. For another word, correct the file.",
    "other": "It is none of the known ones.",
    "put_back": "The zeros stand before the numbers again, as the office knows them.",
    "whole": "The decimals, and signs between thousands, are taken off: 1042.0 is 1042.",
    "keep": "The numbers stay as they are in the list.",
    "day_first": "05/01/2027 is 5 January.",
    "month_first": "05/01/2027 is 1 May.",
    "goes_on": "The last day was a mistake and is removed.",
    "ends": "The known membership ended on the day before the new one began.",
    "both": "The person has both.",
    "corrects": "The known membership was a mistake; this row takes its place.",
    "removes": "A known membership that begins no earlier than the new one is removed, as a mistake.",
    "leave": "Everything stays as it is.",
}
_OF_ALL: Final = {
    "member_missing": "members_missing",
    "ended_membership": "ended_memberships",
    "second_membership": "second_memberships",
}
"""The question about all rows whose words hold for one of them too."""


def answered(question: Mapping[str, Any], value: str) -> str:
    """Return which answer somebody means by what was typed; empty if it is none, or may be more than one."""
    if screen.takes(question, value):
        return screen.meant(question, value)
    plain = _plain(value)
    if plain in AGREES and question["proposal"]:
        return str(question["proposal"])
    return _by_sense(question, plain) or _by_beginning(question, plain)


def _by_sense(question: Mapping[str, Any], plain: str) -> str:
    """Return the answer that a yes, a no or a word for one of them means at a question."""
    answers = [each for each in question["answers"] if each not in ("slip", "stays")]
    if question["code"] in _LAPSES and _stem(plain) == "end":
        return "yes"
    if question["code"] == "kind" and plain in ("both", "all"):
        joined = [each for each in answers if "+" in each]
        return joined[0] if len(joined) == 1 else ""
    if len(answers) > _FEW:
        return ""
    meant = _YES if plain in AGREES else _NO if plain in _DENIES else ()
    found = [each for each in answers if each in meant]
    return found[0] if len(found) == 1 else ""


def _by_beginning(question: Mapping[str, Any], plain: str) -> str:
    """Return the only answer that begins so, or is another form of the word, such as correct for corrects."""
    if len(plain) < _LEAST or plain in (*AGREES, *_DENIES):
        return ""
    words = {each: _plain(screen.said(question, each)) for each in question["answers"]}
    bare = _bare(plain)
    for is_it in (
        lambda said: _bare(said) == bare,
        lambda said: said.startswith(plain),
        lambda said: bool(bare) and _bare(said).startswith(bare),
    ):
        found = [each for each, said in words.items() if is_it(said)]
        if found:
            return str(found[0]) if len(found) == 1 else ""
    return ""


def headings(question: Mapping[str, Any], value: str) -> str:
    """Return an answer about headings in the form that the office takes: commas and “is” between them count too."""
    if _plain(value) in AGREES:
        return "yes" if "yes" in question["answers"] else value
    known = {_heading(each.rpartition(" = ")[0]) for each in question.get("headings", ())}
    return "; ".join(
        change
        for part in re.split(r"[;\n]+", value)
        if part.strip()
        for change in _changes(part.strip(), known)
    )


def _changes(part: str, known: set[str]) -> Iterator[str]:
    """Yield the changes in a text; a comma may stand between two of them, or inside of a heading."""
    begun = ""
    for piece in part.split(","):
        begun = f"{begun},{piece}" if begun else piece
        change = _change(begun.strip(), known)
        if change:
            yield change
            begun = ""
    if begun.strip():
        yield begun.strip()


def _change(text: str, known: set[str]) -> str:
    """Return one change as “Tel = phone”; empty where the text is none yet."""
    if "=" in text:
        return text
    found = re.fullmatch(r"(.+?)\s+(?:is|means)\s+(.+)", text)
    return f"{found[1]} = {found[2]}" if found and _heading(found[1]) in known else ""


def _heading(text: str) -> str:
    return plain_heading(text) or text.strip()


def explained(question: Mapping[str, Any]) -> Iterator[str]:
    """Yield what each answer of a question means, a line for each, and what else may be typed."""
    if question["code"] == HEADINGS:
        yield "  yes: the headings are understood right."
        yield "  Tel = phone: the column Tel holds the phone; several changes stand with ; between them."
        yield "  Notes = nothing: the column Notes is not read."
    else:
        for each in question["answers"]:
            yield f"  {screen.said(question, each)}: {_meaning(question, each)}"
    if days := question.get("days"):
        yield f"  a day from {days['first']} to {days['last']}, such as {days['last']}: it was on that day."
    yield f"  Enter: {'what is proposed.' if question['proposal'] else 'the question stays open.'}"
    yield f"  {back_word(question)}: the question before."


def _meaning(question: Mapping[str, Any], answer: str) -> str:
    code = question["code"]
    of_code = _BY_CODE.get(_OF_ALL.get(code, code), {})
    kind, _, which = answer.partition(":")
    if which and kind == "same":
        return f"It is the same person as {which}."
    if code == "rows_differ":
        return f"Where they differ, the row with the number {answer} is right."
    return of_code.get(answer) or _BY_ANSWER.get(answer) or f"It is {screen.said(question, answer)}."


def back_word(question: Mapping[str, Any]) -> str:
    """Return what goes to the question before: a sign where the word is an answer."""
    return "<" if "back" in question["answers"] else "back"


def goes_back(question: Mapping[str, Any], value: str) -> bool:
    """Return whether somebody wants the question before."""
    return value.strip().casefold() in ("<", back_word(question))


def _plain(value: str) -> str:
    """Return a text without case, signs and doubled spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", value.casefold()).split())


def _bare(plain: str) -> str:
    """Return the stems of the words of a text that say something."""
    return " ".join(_stem(word) for word in plain.split() if word not in _FILLERS)


def _stem(word: str) -> str:
    """Return a word without the endings that do not change what it means here."""
    return re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > _LEAST else word
