"""Notices that the mail server refused for good, as the state keeps them until the address is corrected."""

from dataclasses import dataclass

from domain.notices import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedNotice:
    """One notice that did not reach a person."""

    notice: str
    kind: NoticeKind
    person: str
