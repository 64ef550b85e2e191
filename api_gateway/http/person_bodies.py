"""The bodies of changes of a person's entry, which the API and the pages take alike."""

from typing import Annotated, ClassVar

from pydantic import Strict, field_validator

from api_gateway.http.fields import Day, EmailAddress, Id, MemberNumber, Name, Phone, RoleTitle, StrictBody


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
