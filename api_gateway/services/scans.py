"""Scans of signed papers: PDF, JPEG or PNG by their content, kept sealed, and never shown inside a page."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activities.adapters.postgres.writes.documents import Documents
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, broken_rule
from domain.actors import Role
from domain.ids import derive

LARGEST_SCAN: Final = 10 * 1024 * 1024
_TAIL: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file that a scan may be: how it begins, and what stands near its end unless it is cut off."""

    ending: str
    begins: bytes
    ends: bytes


KINDS: Final = (
    FileKind(ending="pdf", begins=b"%PDF-", ends=b"%%EOF"),
    FileKind(ending="jpg", begins=b"\xff\xd8\xff", ends=b"\xff\xd9"),
    FileKind(ending="png", begins=b"\x89PNG\r\n\x1a\n", ends=b"IEND"),
)


def scans_of(relationship: str) -> str:
    """Return the scope of a relationship's scans."""
    return derive("scans", relationship)


def scan_content(content: bytes) -> Mapping[str, Any]:
    """Return a scan as it is kept; refuse one that is too large or no complete PDF, JPEG or PNG."""
    if len(content) > LARGEST_SCAN:
        raise Problem(413, "scan_too_large")
    for kind in KINDS:
        if content.startswith(kind.begins) and kind.ends in content[-_TAIL:]:
            return {"kind": kind.ending, "content": base64.b64encode(content).decode("ascii")}
    raise Problem(422, "scan_not_readable")


async def keep_scan(
    documents: Documents, caller: Caller, pair: Mapping[str, Any], content: bytes, command: str
) -> str:
    """Keep the scan of a signed paper before the signature that names it, and return its id.

    Only a coordinator of the pair's region sends one, and never about a pair of one's own. The scan belongs to no
    command; ``command`` is the id that the sender's key stands for.
    """
    if any(id in (pair["mentee"], pair["mentor"]) for id in caller.ids):
        raise broken_rule("on_the_pair")
    if not caller.coordinates(pair["region"]):
        raise broken_rule("other_region")
    scan = derive("scan", command)
    await documents.add_sealed(
        scan_content(content),
        id=scan,
        scope=scans_of(pair["id"]),
        writer=caller.acting((Role.COORDINATOR,)),
        relationship=pair["id"],
    )
    return scan


def scan_file(kept: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return the ending of a kept scan's name, and its bytes."""
    return str(kept["kind"]), binascii.a2b_base64(str(kept["content"]))


async def demand_scan(documents: Documents, relationship: str, scan: str | None) -> None:
    """Refuse the id of a scan that the relationship does not have."""
    if scan and not await documents.in_scope(scan, scans_of(relationship)):
        raise broken_rule("unknown_scan", "scan")
