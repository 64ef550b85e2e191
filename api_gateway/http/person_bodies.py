"""The bodies of changes of a person's entry, which the API and the pages take alike."""

from typing import Annotated, ClassVar, Final

from pydantic import Field, Strict, field_validator, model_validator

from api_gateway.http.fields import (
    Day,
    EmailAddress,
    Id,
    MemberNumber,
    Name,
    Phone,
    RegionCode,
    RoleTitle,
    StrictBody,
)
from domain.languages import Language
from domain.people.corrections import Mistake

_MOST: Final = 50
Record = Annotated[int, Strict(), Field(ge=1, le=2**62)]
"""The number of a dated record."""


class NewPerson(StrictBody):
    """A person. The office gives the id: one that a sender chose could be somebody's in another association."""

    example: ClassVar = {
        "key": "00712",
        "name": "Ann Example",
        "email": "ann@example.org",
        "role_title": "principal",
        "district": "District 1",
        "region": "north",
        "supervisor": None,
        "phone": "555 0100",
    }

    key: MemberNumber | None = None
    name: Name
    email: EmailAddress
    role_title: RoleTitle
    district: Name = "-"
    region: RegionCode
    supervisor: Id | None = None
    phone: Phone = ""
    language: Language = Language.EN


class OwnContact(StrictBody):
    """The phone number at which the office reaches somebody; null takes it out."""

    example: ClassVar = {"phone": "555 0100"}

    phone: Phone | None


class EntryFields(StrictBody):
    """What changes in an entry; a field that is left out stays as it is. ``key`` adds a member number.

    Null clears the supervisor or the phone number; the other fields cannot be empty. ``confirmed`` says that an
    address which another human has, or a role title which nobody has yet, is right.
    """

    example: ClassVar = {
        "phone": "555 0100",
        "role_title": "principal",
        "email": "ann@example.org",
        "key": "00712",
        "confirmed": False,
    }
    elsewhere: ClassVar = {
        "region": "Somebody moves on a day: mentorflow send people/PERSON/move --body "
        """'{"region": "CODE", "since": "YEAR-MONTH-DAY"}'""",
        "language": "The language of the emails: mentorflow send people/PERSON/language --body "
        """'{"language": "es"}'""",
        "left_on": 'Somebody left: mentorflow send people/PERSON/left --body \'{"day": "YEAR-MONTH-DAY"}\'',
        "died_on": 'Somebody died: mentorflow send people/PERSON/died --body \'{"day": "YEAR-MONTH-DAY"}\'',
    }

    key: MemberNumber | None = None
    name: Name | None = None
    email: EmailAddress | None = None
    role_title: RoleTitle | None = None
    district: Name | None = None
    supervisor: Id | None = None
    phone: Phone | None = None
    confirmed: Annotated[bool, Strict()] = False

    @field_validator("key", "name", "email", "role_title", "district")
    @classmethod
    def filled(cls, value: str | None) -> str:
        """Refuse null for what each entry has."""
        if value is None:
            raise ValueError(
                "This field cannot be empty. Write a value, or leave the field out to keep the old one."
            )
        return value


class LastDay(StrictBody):
    """The day on which a person left or died; null withdraws a day that was recorded wrongly."""

    day: Day | None


class ChosenLanguage(StrictBody):
    """The language in which the office writes to a person."""

    language: Language


class Move(StrictBody):
    """The region to which a person belongs from a day on."""

    example: ClassVar = {"region": "north"}

    region: RegionCode
    since: Day


class NumberTakenOff(StrictBody):
    """The member number that is taken off a person, and why."""

    example: ClassVar = {"key": "00712"}

    key: MemberNumber
    reason: Mistake = Mistake.MISTYPED


class EntrySeparation(StrictBody):
    """What of an entry belongs to ``other``: member numbers, memberships by their records, the mentor's record."""

    example: ClassVar = {"other": "c4d1" * 8, "keys": ["00712"], "memberships": []}

    other: Id
    keys: Annotated[list[MemberNumber], Field(default_factory=list, max_length=_MOST)]
    memberships: Annotated[list[Record], Field(default_factory=list, max_length=_MOST)]
    mentor: Annotated[bool, Strict()] = False
    reason: Mistake = Mistake.OTHER_PERSON


class Withdrawal(StrictBody):
    """Why an entry, or a region, is withdrawn. There is no way back, so it is always said."""

    reason: Mistake


class RegionCorrection(StrictBody):
    """The region to which a person belonged from that day on, or the day; what is left out was right."""

    example: ClassVar = {"region": "north"}

    region: RegionCode | None = None
    since: Day | None = None
    reason: Mistake = Mistake.MISTYPED

    @model_validator(mode="after")
    def says_something(self) -> "RegionCorrection":
        """Refuse a correction that says neither a region nor a day."""
        if self.region is None and self.since is None:
            raise ValueError("Write the right region, the right day as since, or both.")
        return self
