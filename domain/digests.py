"""The digest: one email with what waits for a person, on the days on which that person wants it."""

from enum import StrEnum


class DigestRhythm(StrEnum):
    """How often a person wants the digest."""

    DAILY = "daily"
    """On each working day on which a line is new or due, became late, or is told wider."""
    MONDAYS = "mondays"
