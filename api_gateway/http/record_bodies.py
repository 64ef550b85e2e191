"""The bodies of the dated records about people, which the API and the pages take alike."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, Strict, model_validator

from api_gateway.http.fields import Code, Day, Days, Id, StrictBody
from api_gateway.http.person_bodies import Record


class NewMembership(Days):
    """A membership from one day to another; null is no last day, and a known one keeps what is left out."""

    example: ClassVar = {"membership": "@eligibility.mentee_classes", "last": None}

    membership: Code


class MembershipCorrection(StrictBody):
    """What was wrong of a membership; what is left out was right. Null is no last day."""

    example: ClassVar = {"membership": "@eligibility.mentee_classes", "last": None}

    membership: Code | None = None
    first: Day | None = None
    last: Day | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Refuse a correction that says nothing, and a last day that is before the first."""
        if self.membership is None and self.first is None and self.keeps_last:
            raise ValueError("Write what was wrong: membership (its class), first or last.")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("The last day is before the first. Check both days.")
        return self

    @property
    def keeps_last(self) -> bool:
        """Whether the last day is left out, and so was right."""
        return "last" not in self.model_fields_set


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
