"""Whom a pair turns to has the program's own word on every page of the door, as in its emails."""

import re
from typing import Final

import pytest

from api_gateway.door.acts import OF_PAIR
from api_gateway.door.contact_word import contact_word
from api_gateway.door.own_address import own_address
from api_gateway.pages.words import page_words
from domain.actors import Actor
from domain.languages import Language
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_my_page import met
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import MENTEE, MENTOR

GENERAL: Final = re.compile(r"coordinat|coordinaci|coordina\b", re.IGNORECASE)
OF_DOOR: Final = ("door.", "my.", "own.", "code.")
OWN_WORD: Final = {"en": "regional contact", "es": "contacto regional"}


@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_door_names_the_contact_itself_but_one(language: Language) -> None:
    words = {key: str(word) for key, word in page_words(language).items() if key.startswith(OF_DOOR)}
    assert [key for key, word in words.items() if GENERAL.search(word)] == ["door.contact_word"]


def test_the_word_is_the_programs_and_a_general_one_for_several_or_none() -> None:
    assert contact_word(["masa"], "en") == "regional contact"
    assert contact_word(["nea_esp", "opsoa"], "en") == "program coordinator"
    assert contact_word(["masa", "mass"], "en") == "coordinator"
    assert contact_word(["no_program"], "es") == "coordinación"
    assert contact_word([], "en") == "coordinator"


@pytest.mark.parametrize("who", [MENTEE, MENTOR], ids=["mentee", "mentor"])
async def test_every_page_has_the_programs_word(who: Actor, pair: LivePair, own: OwnForms) -> None:
    meeting = await met(pair)
    browser = await own.browser(who)
    paths = [own_address(act, pair.id) for act in OF_PAIR]
    paths += [own_address("DisputeMeeting", pair.id, {"meeting": meeting})]
    paths += [
        "/my",
        "/my/contact",
        f"/my/more/{pair.id}",
        f"{paths[-1]}&reference=aaaaaaaa".replace("?", "/done?"),
    ]
    for language in Language:
        csrf = re.findall(r'name="csrf" value="([^"]+)"', (await browser.get("/my")).text)[0]
        await browser.post("/my/language", {"csrf": csrf, "language": language.value})
        said = {path: text_of((await browser.get(path)).text) for path in paths}
        assert {path: GENERAL.findall(text) for path, text in said.items() if GENERAL.search(text)} == {}
        word = OWN_WORD[language.value]
        assert f"{'Your' if language is Language.EN else 'Su'} {word}" in said["/my"]
        for path in (own_address("PauseRelationship", pair.id), "/my/contact"):
            assert word in said[path], path
