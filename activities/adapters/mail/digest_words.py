"""The wording of digests: subject, text and html in ``digest/``; the words of each task are those of lists of tasks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date
from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from activities.adapters.files.task_words import with_words
from activities.adapters.mail.wording import LOCALES, MailWords, opening
from activities.ports.digests import DigestToSend
from activities.ports.notices import Email, Wording
from domain.digests import Digest, DigestLine, News
from domain.languages import Language, language_for
from domain.rules.program_file import ProgramFile

_FOLDER: Final = Path(__file__).resolve().parent / "digest"
_DAY: Final = {Language.EN: "EEEE, MMMM d", Language.ES: "EEEE, d 'de' MMMM"}
_NEW: Final = {Language.EN: "new", Language.ES: "nuevo"}
_COUNTS: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.EN: {"late": "{} late", "week": "{} this week", "new": "{} new", "open": "{} open"},
    Language.ES: {
        "late": "{} con retraso",
        "week": "{} esta semana",
        "new": "{} por primera vez",
        "open": "{} pendientes",
    },
}
SHOWN: Final = 25
"""The most lines of one email; it says how many more there are."""


class MailDigests:
    """Turns digests into emails, in the words of the first program of their reader's association."""

    def __init__(self, programs: Mapping[str, ProgramFile], office: str) -> None:
        self._programs = programs
        self._notices = MailWords(programs, office)
        self._office = office
        self._inline = CSSInliner(load_remote_stylesheets=False)
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=select_autoescape(enabled_extensions=("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def email(self, digest: DigestToSend) -> Email:
        """Return the email of a digest in its reader's language."""
        association = digest.reader.association
        program = next(each for each in self._programs.values() if each.association == association)
        language = language_for(digest.reader.person.language, program.languages)
        folder = "" if language is Language.EN else f"{language.value}/"
        words = self._words(digest, program, language)

        def fill(file: str) -> str:
            return self._templates.get_template(f"{folder}{file}").render(words)

        words["subject"] = " ".join(fill("subject.txt").split())
        wording = Wording(
            subject=words["subject"], text=fill("text.txt"), html=self._inline.inline(fill("html.html"))
        )
        # Nobody of a region answers: what a reply asks is about many, and the state office reads it.
        return Email(
            id=digest.id,
            to=(digest.reader.person,),
            wording=wording,
            language=language.value,
            sender_name=words["association"],
        )

    def _words(self, digest: DigestToSend, program: ProgramFile, language: Language) -> dict[str, Any]:
        told = digest.digest
        parts = {"late": told.late, "this_week": told.this_week, "waiting": told.waiting}
        new = sum(why is News.NEW for _, why in told.news)
        left, sections = SHOWN, []
        for name, lines in parts.items():
            shown = [self._line(each, digest, program, language) for each in lines[: max(left, 0)]]
            left -= len(lines)
            if shown:
                sections.append(
                    {"name": name, "groups": _groups(shown, language, mark_new=new < len(told.lines))}
                )
        return {
            "association": opening(program.wording_in(language.value).association),
            "reader": digest.reader.person,
            "day": format_date(told.day, _DAY[language], locale=LOCALES[language]),
            "counts": _counts(told, language),
            "first": self._line(told.lines[0], digest, program, language),
            "has_last": digest.reader.last is not None,
            "new": new,
            "sections": sections,
            "more": max(-left, 0),
            "urgent": digest.urgent,
            "office": self._office,
        }

    def _line(
        self, line: DigestLine, digest: DigestToSend, program: ProgramFile, language: Language
    ) -> Mapping[str, Any]:
        """Return a line in words. What is about no program, such as the office, is told in the reader's own."""
        is_new = (line.id, News.NEW) in digest.digest.news
        if (notice := digest.notices.get(line.id)) is not None:
            [email] = self._notices.emails(replace(notice, to=(digest.reader.person,)))
            return {"who": email.wording.subject, "name": "", "words": "", "new": is_new}
        task = digest.tasks[line.id]
        of_program = {**task, "program": task["program"] or program.program}
        return {**with_words(of_program, language, self._programs), "new": is_new}


def _groups(
    lines: Iterable[Mapping[str, Any]], language: Language, *, mark_new: bool
) -> list[dict[str, Any]]:
    """Return lines that ask for the same thing as one group, which says once what to do."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in lines:
        days = [line[name] for name in ("due", "since") if line.get(name)]
        if line["new"] and mark_new:
            days.append(_NEW[language])
        groups.setdefault((line["name"], line["words"]), []).append({"who": line["who"], "days": days})
    return [{"name": name, "words": words, "lines": of} for (name, words), of in groups.items()]


def _counts(told: Digest, language: Language) -> list[str]:
    """Return what a subject says: how much is late and due this week, else how much is new, else how much waits."""
    words = _COUNTS[language]
    urgent = [
        words[name].format(len(of)) for name, of in (("late", told.late), ("week", told.this_week)) if of
    ]
    if urgent:
        return urgent
    new = sum(why is News.NEW for _, why in told.news)
    return [words["new"].format(new) if new else words["open"].format(len(told.lines))]
