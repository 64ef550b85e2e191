"""What a task asks for, in words: its name, whom it is about, what to do, since when and until when."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import amount_in_words
from domain.languages import Language
from domain.rules.program_file import ProgramFile
from domain.tasks import ABOUT_STREAMS, TaskKind, due_of

WORDS: Final = Path(__file__).parent / "words"
_STREAM: Final = re.compile(r"([0-9a-f]{8})[0-9a-f]*\b")
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)")
_OF_PAIRS: Final = (TaskKind.FOLLOW_UP_LOGS, *ABOUT_STREAMS)
_NAMED_BY: Final = (
    TaskKind.FILL_FORM,
    TaskKind.CHASE_FORM,
    TaskKind.CHASE_MONTHLY_RECORD,
    TaskKind.CHECK_LOGS,
    TaskKind.CORRECT_PROGRAM,
    TaskKind.CORRECT_WORDS,
)
"""Kinds of which a list names what they are about: a form, a month, a program."""
ONE_IS_ENOUGH: Final = (
    TaskKind.PREPARE_STIPEND,
    TaskKind.APPROVE_STIPEND,
    TaskKind.CONFIRM_SETTLEMENT,
    TaskKind.CHECK_MEMBERSHIP,
    TaskKind.CHECK_ONE_HUMAN,
    TaskKind.CHECK_DEPARTURE,
    TaskKind.RESOLVE_RETURN,
    TaskKind.RESOLVE_PAID_TWICE,
)
"""Kinds that all payment staff have on their lists; their words say that one of them is enough."""
_OVERDUE: Final = "_overdue"
_NAMES: Final = (
    "mentee_name",
    "mentor_name",
    "payee_name",
    "region_name",
    "person_name",
    "has_mentor",
    "amount_minor",
    "currency",
    "owed_due",
    "met_at",
    "now",
    "day",
)


@cache
def words(language: Language) -> Mapping[str, Mapping[str, Any]]:
    """Return the words about tasks in one language."""
    return tomllib.loads((WORDS / "tasks" / f"{language.value}.toml").read_text(encoding="utf-8"))


@cache
def code_words(language: Language) -> Mapping[str, str]:
    """Return our words for codes that no program words, in one language."""
    return tomllib.loads((WORDS / "codes" / f"{language.value}.toml").read_text(encoding="utf-8"))


def code_in_words(code: str, language: Language, file: ProgramFile | None = None) -> str:
    """Return the program's word for a code, else ours, else the name of tasks of this kind; else the code itself."""
    own = file.word(code, language.value) if file is not None else ""
    task = str(words(language)["name"].get(code, ""))
    return own or code_words(language).get(code, "") or task[:1].lower() + task[1:] or code.replace("_", " ")


def fault_in_words(code: str, language: Language) -> str:
    """Return what exactly a check of the records found; a number or name after its code stands behind the words.

    What is no such code is the place of a difference in the tables, or how many faults there are more.
    """
    words, name, rest = code_words(language), code, ""
    if code.isdigit():
        return code
    while name and f"fault_{name}" not in words:
        name, _, last = name.rpartition("_")
        rest = f"{last}_{rest}" if rest else last
    if not name:
        return words["fault_differs"].format(place=code)
    return words[f"fault_{name}"] + (f" ({rest})" if rest else "")


def with_words(task: Mapping[str, Any], language: str, programs: Mapping[str, ProgramFile]) -> dict[str, Any]:
    """Return a task with its words: ``name``, ``who``, ``words`` (what to do), ``due`` and ``since``."""
    return _Writer(task, Language(language), programs).task()


def task_reason(task: Mapping[str, Any], language: str, programs: Mapping[str, ProgramFile]) -> str:
    """Return why a task is there in a few words, such as a code or a form; empty if its name says it."""
    return _Writer(task, Language(language), programs).reason()


