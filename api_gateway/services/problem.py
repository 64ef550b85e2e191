"""A problem: an unsuccessful answer, with a stable code. ``http/problems`` turns it into a response."""

from collections.abc import Sequence
from typing import Any, Final

import domain.payments.obligation
import domain.relationship.rooms
import domain.term.decider  # noqa: F401 - the rooms say which codes forbid, once they are imported
from domain.errors import is_forbidden

RETRY_AFTER: Final = "2"
"""Seconds after which a client may send the same request again."""


def title_of(code: str) -> str:
    """Return a code as a heading."""
    title = code.replace("_", " ")
    return title[:1].upper() + title[1:]


def address_of(code: str) -> str:
    """Return where a code is explained: ``type`` of its problem (RFC 9457)."""
    return f"/v1/problems/{code}"


class Problem(Exception):
    """An unsuccessful answer."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
        recorded: str = "",
    ) -> None:
        """Set the parts; ``recorded`` is the journal's code if the caller is told less, as with another region."""
        super().__init__(code)
        self.recorded = recorded or code
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the JSON form, without the request's id."""
        body: dict[str, Any] = {
            "type": address_of(self.code),
            "title": title_of(self.code),
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = self.errors
        return body


WHERE_CODES_STAND: Final = (
    "GET /v1/relationships/{id}/codes and /v1/programs/{program}/codes list the codes and limits. GET of "
    "the subject shows its ids and the evidence that its money needs."
)
"""What to do about a code, an id or a number that the rules do not know."""


def broken_rule(code: str, field: str = "") -> Problem:
    """Return the problem of a broken rule: 404 outside the region, 403 for the wrong person, else 409."""
    if code in ("other_region", "not_found"):
        return Problem(404, "not_found", recorded=code)
    status = 403 if is_forbidden(code) else 409
    pointer = [{"pointer": "/" + field.replace(".", "/"), "detail": code.replace("_", " "), "code": code}]
    unknown = field and (code.startswith("unknown_") or code.endswith("_out_of_range"))
    return Problem(status, code, WHERE_CODES_STAND if unknown else "", errors=pointer if field else ())


def unavailable(what: str) -> Problem:
    """Return the problem of a database or engine that does not answer; the same key may be sent again."""
    return Problem(503, f"{what}_unavailable", headers={"Retry-After": RETRY_AFTER})


def key_reused() -> Problem:
    """Return the problem of a key that the caller has used for something else; nothing was done."""
    return Problem(422, "key_reused", "This Idempotency-Key was already sent with different content.")
