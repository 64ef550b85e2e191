"""Amounts: whole cents and a currency code, never a float. Decimal is used only where people read or write amounts."""

from dataclasses import dataclass
from decimal import Decimal

CURRENCIES = ("USD", "CAD")
MOST_MINOR = 99_999_999_99
"""The largest amount of one obligation: what fits into the ten digits of a bank's file."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Money:
    """An amount above zero in the minor unit of a currency; anything else raises ``ValueError``."""

    currency: str
    minor: int

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"unknown currency; write one of {', '.join(CURRENCIES)}")
        if type(self.minor) is not int or not 0 < self.minor <= MOST_MINOR:
            raise ValueError("write a whole number of cents above zero")

    @property
    def text(self) -> str:
        """The amount as people read it, such as ``500.00 USD``."""
        return f"{Decimal(self.minor).scaleb(-2):.2f} {self.currency}"
