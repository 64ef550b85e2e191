"""A question that belongs to one answer of another says to which."""

import pytest

from activities.adapters.files.form_files import shipped_forms
from api_gateway.pages.acts.parts import answer_parts
from domain.languages import Language


@pytest.mark.parametrize(
    ("field", "language", "hint"),
    [
        ("times_other", Language.ES, "Solo si respondió «en otro momento» a «¿Cuándo?»."),
        (
            "contact_ways",
            Language.ES,
            "Solo si respondió «Sí» a «¿Estuvo en contacto con la coordinación del programa?».",
        ),
        ("contact_other", Language.ES, "Solo si respondió «otro medio» a «¿Por qué medios?»."),
    ],
)
def test_the_hint_names_the_answer_and_the_question_alone(field: str, language: Language, hint: str) -> None:
    made = answer_parts(shipped_forms()["monthly_record", "1"], {}, language)
    assert next(part.hint for part in made.parts if part.name == field) == hint
