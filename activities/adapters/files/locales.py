"""How days and amounts are written in each language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from babel.numbers import format_currency

from domain.languages import Language

LOCALES: Final[Mapping[Language, str]] = {Language.EN: "en_US", Language.ES: "es_US"}
"""Each language as it is used in the United States."""
_AMOUNT: Final = "#,##0.00 ¤¤"
"""The currency's code after the number."""


def amount_in_words(minor: int, currency: str, language: Language) -> str:
    """Return an amount in cents with its currency, such as: 500.00 USD."""
    return str(format_currency(Decimal(minor) / 100, currency, _AMOUNT, locale=LOCALES[language]))
