"""An application as it is sent, by the API and by a page."""

from typing import Annotated, ClassVar

from pydantic import Field, Strict

from api_gateway.http.fields import Code, Day, Id, StrictBody


class ApplicationBody(StrictBody):
    """A mentee's application. ``circumstances`` makes it a special application; the text is sealed at once."""

    example: ClassVar = {
        "reason": "@eligibility.reasons",
        "areas": ["@eligibility.areas"],
        "circumstances": "",
    }

    person: Id
    term: Id
    reason: Code
    first_year: Annotated[bool, Strict()] = True
    applied_on: Day
    areas: Annotated[list[Code], Field(default_factory=list, max_length=20)]
    circumstances: Annotated[str, Field(max_length=4000)] = ""
