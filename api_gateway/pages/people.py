"""Pairs and people as pages show them: by name, with a link where there is a page."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from activities.adapters.files.task_words import code_words
from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Pair
from api_gateway.pages.words import Say
from api_gateway.services.caller import Caller
from api_gateway.services.programs import programs
from domain.languages import Language
from domain.rules.program_file import ProgramFile
from domain.task_acts import STATE_OFFICE_ONLY

_FOUND: Final = 12
"""How many people a search for one shows."""


def pair_shown(pair: Mapping[str, Any], say: Say) -> Pair:
    """Return the pair of a relationship's row with its names: the mentee, and the mentor or that there is none yet."""
    unseen = say("parts.unseen")
    return Pair(pair["mentee_name"] or unseen, _with(pair, say, unseen), links.relationship(pair["id"]))


def _with(pair: Mapping[str, Any], say: Say, unseen: str) -> str:
    if pair["mentor"]:
        return say("parts.with", name=pair["mentor_name"] or unseen)
    if pair["proposed_mentor"]:
        return say("parts.with_proposed", name=pair["mentor_name"] or unseen)
    return nobody_yet(say)


def nobody_yet(say: Say) -> str:
    """Return what stands after the name of a mentee who has no mentor; the dash keeps it apart from the name."""
    return f"– {say('parts.no_mentor')}"


def may_remind(pair: Mapping[str, Any], caller: Caller) -> bool:
    """Return whether a caller may send an email to a pair again: a coordinator of its region outside the pair."""
    return caller.coordinates(pair["region"]) and not {*caller.ids} & {pair["mentee"], pair["mentor"]}


def own_regions(regions: Mapping[str, str], caller: Caller) -> dict[str, str]:
    """Return the names of the regions that somebody's office is for: all of them without named ones."""
    return {code: name for code, name in regions.items() if not caller.regions or code in caller.regions}


def lapsed_sign(row: Mapping[str, Any], dates: Dates) -> str:
    """Return in words that a person's membership has lapsed, and since when; nothing for a member or a stranger."""
    held = row.get("membership")
    if not held or not held["lapsed"]:
        return ""
    return dates.say("people.lapsed", day=dates.day(held["last"]).words)


def membership_words(row: Mapping[str, Any], association: str, language: str) -> str:
    """Return what the program calls the classes of membership of a person's row; nothing without one."""
    held = row.get("membership")
    if not held:
        return ""
    classes = tuple(dict.fromkeys(held["classes"])) or (held["class"],)
    labels = labels_of(classes, association, language)
    return ", ".join(labels[each] for each in classes)


def held_today(entry: Mapping[str, Any], today: date) -> list[str]:
    """Return the classes of the memberships that a person has on a day."""
    day = today.isoformat()
    return [
        each["name"]
        for each in entry.get("memberships") or ()
        if each["first"] <= day and (not each.get("last") or each["last"] >= day)
    ]


def labels_of(codes: Iterable[str], association: str, language: str) -> dict[str, str]:
    """Return the words that the programs of an association have for codes; without words, the code itself as words."""
    own = [file for file in programs().values() if file.association == association]
    return {code: _label(own, code, language) for code in codes}


def _label(files: Iterable[ProgramFile], code: str, language: str) -> str:
    """Return the first word that a program has for a code of its own."""
    plain = code.replace("_", " ")
    labels = (file.label(code, language) for file in files)
    label = next((label for label in labels if label != plain), plain)
    return label[:1].upper() + label[1:]


def position_of(row: Mapping[str, Any]) -> str:
    """Return a person's position as words: a list may have it as a code."""
    return str(row["role_title"]).replace("_", " ")


def district_of(row: Mapping[str, Any]) -> str:
    """Return a person's district; nothing for one who has none, which a list writes as a dash."""
    return "" if row["district"] == "-" else str(row["district"])


async def people_found(
    office: Office, visitor: Visitor, q: str, regions: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the people whom a search finds."""
    if not q:
        return []
    rows = (await office.reads.people.page(visitor.caller.sight, q=q, limit=_FOUND)).rows
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "about": ", ".join(
                filter(None, (position_of(row), regions.get(row["region"], ""), row["email"]))
            ),
        }
        for row in rows
    ]


def role_of(kind: str, role: str, say: Say) -> str:
    """Return which office a kind of task is for, in words."""
    return (
        say("parts.state_office")
        if kind in STATE_OFFICE_ONLY
        else code_words(Language(say.language)).get(role, role)
    )


def whom_of(kind: str, role: str, say: Say, caller: Caller | None = None) -> str:
    """Return for whom a kind of task waits, in a sentence; for a caller with the same role, that it is a colleague."""
    if kind in STATE_OFFICE_ONLY:
        return say("parts.state_office")
    colleague = caller is not None and role in caller.roles
    return say(f"parts.{'colleague' if colleague else 'whom'}.{role}")


def task_about(task: Mapping[str, Any], who: str, say: Say) -> Pair:
    """Return whom a task is about: a pair, money and its payee, or what its words say."""
    if task["subject_kind"] == "relationship" and task["mentee_name"]:
        rest = nobody_yet(say)
        if task["has_mentor"]:
            rest = say("parts.with", name=task["mentor_name"] or say("parts.unseen"))
        return Pair(task["mentee_name"], rest, links.relationship(task["subject"]))
    return Pair(who, href=links.payment(task["subject"]) if task["subject_kind"] == "obligation" else "")
