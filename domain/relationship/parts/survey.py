"""The answers to the closing survey, as the state keeps them: who has answered, and no word of it."""

from dataclasses import dataclass

from domain.actors import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Who has answered."""

    answered: tuple[Side, ...] = ()
