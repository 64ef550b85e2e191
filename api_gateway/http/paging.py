"""Lists and single objects as the API returns them: pages with a link to the next one, and version tags."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response

from activities.adapters.postgres.reads.rows import Page

Limit = Annotated[int, Query(ge=1, le=100)]
_TAG: Final = 32  # hexadecimal digits
Search = Annotated[str, Query(max_length=120)]
"""Words to find; each must be in one of the texts that are searched, whatever its case and accents."""


def page_body(page: Page, response: Response, path: str) -> dict[str, Any]:
    """Return the body of a page, with a link to the next one."""
    if page.next:
        response.headers["Link"] = f'<{path}?after={page.next}>; rel="next"'
    return {"data": list(page.rows), "next": page.next or None, "has_more": bool(page.next)}


def whole_list(rows: list[Any]) -> dict[str, Any]:
    """Return a list that has no further page."""
    return {"data": rows, "next": None, "has_more": False}


def with_version(request: Request, response: Response, found: Mapping[str, Any]) -> Any:
    """Return a single object with the digest of what is shown as strong ``ETag``; 304 for a client that has it.

    A number of the journal would tell of events that the reader may not see (C58).
    """
    shown = json.dumps(found, sort_keys=True, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(shown).hexdigest()[:_TAG]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return found
