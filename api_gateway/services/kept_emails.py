"""The words of an email as they were sent: the newest ones, how often they left, and earlier ones that differ."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from activities.adapters.postgres.reads.kept_emails import SentEmail
from api_gateway.services.problem import Problem

_WHY: Final = {
    "pending": "email_waits",
    "parked": "email_waits",
    "in_digest": "email_in_digest",
    "overtaken": "email_overtaken",
    "refused": "email_refused",
    "sent": "words_not_kept",
}
"""Why an email of this status has no words as sent."""


def words_as_sent(found: SentEmail | None) -> dict[str, Any]:
    """Return what a route answers: an entry for each language in which the email left; 404 if it never did."""
    if found is None:
        raise Problem(404, "not_found")
    if not found.sendings:
        why = _WHY[found.status]
        raise Problem(404, why)
    return {"id": found.id, "kind": found.kind, "emails": [*_emails(found.sendings)]}


def _emails(sendings: tuple[Mapping[str, str], ...]) -> Iterator[dict[str, Any]]:
    """Yield the emails among all sendings, the newest first; each has its own Message-ID."""
    by_id: dict[str, list[Mapping[str, str]]] = {}
    for each in sendings:
        by_id.setdefault(each["message_id"], []).append(each)
    for same in by_id.values():
        newest, *earlier = _versions(same)
        yield {**newest, "times": len(same), "earlier": earlier}


def _versions(sendings: list[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return each version once, as it left the last time; the newest first."""
    versions: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    for each in sendings:
        words = tuple((name, value) for name, value in each.items() if name != "sent_at")
        versions.setdefault(words, each)
    return list(versions.values())
