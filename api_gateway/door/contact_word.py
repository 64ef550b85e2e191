"""What a program calls the person of the region whom its pairs turn to: the word of its emails stands on pages, too."""

from collections.abc import Iterable

from api_gateway.pages.words import Say
from api_gateway.services.programs import programs
from domain.languages import Language


def contact_word(names: Iterable[str], language: str) -> str:
    """Return the word of the programs with these ids; a general one if they use several, or none is known."""
    known = [programs()[name] for name in names if name in programs()]
    words = {program.wording_in(language).contact for program in known}
    return words.pop() if len(words) == 1 else Say(Language(language))("door.contact_word")
