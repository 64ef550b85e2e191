"""The shipped programs: by name, with their words for codes, and their rules as the office keeps them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from activities.adapters.files.program_files import ProgramFiles, read_programs, shipped_files
from activities.adapters.files.task_words import code_in_words
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes.rule_sets import RuleSetWrites, RuleText
from api_gateway.services.problem import Problem, one_of
from domain.languages import Language
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program_file import ProgramFile
from domain.term.opening import open_to_terms

_LOG: Final = structlog.stdlib.get_logger(__name__)


@cache
def program_files() -> ProgramFiles:
    """Return what the shipped program files hold, read once per process like the forms that they name."""
    return read_programs()


def programs() -> Mapping[str, ProgramFile]:
    """Return the shipped programs that can be used."""
    return program_files().usable


def program_of(name: str, association: str) -> ProgramFile:
    """Return a program of an association; 404 for any other, 409 for one that stands aside."""
    return _known(program_files(), name, association)


def program_now(name: str, association: str) -> ProgramFile:
    """Return a program of an association as its file is now, for what the office keeps; 404 for any other."""
    return _known(_as_now(name), name, association)


async def own_program(facts: CommandFacts, association: str, name: str, *, now: bool = False) -> ProgramFile:
    """Return a program of an association, with ``now`` as its file is now.

    It is 404 for a program of another association as for an unknown one, and then 409 for one that stands aside.
    """
    files = _as_now(name) if now else program_files()
    if name in files.aside and (await facts.association_of_program(name) or None) != association:
        raise _unknown(association)
    return _known(files, name, association)


def _as_now(name: str) -> ProgramFiles:
    """Return what the file of one program holds now."""
    return read_programs(path for path in shipped_files() if path.stem == name)


def _known(files: ProgramFiles, name: str, association: str) -> ProgramFile:
    if name in files.aside:
        raise Problem(409, "program_file_faulty")
    found = files.usable.get(name)
    if found is None or found.association != association:
        raise _unknown(association)
    return found


def _unknown(association: str) -> Problem:
    return Problem(404, "unknown_program", one_of(programs_of(association)))


def programs_of(association: str) -> list[str]:
    """Return the names of the programs in use of an association."""
    return sorted(name for name, file in programs().items() if file.association == association)


def zone_of(association: str) -> str:
    """Return the time zone of an association's programs; UTC for one without a program in use."""
    own = (file for file in programs().values() if file.association == association)
    return next((file.rules.calendar.timezone for file in own), "UTC")


def zone_in(association: str) -> ZoneInfo:
    """Return the same as what knows its hours."""
    return ZoneInfo(zone_of(association))


def today_in(association: str, now: datetime) -> date:
    """Return the day that it is where an association is."""
    return now.astimezone(zone_in(association)).date()


def list_of_programs(
    association: str, elsewhere: Collection[str], *, with_faults: bool
) -> list[dict[str, Any]]:
    """Return an association's programs in use and those that stand aside, with their faults if ``with_faults``.

    ``elsewhere`` are programs of other associations. A file that was never read belongs to no association yet, so one
    of a new program that stands aside is shown to all.
    """
    files = program_files()
    in_use = [
        {
            "program": name,
            "title": file.title,
            "association": file.association,
            "version": file.version,
            "stands_aside": False,
            "opens_terms": open_to_terms(file),
            "faults": [],
        }
        for name, file in files.usable.items()
        if file.association == association
    ]
    unread = {"title": "", "association": "", "version": "", "stands_aside": True, "opens_terms": False}
    return in_use + [
        {"program": name, **unread, "faults": [asdict(each) for each in faults] if with_faults else []}
        for name, faults in files.aside.items()
        if name not in elsewhere
    ]


def label_of(program: str, code: str, language: str = "") -> str:
    """Return a program's words for a code, else ours; also if its file is gone."""
    return code_in_words(code, Language(language or Language.EN), programs().get(program))


def rules_to_keep(program: ProgramFile) -> list[RuleText]:
    """Return the rules of a program, and of each region that sets its own, whether or not the office has it yet."""
    codes = ["", *sorted(program.frame.regions)]
    texts = {code: rules_text(program.rules_for(code) if code else program.rules) for code in codes}
    return [
        RuleText(region=code, digest=rules_digest(text), text=text)
        for code, text in texts.items()
        if not code or text != texts[""]
    ]


async def warn_of_changed_rules(rule_sets: RuleSetWrites, files: Iterable[ProgramFile]) -> None:
    """Log each program whose file differs from what was kept under its version, because it was edited."""
    for program in files:
        if not await rule_sets.means(program.program, program.version, rules_to_keep(program)):
            _LOG.warning(
                "rules changed without a new version", program=program.program, version=program.version
            )
