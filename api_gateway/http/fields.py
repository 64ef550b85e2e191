"""Fields of request bodies, each with its form, and the body that refuses unknown fields."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api_gateway.http.examples import in_program_terms, value_of

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
RegionCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f‪-‮⁦-⁩]*$")]
SEALED_LENGTH = 4000
"""Characters of a text that is sealed for one reader."""
Sealed = Annotated[
    str,
    Field(
        max_length=SEALED_LENGTH, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$"
    ),
]
"""A text that somebody writes for one reader: tabs and new lines, but no control signs and no turned direction."""
Answers = dict[str, Any]
"""Answers to a form by field; the form says what each must be, and an answer that does not fit is named by its path."""


def _written(value: Any) -> Any:
    """Dates and instants are written out: a number of seconds, as text or not, is none."""
    if isinstance(value, (date, datetime)) or (
        isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}", value)
    ):
        return value
    raise ValueError("write YYYY-MM-DD, for an instant with time and offset")


def _hour(value: Any) -> Any:
    """Hours are written out too."""
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(r"\d{2}:\d{2}", value)):
        return value
    raise ValueError("write HH:MM")


Day = Annotated[date, BeforeValidator(_written)]
Hour = Annotated[time, BeforeValidator(_hour)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written)]


def _add_example(schema: dict[str, Any], kind: type[Any]) -> None:
    """Add an example to the schema of a body: by the types of its fields, and by what ``example`` says of them."""
    if not issubclass(kind, StrictBody) or not kind.model_fields:
        return
    by_type = {name: value_of(field.annotation) for name, field in kind.model_fields.items()}
    schema["examples"] = [in_program_terms({**by_type, **kind.example})]


class StrictBody(BaseModel):
    """A body without unknown fields. ``example`` has a value for each field whose type does not say what it may be."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_add_example)
    example: ClassVar[Mapping[str, Any]] = {}


class Days(StrictBody):
    """From a day, to a day or open."""

    first: Day
    last: Day | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """The last day is not before the first."""
        if self.last is not None and self.last < self.first:
            raise ValueError("the last day is before the first")
        return self
