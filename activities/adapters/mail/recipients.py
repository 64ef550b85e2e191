"""Which email of a notice goes to whom, in which language, and who answers; each language is one email."""

from collections.abc import Iterator
from dataclasses import dataclass

from activities.adapters.mail.addresses import reachable
from activities.ports.notices import NoticeToSend, Person
from domain.languages import Language, language_for
from domain.rules.program_file import ProgramFile
from domain.visibility import CONFIDENTIAL_NOTICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """The readers of one email, and its stable id."""

    email: str
    language: Language
    people: tuple[Person, ...]


def recipients_of(notice: NoticeToSend, program: ProgramFile) -> Iterator[Recipients]:
    """Yield the recipients of each email of a notice, in the order of the program's languages.

    A person whose language the program does not offer reads the first one. So nobody gets a notice twice or has to look
    for one language among several. Each id is derived from the notice's id, so that an email that is tried again keeps
    its Message-ID. One that staff send again has a new one, else a mail program would hide it behind the first.
    """
    for language in program.languages:
        people = tuple(
            each for each in notice.to if language_for(each.language, program.languages) is language
        )
        if people:
            first = language is program.languages[0]
            number = f"{notice.id}.{notice.again}" if notice.again else notice.id
            email = number if first else f"{number}.{language.value}"
            yield Recipients(email=email, language=language, people=people)


def first_language(notice: NoticeToSend, program: ProgramFile) -> Language:
    """Return the language of the first reader of a notice, or the program's first one if nobody reads it."""
    return language_for(notice.to[0].language if notice.to else "", program.languages)


def answers_to(notice: NoticeToSend) -> Person | None:
    """Return who answers replies to a notice: its region's first active contact, or None for the state office.

    It is never somebody whom the matter is about, and none of its readers; what is confidential goes to the office.
    """
    if notice.kind in CONFIDENTIAL_NOTICES:
        return None
    apart = {person.id for person in (notice.mentor, notice.mentee, *notice.to) if person}
    return next(iter(reachable(each for each in notice.contacts if each.id not in apart)), None)
