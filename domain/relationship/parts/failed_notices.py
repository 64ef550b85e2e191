"""Notices that did not reach a person, as the state keeps them until the address or the day of leaving is corrected."""

from dataclasses import dataclass, field

from domain.codec import LATER
from domain.notices import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedNotice:
    """One notice that did not reach a person: the mail server refused it, or the person was ``gone``."""

    notice: str
    kind: NoticeKind
    person: str
    gone: bool | None = field(default=None, metadata=LATER)
