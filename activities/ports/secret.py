"""A secret that an email tells its reader: said in the email, and named in the copy that is kept."""

from dataclasses import dataclass, field
from enum import StrEnum


class SecretKind(StrEnum):
    """What a secret is; the wording has a name for each kind in every language."""

    LINK = "link"
    """An address that opens something to whoever has it."""
    CALENDAR_ADDRESS = "calendar_address"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that only the reader of an email may have.

    As text it is its kind in brackets, so that no log, no error and no template tells it by chance. Only the filling
    of a template for sending says it.
    """

    kind: SecretKind
    said: str = field(repr=False)

    def __str__(self) -> str:
        """Return the kind, never what is said."""
        return f"[{self.kind.value}]"
