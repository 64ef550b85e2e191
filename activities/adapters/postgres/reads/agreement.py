"""The agreement: the exact text of each version, and who signed it.

The text is composed again from the rules of the event and is shown only if its digest is the one that was drafted: a
text that cannot be shown as it was signed is not shown at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.rules import rules_under
from activities.adapters.postgres.reads import visibility as sql
from domain.acting_for import Contradiction
from domain.actors import Side
from domain.journal import Envelope, decode
from domain.relationship.any_stage.staff_acts import StaffActContradicted
from domain.relationship.evolve import CATALOG
from domain.relationship.stages.agreement.drafting import AgreementDrafted
from domain.relationship.stages.agreement.signing import AgreementInForce, AgreementSigned
from domain.rules.agreement_text import Clauses, Terms, Text, compose, digest
from domain.rules.program import Rules
from domain.visibility import Data, Sight

_TYPES: Final = tuple(
    kind.__name__ for kind in (AgreementDrafted, AgreementSigned, StaffActContradicted, AgreementInForce)
)


class TextLost(ValueError):
    """The text cannot be composed as it was drafted: rules are missing, or the software composes it differently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed which text, and when; on paper if there is a ``scan`` (a sealed record), entered by staff."""

    side: Side
    person: str
    signed_at: datetime
    digest: str
    scan: str | None = None
    entered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a relationship's agreement."""

    version: int
    status: str
    drafted_at: datetime
    drafted_by: Side
    terms: Terms
    clauses: Clauses
    texts: tuple[Text, ...]
    rules: str
    signatures: tuple[Signature, ...] = ()
    in_force_since: datetime | None = None

    def digest_in(self, language: str) -> str:
        """Return the digest of the text in a language; empty if there is none."""
        return next((text.digest for text in self.texts if text.language == language), "")


async def versions(sight: Sight, connection: AsyncConnection, relationship: str) -> tuple[Version, ...]:
    """Return all versions of an agreement in order, folded from the journal; none if the reader may not see them."""
    table = tables.events
    statement = (
        select(table.c.bytes)
        .where(table.c.stream == relationship, table.c.type.in_(_TYPES))
        .where(sql.of_relationship(sight, table.c.stream, Data.AGREEMENT))
        .order_by(table.c.seq)
    )
    return versions_in([decode(bytes(encoded)) for encoded in await connection.scalars(statement)])


def versions_in(envelopes: Iterable[Envelope]) -> tuple[Version, ...]:
    """Return all versions of an agreement in order, folded from events of a pair that the reader sees."""
    found: dict[int, Version] = {}
    for envelope in envelopes:
        if envelope.type in _TYPES:
            _fold(found, envelope)
    return tuple(found.values())


async def text_of(connection: AsyncConnection, version: Version, language: str) -> str:
    """Return the exact text of a version that the caller may see, in a language.

    Raises:
        KeyError: There is no text in that language.
        TextLost: The composed text is not the one that was drafted.
    """
    return text_in(await rules_under(connection, version.rules), version, language)


def text_in(rules: Rules | None, version: Version, language: str) -> str:
    """Return the same by the rules under which a version was drafted."""
    drafted = version.digest_in(language)
    if not drafted:
        raise KeyError(language)
    if rules is None:
        raise TextLost(version.rules)
    try:
        text = compose(rules.letter_words[language], version.version, version.terms, version.clauses)
    except (KeyError, ValueError) as error:
        raise TextLost(str(error)) from None
    if digest(text) != drafted:
        raise TextLost(drafted)
    return text


async def agreement_for_email(
    sight: Sight, connection: AsyncConnection, relationship: str, data: Mapping[str, str], language: str
) -> tuple[str, str]:
    """Return text and digest of the version that a notice is about; both empty if it cannot be shown."""
    known = await versions(sight, connection, relationship)
    version = next((each for each in known if str(each.version) == data["version"]), None)
    try:
        text = await text_of(connection, version, language) if version else ""
    except (KeyError, TextLost):
        text = ""
    return text, version.digest_in(language) if version and text else ""


def _fold(found: dict[int, Version], envelope: Envelope) -> None:
    event, at = CATALOG.read(envelope), envelope.decided_at
    match event:
        case AgreementDrafted():
            for number, version in found.items():
                if version.status == "draft":
                    found[number] = replace(version, status="superseded")
            found[event.version] = Version(
                version=event.version,
                status="draft",
                drafted_at=at,
                drafted_by=event.by,
                terms=event.terms,
                clauses=event.clauses,
                texts=event.texts,
                rules=envelope.rules.digest if envelope.rules else "",
            )
        case AgreementSigned():
            actor = envelope.actor
            signature = Signature(
                side=event.by,
                person=actor.person,
                signed_at=at,
                digest=event.digest,
                scan=event.scan,
                entered_by=actor.id if actor.acting_for else None,
            )
            signed = found[event.version]
            found[event.version] = replace(signed, signatures=(*signed.signatures, signature))
        case StaffActContradicted() if event.contradiction is Contradiction.OPEN_SIGNATURE:
            signed = found[int(event.subject)]
            if signed.status == "draft":
                left = tuple(each for each in signed.signatures if each.side is not event.side)
                found[signed.version] = replace(signed, signatures=left)
        case AgreementInForce():
            for number, version in found.items():
                if version.status == "in_force":
                    found[number] = replace(version, status="replaced")
            found[event.version] = replace(found[event.version], status="in_force", in_force_since=at)
