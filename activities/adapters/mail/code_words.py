"""The wording of emails with sign-in codes: subject, text and html in ``code/``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from activities.adapters.mail.rendering import Fill, Templates
from activities.ports.notices import Email, EmailCopy, Wording
from activities.ports.secret import Secret
from activities.ports.sign_in_codes import CodeToSend
from domain.languages import Language, language_for
from domain.rules.program_file import ProgramFile

_FOLDER: Final = Path(__file__).resolve().parent / "code"


class MailCodes:
    """Turns codes into emails, in the words of the first program of their readers' association."""

    def __init__(self, programs: Mapping[str, ProgramFile]) -> None:
        self._programs = programs
        self._templates = Templates(_FOLDER)

    def email(self, code: CodeToSend, digits: Secret) -> Email:
        """Return the email of a code. Several people of one mailbox get one, in the language of the page."""
        first = code.readers[0]
        alone = len({each.person.name for each in code.readers}) == 1
        program = next(each for each in self._programs.values() if each.association == first.association)
        language = language_for(first.person.language if alone else code.language, program.languages)
        folder = "" if language is Language.EN else f"{language.value}/"
        words = {
            "program": program.wording_in(language.value),
            "reader": first.person.name if alone else "",
            "code": digits,
        }

        def wording(fill: Fill) -> Wording:
            subject = " ".join(fill(f"{folder}subject.txt").split())
            text, html = (fill(f"{folder}{file}", subject=subject) for file in ("text.txt", "html.html"))
            return Wording(subject=subject, text=text, html=html)

        sent, kept = self._templates.both(words, language, wording)
        return Email(
            id=code.id,
            to=(first.person,),
            wording=sent,
            copy=EmailCopy(email=code.id, scope=first.person.id, wording=kept),
            language=language.value,
            sender_name=program.wording_in(language.value).program,
        )
