"""The wording of digests: subject, text and html in ``digest/``; the words of each task are those of lists of tasks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.locales import day_of_these_weeks, opening
from activities.adapters.files.task_words import with_words
from activities.adapters.files.task_words import words as task_words
from activities.adapters.mail.rendering import Fill, Templates
from activities.adapters.mail.staff_pages import notice_page, task_page
from activities.adapters.mail.wording import MailWords
from activities.ports.digests import DigestToSend
from activities.ports.notices import Email, EmailCopy, Wording
from activities.ports.secret import Secret
from domain.digests import Digest, DigestLine, News
from domain.languages import Language, language_for
from domain.rules.program_file import ProgramFile
from domain.tasks import due_of
from domain.visibility import CONFIDENTIAL_TASKS

_FOLDER: Final = Path(__file__).resolve().parent / "digest"
_MARKS: Final[Mapping[Language, Mapping[News, str]]] = {
    Language.EN: {News.NEW: "new", News.WIDER: "still open"},
    Language.ES: {News.NEW: "nuevo", News.WIDER: "sigue pendiente"},
}
"""What a line says of its news; that it is due today or late, its day says."""
_COUNTS: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = {
    Language.EN: {
        "late": ("{} late", "{} late"),
        "week": ("{} this week", "{} this week"),
        "today": ("{} due today", "{} due today"),
        "new": ("{} new", "{} new"),
        "again": ("{} still open", "{} still open"),
        "open": ("{} open", "{} open"),
    },
    Language.ES: {
        "late": ("{} con retraso", "{} con retraso"),
        "week": ("{} para esta semana", "{} para esta semana"),
        "today": ("{} para hoy", "{} para hoy"),
        "new": ("{} asunto nuevo", "{} asuntos nuevos"),
        "again": ("{} sigue pendiente", "{} siguen pendientes"),
        "open": ("{} asunto pendiente", "{} asuntos pendientes"),
    },
}
"""Of one, and of several."""
SHOWN: Final = 25
"""The most lines of one email; it says how many more there are."""


class MailDigests:
    """Turns digests into emails, in the words of the first program of their reader's association."""

    def __init__(self, programs: Mapping[str, ProgramFile], office: str | Secret) -> None:
        self._programs = programs
        self._notices = MailWords(programs, office)
        self._office = office
        self._templates = Templates(_FOLDER)

    def email(self, digest: DigestToSend) -> Email:
        """Return the email of a digest in its reader's language."""
        association = digest.reader.association
        program = next(each for each in self._programs.values() if each.association == association)
        language = language_for(digest.reader.person.language, program.languages)
        folder = "" if language is Language.EN else f"{language.value}/"

        def wording(fill: Fill) -> Wording:
            subject = " ".join(fill(f"{folder}subject.txt").split())
            text, html = (fill(f"{folder}{file}", subject=subject) for file in ("text.txt", "html.html"))
            return Wording(subject=subject, text=text, html=html)

        words, reader = self._words(digest, program, language), digest.reader.person
        sent, kept = self._templates.both(words, language, wording)
        # Nobody of a region answers: what a reply asks is about many, and the state office reads it.
        return Email(
            id=digest.id,
            to=(reader,),
            wording=sent,
            copy=EmailCopy(email=digest.id, scope=reader.id, wording=kept),
            language=language.value,
            sender_name=words["association"],
        )

    def _words(self, digest: DigestToSend, program: ProgramFile, language: Language) -> dict[str, Any]:
        told = digest.digest
        new = _count(told, News.NEW)
        marked = {News.WIDER, *([News.NEW] if new < len(told.shown) else [])}
        left = SHOWN
        sections: list[dict[str, Any]] = []
        for name, lines in _parts(told).items():
            shown = [self._line(each, digest, program, language) for each in lines[: max(left, 0)]]
            left -= len(lines)
            if shown:
                # All that happened is new: it is told once.
                marks = marked if name != "facts" else ()
                sections.append({"name": name, "groups": _groups(shown, language, marks)})
        return {
            "association": opening(program.wording_in(language.value).association),
            "program": program.wording_in(language.value),
            "contact": digest.reader.contact,
            "reader": digest.reader.person,
            "day": day_of_these_weeks(told.day, language),
            "counts": _counts(told, language),
            "first": self._line(told.shown[0], digest, program, language),
            "has_last": digest.reader.last is not None,
            "new": new,
            "again": _count(told, News.WIDER),
            "one_is_enough": _said_once([group for each in sections for group in each["groups"]], language),
            "sections": sections,
            "more": max(-left, 0),
            "urgent": digest.urgent,
            "office": self._office,
        }

    def _line(
        self, line: DigestLine, digest: DigestToSend, program: ProgramFile, language: Language
    ) -> Mapping[str, Any]:
        """Return a line in words. What is about no program, such as the office, is told in the reader's own."""
        news = dict(digest.digest.news).get(line.id)
        if (notice := digest.notices.get(line.id)) is not None:
            [email] = self._notices.emails(replace(notice, to=(digest.reader.person,)))
            return {
                "who": email.copy.wording.subject,
                "name": "",
                "words": "",
                "news": news,
                "confidential": False,
                "page": notice_page(self._office, notice.kind, notice.about),
            }
        task = digest.tasks[line.id]
        of_program = {**task, "program": task["program"] or program.program}
        words = with_words(of_program, language, self._programs)
        if not due_of(task):
            # The heading says that no day is set.
            words = {**words, "due": ""}
        # Names of a confidential matter stand in no subject, which a locked screen shows.
        page, confidential = task_page(self._office, task["id"]), task["kind"] in CONFIDENTIAL_TASKS
        return {**words, "news": news, "confidential": confidential, "page": page}


