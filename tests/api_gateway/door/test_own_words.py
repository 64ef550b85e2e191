"""What one of a pair chooses is said by that person: no form of the door speaks of the two as of others."""

import re
from typing import Final

import pytest

from activities.adapters.files.program_files import load_programs
from api_gateway.door.records import in_own_words
from api_gateway.pages.acts.parts import Choice
from api_gateway.pages.acts.words import of_code
from domain.languages import Language

OF_OTHERS: Final = {
    Language.EN: re.compile(r"\b(the two|both|they|their)\b", re.IGNORECASE),
    Language.ES: re.compile(r"\b(las dos personas|ambas|la pareja|se reunieron)\b", re.IGNORECASE),
}


@pytest.mark.parametrize("language", Language)
def test_a_reason_that_one_of_the_pair_chooses_speaks_of_us(language: Language) -> None:
    for name, file in load_programs().items():
        rules = file.rules
        codes = {
            *rules.meetings.dispute_reasons,
            *rules.meetings.obstacles,
            *rules.matching.decline_reasons,
            *rules.ending_reasons,
            *rules.pause_reasons,
        }
        choices = [Choice(value=code, label=of_code(language.value, name, code)) for code in sorted(codes)]
        said = in_own_words(choices, language.value)
        assert [each.label for each in said if OF_OTHERS[language].search(each.label)] == []
        assert [each.value for each in said] == sorted(codes)
