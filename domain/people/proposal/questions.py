"""Questions of an import: one for one cause, with its rows, and who may answer it."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from domain.actors import Actor, Role
from domain.people.proposal.lists import At, ListRow
from domain.told import Told

YES: Final = "yes"
NO: Final = "no"
SAME: Final = "same"
DIFFERENT: Final = "different"
"""The rows and entries in question are all different people. An answer may say ``two`` for it."""
SLIP: Final = "slip"
"""The row is about the known person, and its member number is a slip that is not kept."""
STAYS: Final = "stays"
"""The row is about the known person, and the name and the address that the office has stay."""
EACH: Final = "each"
"""The rows of a question are asked about one by one."""
OTHER: Final = "other"
"""Another kind of member, which counts as none; another reason, which the rules do not accept."""
NEW: Final = "new"
"""A new role title. An answer that was kept may say ``other`` for it."""
MANY_MISSING: Final = "many_members_missing"
"""The code of the question whether a list is complete. It comes before all others about its rows."""
UNNUMBERED: Final = "rows_without_number"
"""The question whether rows without a member number are the people whose name and address they repeat."""
BY_CONTENT: Final = (
    "alike:", "other_person:", "second_memberships:", "second_membership:", "move:", "staff:", "other_names:",
    "ended_memberships:", "ended_membership:", "name:", "addresses:",
    "holds:",
)  # fmt: skip
"""How the ids of questions begin that name the rows by what these say."""
Days = tuple[date, date]
"""The first and the last day of those that answer a question."""


class Answerer(StrEnum):
    """Who may answer: whoever imports, the state office, or an administrator."""

    IMPORTER = "importer"
    STATE_OFFICE = "state_office"
    ADMIN = "admin"


def may_answer(who: Answerer, actor: Actor) -> bool:
    """Return whether somebody may answer a question for ``who``; an administrator may answer each."""
    match who:
        case Answerer.IMPORTER:
            return True
        case Answerer.STATE_OFFICE:
            return actor.role is Role.ADMIN or (actor.role is Role.COORDINATOR and actor.statewide)
        case Answerer.ADMIN:
            return actor.role is Role.ADMIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, and the actor who gave it: another question under the same name may need somebody else.

    ``about`` is the digest of what the question was about when it was answered; empty where it named nothing.
    ``covers`` are the single questions that the question was about all of: the answer holds for each of them.
    """

    value: str
    actor: Actor
    about: str = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer to an earlier list that holds for later ones: who gave it, and the instant."""

    value: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportQuestion:
    """One thing that a person decides, once.

    ``answers`` are the words that answer it, ``proposal`` the likely one. ``at`` are the rows that wait for it; for a
    whole file the row is 0. ``about`` names the people in question where no row does, or the changes that a yes
    covers, one line each. ``never_by_itself`` marks what no option of the command line answers: a person must. With
    ``days``, a day from the first to the last of them is an answer too. A ``confidential`` question is about an entry
    that the importer may not see: what it is about is for whoever answers. ``headings`` of a question about columns say
    what each means now, as an answer says it; ``heading`` is what the file calls the one column in question.
    ``covers`` are the single questions that it is about all of.
    """

    id: str
    code: str
    problem: Told
    answers: tuple[str, ...]
    at: tuple[At, ...]
    who: Answerer = Answerer.IMPORTER
    proposal: str = ""
    answer: str = ""
    never_by_itself: bool = False
    about: tuple[str, ...] = ()
    days: Days | None = None
    confidential: bool = False
    headings: tuple[str, ...] = ()
    heading: str = ""
    covers: tuple[str, ...] = ()


def accepted(
    answers: Mapping[str, Answered],
    id: str,
    who: Answerer,
    allowed: tuple[str, ...],
    *,
    about: Collection[str] = (),
    days: Days | None = None,
) -> str:
    """Return the answer to a question if it is one of the allowed, by somebody who may give it; else nothing.

    An answer to a question that was about something else answers nothing.
    """
    given = answers.get(id)
    if given is None or not may_answer(who, given.actor):
        return ""
    if given.about and given.about != about_digest(about):
        return ""
    return answer_of(given.value, allowed, days)


def by_single_question(answers: Mapping[str, Answered]) -> dict[str, Answered]:
    """Return what was answered about each single question with others, else by itself; nothing where that differs."""
    said: dict[str, set[Answered]] = {}
    for each in answers.values():
        for id in each.covers:
            said.setdefault(id, set()).add(replace(each, about="", covers=()))
    own = {id: each for id, each in answers.items() if not each.covers and id not in said}
    return {**own, **{id: found.pop() for id, found in said.items() if len(found) == 1}}


def answer_of(value: str, allowed: Collection[str], days: Days | None = None) -> str:
    """Return which of the allowed answers or days a value is; empty if it is not one of them.

    Case does not count, nor whether a blank, a dash or an underscore stands between two words.
    """
    value = value.strip()
    if value in allowed:
        return value
    if days is not None and (day := day_of(value)) is not None and days[0] <= day <= days[1]:
        return value
    plain = _plain_answer(value)
    if plain == OTHER and NEW in allowed:
        return NEW
    if plain == "two" and DIFFERENT in allowed:
        return DIFFERENT
    if YES in allowed:
        plain = {"y": YES, "n": NO}.get(plain, plain)
    same = [each for each in allowed if _plain_answer(each) == plain]
    return same[0] if len(same) == 1 else ""


def _plain_answer(value: str) -> str:
    """Return an answer without the differences that do not count."""
    return " ".join(value.casefold().replace("_", " ").replace("-", " ").replace(":", ": ").split())


def about_digest(about: Collection[str]) -> str:
    """Return what changes with the lines that a question is about; empty where there are none."""
    return _digest(about)[:16] if about else ""


def short_digest(parts: Iterable[str]) -> str:
    """Return what changes with the parts of a question, for its id: an answer then holds for these alone."""
    return _digest(parts)[:8]


def content_digest(row: ListRow) -> str:
    """Return what changes with what a row says, whatever its file is called and wherever it is there."""
    said = (f"{name}={value}" for name, value in sorted(row.values.items()))
    return short_digest((row.kind.value, *said, *row.cleared))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def day_of(value: str) -> date | None:
    """Return the day that an answer names, written as 2026-06-30; None for any other text."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if value == day.isoformat() else None


def days_shown(days: Mapping[str, str] | None) -> Days | None:
    """Return the days that answer a question from how a proposal shows them: by ``first`` and ``last``."""
    return None if days is None else (date.fromisoformat(days["first"]), date.fromisoformat(days["last"]))


def in_order(questions: Iterable[ImportQuestion]) -> tuple[ImportQuestion, ...]:
    """Return questions about rows in the order in which they are asked: first whether a list is complete."""
    return tuple(sorted(questions, key=lambda each: each.code != MANY_MISSING))