def _groups(
    lines: Iterable[Mapping[str, Any]], language: Language, marked: Collection[News]
) -> list[dict[str, Any]]:
    """Return lines that ask for the same thing as one group, which says once what to do."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in lines:
        days = [line[name] for name in ("due", "since") if line.get(name)]
        if line["news"] in marked:
            days.append(_MARKS[language][line["news"]])
        groups.setdefault((line["name"], line["words"]), []).append(
            {"who": line["who"], "days": days, "page": line["page"]}
        )
    return [{"name": name, "words": words, "lines": of} for (name, words), of in groups.items()]


def _parts(told: Digest) -> dict[str, tuple[DigestLine, ...]]:
    """Return the lines of each part of the email, in its order."""
    return {
        "late": told.late,
        "this_week": told.this_week,
        "waiting": tuple(line for line in told.waiting if line.due is not None),
        "no_day": tuple(line for line in told.waiting if line.due is None),
        "facts": told.facts,
    }


def _said_once(groups: Iterable[dict[str, Any]], language: Language) -> str:
    """Return that one person is enough, and take it from the words of each group; empty if at most one says it."""
    frame = task_words(language)["frame"]
    saying = [group for group in groups if group["words"].endswith(frame["one_is_enough"])]
    if len(saying) < 2:
        return ""
    for group in saying:
        group["words"] = group["words"].removesuffix(frame["one_is_enough"]).rstrip()
    return str(frame["one_is_enough_for_each"])


def _counts(told: Digest, language: Language) -> list[str]:
    """Return what a subject says: how much is late and due this week, else what is new, told again, or waits."""
    words = _COUNTS[language]
    week = "today" if all(line.due == told.day for line in told.this_week) else "week"
    urgent = [
        _counted(words[name], len(of)) for name, of in (("late", told.late), (week, told.this_week)) if of
    ]
    if urgent:
        return urgent
    counts = {"new": _count(told, News.NEW), "again": _count(told, News.WIDER), "open": len(told.work)}
    return [next(_counted(words[name], number) for name, number in counts.items() if number)]


def _counted(words: tuple[str, str], number: int) -> str:
    """Return a number with its words, which are other ones for several."""
    return words[number != 1].format(number)


def _count(told: Digest, news: News) -> int:
    """Return how many lines are news in one way: never told before, or told again."""
    return sum(why is news for _, why in told.news)
