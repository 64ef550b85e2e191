"""The words of pages: each language has each word, and each word that a page asks for is there."""

import ast
import re
from collections.abc import Iterator

import pytest

from api_gateway.pages.acts.form import with_label
from api_gateway.pages.acts.words import refusal_of, refused_words
from api_gateway.pages.view import TEMPLATES
from api_gateway.pages.words import Say, as_written, page_words
from api_gateway.services.problem import words_in
from domain.languages import Language
from workers.settings import REPOSITORY

ASKED = re.compile(r"""\bsay\(["']([\w.]+)["']""")


def fields(word: object) -> set[str]:
    """Return the values that a word names, also one that depends on a number."""
    texts = word.values() if isinstance(word, dict) else (word,)
    return {name for text in texts for name in re.findall(r"\{(\w+)\}", str(text))}


@pytest.mark.parametrize("language", Language)
def test_each_language_has_each_word_with_the_same_values(language: Language) -> None:
    here, english = page_words(language), page_words(Language.EN)
    assert set(here) == set(english)
    assert {key: fields(here[key]) for key in here} == {key: fields(english[key]) for key in english}
    assert [key for key, word in here.items() if not word] == []


def asked_for() -> Iterator[tuple[str, str]]:
    """Yield each word that a template or a page names, with its file."""
    for template in sorted(TEMPLATES.rglob("*.html")):
        yield from ((template.name, key) for key in ASKED.findall(template.read_text()))
    for file in sorted((REPOSITORY / "api_gateway" / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                called = re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", node.value)
                if called and node.value.split(".")[0] in PARTS:
                    yield file.name, node.value


PARTS = {key.split(".")[0] for key in page_words(Language.EN)}


def test_each_word_that_a_page_asks_for_is_there() -> None:
    known = page_words(Language.EN)
    missing = [
        (file, key)
        for file, key in asked_for()
        if key not in known and not (key.endswith((".", "_")) and any(each.startswith(key) for each in known))
    ]
    assert missing == []


def test_a_word_is_chosen_by_its_number() -> None:
    assert Say(Language.EN)("parts.days_late", count=1) == "1 day late"
    assert Say(Language.ES)("parts.days_late", count=3) == "3 días de retraso"
    with pytest.raises(KeyError):
        Say(Language.EN)("parts.unknown")


def test_two_spanish_words_that_are_one_are_written_as_one() -> None:
    assert (
        as_written("espera a \u2068el personal\u2069 de el programa", "es")
        == "espera al \u2068personal\u2069 del programa"
    )
    assert as_written("de El Salvador a el, a él", "es") == "de El Salvador a el, a él"
    assert Say(Language.ES)("today.waits_for", whom="el personal de pagos").startswith("espera al ")


def test_a_near_day_has_no_word_before_it_and_a_sentence_one_full_stop() -> None:
    assert as_written("Signed on today, in force on Jan 4.", "en") == "Signed today, in force on Jan 4."
    assert as_written("Firmado el hoy; el 4 de enero.", "es") == "Firmado hoy; el 4 de enero."
    assert as_written("Hasta el hoy, 9:00 a.m..", "es") == "Hasta hoy, 9:00 a.m."
    assert as_written("A las \u20689:00 p.m.\u2069. Lee", "es") == "A las \u20689:00 p.m.\u2069 Lee"
    assert as_written("la del ayer, la del 4 de enero", "es") == "la de ayer, la del 4 de enero"


def test_a_refused_attempt_is_told_by_the_name_of_the_act_and_what_stood_against_it() -> None:
    said = refused_words("LogMeeting", "meeting_in_future", "en")
    assert said == {"LogMeeting": "Log a meeting", "meeting_in_future": "the meeting is in the future"}
    assert refused_words("AddPerson", "no_such_code", "en") == {}


def test_a_fault_of_a_question_stands_without_a_colon() -> None:
    assert with_label("Accept it?", "Choose one.") == "Accept it? Choose one."
    assert with_label("Day", "Choose one.") == "Day: Choose one."


@pytest.mark.parametrize("language", Language)
def test_no_refusal_at_a_page_sends_its_reader_to_a_command_line(language: Language) -> None:
    of_command_line = re.compile(r"(?:^|\s)--[a-z]|command line|línea de comandos", re.IGNORECASE)
    told = {code: refusal_of(code, language) for code in words_in(language)}
    assert {code for code, said in told.items() if of_command_line.search(said)} == set()
    left_out = {
        Language.EN: "Correct the file and import it again, or take over the rest.",
        Language.ES: "Corrija el archivo e impórtelo otra vez, o acepte lo demás dejando fuera las filas rechazadas.",
    }
    assert told["rows_refused"].endswith(left_out[language])
