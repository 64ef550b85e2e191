"""Types for the fields of request bodies, and the body that refuses unknown fields."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from activities.adapters.files.roster.cells import (
    PHONE,
    TWO_PHONES,
    BadCell,
    standard_key,
    standard_phone,
    standard_text,
)
from activities.adapters.files.roster.dates import FIRST_YEAR, LAST_YEAR
from activities.adapters.mail.addresses import BadAddress, standard_address
from api_gateway.http.examples import in_program_terms, value_of
from api_gateway.services.input_words import sentence

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
RegionCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
NEW_CODE: Final = r"^[a-z0-9]+(_[a-z0-9]+)*$"
"""A code as a list makes it of words: one underscore between two, none at the ends."""


def _as_in_lists(read: Callable[[str], str]) -> Callable[[str], str]:
    """Return a check that takes what a list takes, in the same form: what the API takes, an export can say again."""

    def check(value: str) -> str:
        try:
            return read(value)
        except (BadCell, BadAddress) as bad:
            raise ValueError(bad.problem) from None

    return check


def _refuse_two_phones(value: Any) -> Any:
    """Refuse two phone numbers in one field in words, and not because there is a comma between them."""
    if isinstance(value, str):
        try:
            standard_phone(value)
        except BadCell as bad:
            if bad.code == TWO_PHONES:
                raise ValueError(bad.problem) from None
    return value


NewRegionCode = Annotated[
    str, Field(max_length=32, pattern=NEW_CODE), AfterValidator(_as_in_lists(standard_text))
]
MemberNumber = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]*$"),
    AfterValidator(_as_in_lists(standard_key)),
]
"""The number or code by which an association knows a member."""


Name = Annotated[
    str,
    Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f‪-‮⁦-⁩]*$"),
    AfterValidator(_as_in_lists(standard_text)),
]
EmailAddress = Annotated[
    str,
    Field(max_length=320, json_schema_extra={"format": "email"}),
    AfterValidator(_as_in_lists(standard_address)),
]
Words = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f‪-‮⁦-⁩]*$")]
"""A few words that people write as they like, such as the number of a check."""
OptionalWords = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f‪-‮⁦-⁩]*$")]
RoleTitle = Annotated[
    str, Field(max_length=64, pattern=NEW_CODE), AfterValidator(_as_in_lists(standard_text))
]
"""The code of a position, as a list makes it of words."""
Phone = Annotated[
    str,
    Field(pattern=f"^({PHONE})?$"),
    BeforeValidator(_refuse_two_phones),
    AfterValidator(_as_in_lists(lambda value: value and standard_phone(value))),
]
SEALED_LENGTH = 4000
"""The most characters of a text that is sealed for one reader."""
Sealed = Annotated[
    str,
    Field(
        max_length=SEALED_LENGTH, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$"
    ),
]
"""A text for one reader. Tabs and new lines are allowed; other control and direction characters are not."""
Answers = dict[str, Any]
"""Answers to a form by field; the form says what each must be, and an answer that does not fit is named by its path."""


def _check_day(value: Any) -> Any:
    """Refuse a day that is not written out, such as a number of seconds."""
    if _is_written_out(value):
        return value
    raise ValueError(sentence("values", "date_type"))


def _check_instant(value: Any) -> Any:
    """Refuse an instant that is not written out, such as a number of seconds."""
    if _is_written_out(value):
        return value
    raise ValueError(sentence("values", "datetime_type"))


def _is_written_out(value: Any) -> bool:
    return isinstance(value, (date, datetime)) or (
        isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}", value) is not None
    )


def _check_hour(value: Any) -> Any:
    """Refuse an hour that is not written out."""
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(r"\d{2}:\d{2}", value)):
        return value
    raise ValueError(sentence("values", "time_type"))


Dated = TypeVar("Dated", bound=date)


def _check_year(value: Dated) -> Dated:
    """Refuse a year that is a mistake in typing, as an import does."""
    if FIRST_YEAR <= value.year <= LAST_YEAR:
        return value
    raise ValueError(f"The year {value.year} is not from {FIRST_YEAR} to {LAST_YEAR}. Check the day.")


Day = Annotated[date, BeforeValidator(_check_day), AfterValidator(_check_year)]
Hour = Annotated[time, BeforeValidator(_check_hour)]
Instant = Annotated[AwareDatetime, BeforeValidator(_check_instant), AfterValidator(_check_year)]
Moment = Annotated[datetime, BeforeValidator(_check_instant), AfterValidator(_check_year)]
"""A moment of the past in an address; whoever reads it says what is wrong if its offset is missing."""


def _add_example(schema: dict[str, Any], kind: type[Any]) -> None:
    """Add an example to the schema of a body: from the types of its fields, and from ``example``."""
    if issubclass(kind, StrictBody) and kind.model_fields:
        schema["examples"] = [in_program_terms(kind.marked_example())]


class StrictBody(BaseModel):
    """A body that refuses unknown fields and takes blanks off the ends of texts.

    ``example`` gives values where the type of a field does not say what fits.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra=_add_example)
    example: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def marked_example(cls) -> dict[str, Any]:
        """Return a value for each field, with marks for what a program's file says."""
        by_type = {name: value_of(field.annotation) for name, field in cls.model_fields.items()}
        return {**by_type, **cls.example}


class Days(StrictBody):
    """A period from one day to another, or without a last day."""

    first: Day
    last: Day | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a last day that is before the first."""
        if self.last is not None and self.last < self.first:
            raise ValueError("The last day is before the first. Check both days.")
        return self

    @property
    def keeps_last(self) -> bool:
        """Whether the last day is left out: a period that is known keeps its own. Null means no last day."""
        return "last" not in self.model_fields_set
