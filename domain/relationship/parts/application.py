"""The mentee's application, as the state keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the mentee applied with, and who decided on it."""

    reason: str
    special: bool = False
    special_document: str = ""
    decider: str = ""
    accepted: bool = False
    areas: tuple[str, ...] = ()