class _Writer:
    """The words of one task, in the reader's language and on the days of the task's program."""

    def __init__(
        self, task: Mapping[str, Any], language: Language, programs: Mapping[str, ProgramFile]
    ) -> None:
        self._task, self._language = task, language
        self._words = words(language)
        self._frame = self._words["frame"]
        self._file: ProgramFile | None = programs.get(task["program"])
        zone: tzinfo = self._file.rules.calendar.zone if self._file else UTC
        self._zone, self._today = zone, task["now"].astimezone(zone).date()

    def task(self) -> dict[str, Any]:
        kind = self._task["kind"]
        plain = {name: value for name, value in self._task.items() if name not in _NAMES}
        return {
            **plain,
            "name": self._words["name"][kind],
            "who": self._who(),
            "words": self._what_to_do(kind),
            "due": self._due(),
            "since": self._since(),
        }

    def _what_to_do(self, kind: str) -> str:
        words = str(self._words["do"][kind].format_map(self._facts()))
        return f"{words} {self._frame['one_is_enough']}" if kind in ONE_IS_ENOUGH else words

    def reason(self) -> str:
        kind, why = self._task["kind"], self._task["why"]
        about = self._about() if kind in _NAMED_BY else ""
        # That something is overdue, the name of the task says already.
        reason = "" if why.endswith(_OVERDUE) else self._facts()["reason"]
        return ", ".join(each for each in (about, reason) if each)

    def _who(self) -> str:
        task, unseen = self._task, self._frame["unseen"]
        if task["kind"] in ABOUT_STREAMS and not task["mentee_name"]:
            return str(task["payee_name"] or task["person_name"] or self._frame["office"])
        of_pair = task["subject_kind"] == "relationship" or task["kind"] in _OF_PAIRS
        if of_pair:
            mentee = task["mentee_name"] or unseen
            if not task["has_mentor"]:
                return str(mentee)
            pair = str(self._frame["pair"].format(mentee=mentee, mentor=task["mentor_name"] or unseen))
            if not task["met_at"]:
                return pair
            return str(self._frame["met"].format(pair=pair, day=self._day(self._local(task["met_at"]))))
        if task["subject_kind"] == "obligation":
            paid = self._frame["money"]
            amount = amount_in_words(task["amount_minor"], task["currency"], self._language)
            mentor = task["mentor_name"] or unseen
            return str(paid.format(amount=amount, mentor=mentor, payee=task["payee_name"] or ""))
        return str(task["region_name"] or task["region"])

    def _facts(self) -> Mapping[str, str]:
        task = self._task
        codes = [code for code in task["why"].split(",") if code]
        missing = next((code.rpartition("_")[2] for code in codes if code.startswith("missing_")), "")
        found = codes[1:] if task["kind"] == TaskKind.LOOK_INTO_FAULT else []
        said = [self._code(code) for code in codes[: len(codes) - len(found)]]
        said += [fault_in_words(code, self._language) for code in found]
        # A refusal names the membership apart, and a fault what exactly differs; elsewhere all codes are reasons.
        of_refusal = task["kind"] == TaskKind.DECIDE_REFUSAL
        of_fault = task["kind"] == TaskKind.LOOK_INTO_FAULT
        return {
            "reason": " – ".join(said) if of_fault else ", ".join(said[:1] if of_refusal else said),
            "membership": ", ".join(said[1:2]),
            "missing": missing,
            "about": self._about(),
            "person": task["person_name"] or self._frame["unseen"],
        }

    def _about(self) -> str:
        about, kind = str(self._task["about"]), self._task["kind"]
        if kind in ABOUT_STREAMS:
            stream = _STREAM.match(about)
            return stream[1] if stream and not about.endswith("/grant") else "--all"
        if kind in (TaskKind.FILL_FORM, TaskKind.CHASE_FORM):
            return form_title(about, self._language.value)
        if month := _MONTH.match(about):
            name = self._frame["months"][int(month[2]) - 1]
            return str(self._frame["month"].format(month=name, year=month[1]))
        return self._code(about) if kind == TaskKind.CONSIDER_CHANGE else about

    def _code(self, code: str) -> str:
        return code_in_words(code, self._language, self._file)

    def _due(self) -> str:
        due_at = due_of(self._task)
        if not due_at:
            return str(self._frame["no_day"])
        # What is due at midnight belongs to the day that has just ended.
        due = self._local(due_at, timedelta(seconds=1))
        late = (self._today - due).days
        if late > 0:
            return str(self._frame["late_one"] if late == 1 else self._frame["late"].format(days=late))
        if late >= -1:
            return str(self._frame["tomorrow" if late else "today"])
        return str(self._frame["due"].format(day=self._day(due)))

    def _since(self) -> str:
        opened = self._local(self._task["opened_at"])
        if opened == self._today:
            return str(self._frame["since_today"])
        return str(self._frame["since"].format(day=self._day(opened)))

    def _local(self, instant: str, before: timedelta = timedelta(0)) -> date:
        return (datetime.fromisoformat(instant) - before).astimezone(self._zone).date()

    def _day(self, day: date) -> str:
        form = self._frame["day" if day.year == self._today.year else "day_of_year"]
        return str(form.format(month=self._frame["months"][day.month - 1], number=day.day, year=day.year))
