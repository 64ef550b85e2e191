"""The sheets and scripts of pages, each under an address with the digest of all of them.

They are read once. An address with the present digest may be kept by a browser for a year, because what it names never
changes; one with another digest is what a page of an older version asks for, and is not kept.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

from api_gateway.services.problem import Problem

router = APIRouter(include_in_schema=False)
FOLDER: Final = Path(__file__).parents[1] / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_KEPT: Final = "public, max-age=31536000, immutable"


NOT_THERE: Final = (
    "The sheets and scripts of the pages are missing in api_gateway/static/vendor. `./deploy/demo` brings them, or "
    "`python -m deploy.vendor_pages`."
)
"""What is wrong where the files of other projects were not fetched yet, and which command brings them."""


def are_there(folder: Path = FOLDER) -> bool:
    """Return whether the sheets and scripts of other projects were fetched."""
    return (folder / "vendor" / "integrity.json").is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file that pages load, and the SHA-384 value by which a browser checks it."""

    body: bytes
    type: str
    integrity: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return the sheets and scripts by their names below `static`.

    Raises:
        RuntimeError: Those of other projects were not fetched yet.
    """
    if not are_there():
        raise RuntimeError(NOT_THERE)
    found = sorted(path for path in FOLDER.rglob("*") if path.suffix in _TYPES)
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in found}


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return StaticFile(body=body, type=_TYPES[path.suffix], integrity=f"sha384-{digest}")


@cache
def present_digest() -> str:
    """Return the first digits of the digest of all files, which every address has."""
    whole = hashlib.sha256()
    for name, file in static_files().items():
        whole.update(f"{name} {file.integrity}\n".encode())
    return whole.hexdigest()[:12]


def address(name: str) -> str:
    """Return the address of a sheet or script."""
    if name not in static_files():
        raise KeyError(f"no sheet or script is named {name}")
    return f"/static/{present_digest()}/{name}"


def integrity(name: str) -> str:
    """Return the SHA-384 value of a sheet or script, as a page names it."""
    return static_files()[name].integrity


@router.get("/static/{digest}/{name:path}", operation_id="static")
async def static(digest: str, name: str) -> Response:
    """Return a sheet or script."""
    file = static_files().get(name)
    if file is None:
        raise Problem(404, "not_found")
    kept = {"Cache-Control": _KEPT} if digest == present_digest() else {}
    return Response(file.body, media_type=file.type, headers=kept)
