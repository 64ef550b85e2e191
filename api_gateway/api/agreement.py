"""The agreement as people read it: the exact text of a version, the digest that is signed, and who has signed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from activities.adapters.postgres.reads.agreement import Version
from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.agreements import read_agreement
from api_gateway.services.visible import visible_relationship
from domain.codec import to_plain
from domain.rules.agreement_text import LANGUAGE

router = APIRouter(route_class=TokenFirst)
Number = Annotated[int, Query(ge=1, le=100_000)]
Language = Annotated[str, Query(pattern=r"^[a-z]{2,3}$")]


@router.get(
    "/relationships/{subject}/agreement", operation_id="relationships.agreement", tags=["relationships"]
)
async def agreement(
    subject: Reference,
    office: Parts,
    caller: Anybody,
    version: Number | None = None,
    language: Language = LANGUAGE,
) -> dict[str, Any]:
    """Return the exact text of a version, with its digest and signatures; the newest version by default."""
    pair = await visible_relationship(office.reads, caller, subject)
    found = await read_agreement(office.database, caller, pair, version=version, language=language)
    return _version_body(found.version, found.text, language)


def _version_body(version: Version, text: str, language: str) -> dict[str, Any]:
    plain = to_plain(version)
    return {
        "version": version.version,
        "status": version.status,
        "text_version": version.clauses.text_version,
        "language": language,
        "languages": [each.language for each in version.texts],
        "text": text,
        "digest": version.digest_in(language),
        "drafted_by": version.drafted_by.value,
        "drafted_at": plain["drafted_at"],
        "in_force_since": plain.get("in_force_since"),
        "signatures": plain["signatures"],
        "terms": plain["terms"],
        "kept": plain["clauses"]["kept"],
    }
