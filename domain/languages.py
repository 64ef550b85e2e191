"""The languages of the office: each has a text for every notice, and each program says which it offers."""

from enum import StrEnum


class Language(StrEnum):
    """A language by its code (ISO 639-1)."""

    EN = "en"
    ES = "es"
