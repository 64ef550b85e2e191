"""The emails about a relationship: to whom, about what, and what became of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from activities.adapters.files.link_names import link_name
from activities.adapters.files.task_words import code_in_words
from api_gateway.pages import links
from api_gateway.pages.dates import When
from api_gateway.pages.parts import NOT_SET, Link
from api_gateway.pages.record.closed_links import is_closed
from api_gateway.pages.record.email_acts import email_acts
from api_gateway.pages.record.relationship_record import RelationshipRecord
from domain.languages import Language
from domain.link_states import AFTER_THE_END, LinkState
from domain.relationship.commands_from_events import FIRST_EVENTS

_DONE: Final = "done"
_OVER: Final = "over"
_LINK_KINDS: Final = {LinkState.ALIVE.value: "soon", LinkState.USED.value: _DONE}
_UNUSED: Final = (LinkState.ALIVE, LinkState.EXPIRED)
_AGAIN: Final = "/send-again"
_CROSSED: Final = timedelta(minutes=1)
"""An act and the email that asks for it can cross: it was done while the email was leaving."""
_KINDS: Final = {"sent": "done", "refused": "late", "parked": "soon"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOfEmail:
    """A link that an email carried: what it is called, and what has become of it.

    ``over`` says that nothing is left to be done with it, with a new link either.
    """

    name: str
    status: str
    kind: str
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRow:
    """An email: to whom and about what, its state in words with its moment, and its page if it left.

    ``again`` is the address to which one click sends it again with new links; empty where that cannot be done.
    """

    id: str
    text: str
    status: str
    kind: str
    when: When
    waits: bool
    href: str
    acts: tuple[Link, ...]
    links: tuple[LinkOfEmail, ...]
    again: str


def email_rows(record: RelationshipRecord, shown: Sequence[Mapping[str, Any]]) -> Iterator[EmailRow]:
    """Yield some of the emails that the reader sees, in their order."""
    for row in shown:
        yield email_row(row, record)


def email_row(row: Mapping[str, Any], record: RelationshipRecord) -> EmailRow:
    """Return an email as a row."""
    say, dates, status = record.say, record.dates, row["status"]
    whom = row["person_name"] or row["region_name"] or say("parts.unseen")
    subject = row["data"].get("subject", "")
    about = f"relationships.next.{subject}"
    told = code_in_words(row["kind"], Language(dates.language))
    told = f"{told} ({say(about)})" if subject and say.has(about) else told
    acts = _acts(row, record)
    carried = tuple(_links(row, record))
    unused = any(not each.over for each in carried)
    if not unused and any(each.kind != _DONE for each in carried):
        acts = tuple(act for act in acts if not act.href.endswith(_AGAIN))
    again = next((act.href for act in acts if unused and act.href.endswith(_AGAIN)), "")
    return EmailRow(
        id=row["id"],
        text=say("relationship.email.to", name=whom, what=told),
        status=_status(row, record),
        kind=_KINDS.get(status, ""),
        when=dates.at(row["sent_at"]) if row["sent_at"] and status == "sent" else NOT_SET,
        waits=status in ("pending", "parked"),
        href=links.email(row["id"]) if row["sent_at"] else "",
        acts=tuple(act for act in acts if act.href != again),
        links=carried,
        again=again,
    )


def _links(row: Mapping[str, Any], record: RelationshipRecord) -> Iterator[LinkOfEmail]:
    """Yield the links of an email, the newest first: those of an earlier sending stand below."""
    say, dates = record.say, record.dates
    for link in row["links"]:
        name = link_name(link["act"], link["chosen"], Language(dates.language))
        if done := _done_otherwise(link, row, record):
            status = say("relationship.link.done_otherwise", when=dates.day(dates.local(done).date()).words)
            yield LinkOfEmail(name=name, status=status, kind=_DONE, over=True)
            continue
        if link["state"] in _UNUSED and is_closed(record, row["person"], link["act"], link["chosen"]):
            yield LinkOfEmail(name=name, status=say("relationship.link.closed"), kind="", over=True)
            continue
        state, at = _now(link, record)
        yield LinkOfEmail(
            name=name,
            status=say(
                f"relationship.link.{state}", when=dates.day(dates.local(at).date()).words if at else ""
            ),
            kind=_LINK_KINDS.get(state, ""),
            over=state in (_OVER, LinkState.USED)
            or (record.state.ended and link["act"] not in AFTER_THE_END),
        )


def _now(link: Mapping[str, Any], record: RelationshipRecord) -> tuple[str, str | datetime | None]:
    """Return what a link is now, and the moment that belongs to it.

    A link by which a person answers an entry of staff is open only as long as the person can still say no.
    """
    entries = {each.id: each for each in record.state.staff_acts}
    entry = entries.get(link["chosen"].get("act", ""))
    if link["state"] != LinkState.ALIVE or entry is None:
        return link["state"], link["at"]
    opens_until = min(entry.until, datetime.fromisoformat(link["at"])) if link["at"] else entry.until
    return (LinkState.ALIVE.value if entry.open else _OVER), opens_until


def _done_otherwise(
    link: Mapping[str, Any], row: Mapping[str, Any], record: RelationshipRecord
) -> datetime | None:
    """Return when a person did what a link asks for without it, or staff did it for them; None if it was not done."""
    if link["state"] in (LinkState.USED, LinkState.ENDED) or not row["sent_at"]:
        return None
    kinds = {each.event.__name__ for each in FIRST_EVENTS if each.command.__name__ == link["act"]}
    for envelope, _ in record.history.events:
        own = envelope.type in kinds and envelope.actor.person == row["person"]
        chosen = all(envelope.body.get(name, value) == value for name, value in link["chosen"].items())
        if (
            own
            and chosen
            and envelope.decided_at >= datetime.fromisoformat(link["sent_at"] or row["sent_at"]) - _CROSSED
        ):
            return envelope.decided_at
    return None


def _acts(row: Mapping[str, Any], record: RelationshipRecord) -> tuple[Link, ...]:
    """Return what the reader can do about an email; whoever is of the pair leaves its emails to others."""
    caller = record.visitor.caller
    if any(id in (record.row["mentor"], record.row["mentee"]) for id in caller.ids):
        return ()
    region = record.row["region"]
    return tuple(email_acts(row, region, caller, record.dates.now, record.say))


def _status(row: Mapping[str, Any], record: RelationshipRecord) -> str:
    say, status = record.say, row["status"]
    if (
        status == "pending"
        and row["not_before"]
        and datetime.fromisoformat(row["not_before"]) > record.dates.now
    ):
        return say("relationship.email.waits_until", when=record.dates.at(row["not_before"]).words)
    code = code_in_words(row["code"], Language(record.dates.language))
    if status in ("overtaken", "refused") and code:
        return say(f"relationship.email.{status}_why", why=code)
    return say(f"relationship.email.{status}")
