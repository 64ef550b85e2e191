"""The closing survey, as the state keeps it: who has answered, but no answers."""

from dataclasses import dataclass

from domain.actors import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Who has answered."""

    answered: tuple[Side, ...] = ()
