"""The bodies of the dated records about people, which the API and the pages take alike."""

from typing import Annotated, ClassVar

from pydantic import Field, Strict

from api_gateway.http.fields import Code, Day, Days, Id, StrictBody
from api_gateway.http.person_bodies import Record


class NewMembership(Days):
    """A membership from one day to another; null is no last day, and a known one keeps what is left out."""

    example: ClassVar = {"membership": "@eligibility.mentee_classes", "last": None}

    membership: Code


class MembershipEnd(StrictBody):
    """The last day of an open membership, or of the one with the number ``record``."""

    example: ClassVar = {"record": None}

    last: Day
    record: Record | None = None


class NewMentor(StrictBody):
    """A mentor: how many mentees, trained and serving since when, and until when the credential is valid.

    What is left out stays as it is; null clears a day, and sets the capacity to what the program says.
    """

    example: ClassVar = {"capacity": 2, "serving_until": None, "credential_until": "2029-06-30"}

    person: Id
    capacity: Annotated[int, Strict(), Field(ge=0, le=50)] | None = None
    trained_on: Day | None = None
    serving_since: Day | None = None
    serving_until: Day | None = None
    credential_until: Day | None = None


class NewConflict(StrictBody):
    """A conflict of interest between two people."""

    example: ClassVar = {"other": "c4d1" * 8, "kind": "@matching.conflict_kinds"}

    person: Id
    other: Id
    kind: Code
