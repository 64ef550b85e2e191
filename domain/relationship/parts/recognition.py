"""How the mentor was thanked, as the state keeps it."""

from dataclasses import dataclass

from domain.actors import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """How the mentor was thanked, who has answered, and who continues as a colleague."""

    kind: str = ""
    answered: tuple[Side, ...] = ()
    continuing: tuple[Side, ...] = ()
