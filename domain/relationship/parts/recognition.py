"""The thanks to the mentor, as the state keeps them."""

from dataclasses import dataclass

from domain.actors import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """How the mentor was thanked, and who goes on as a colleague."""

    kind: str = ""
    answered: tuple[Side, ...] = ()
    continuing: tuple[Side, ...] = ()
