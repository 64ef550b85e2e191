"""Refuse a change that another site made a browser send: it comes from our page, with the secret of the session."""

import re
import secrets
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData

from api_gateway.services.problem import Problem
from workers.settings import Settings

FIELD: Final = "csrf"
"""The hidden field of each form with the secret of its session."""
HEADER: Final = "X-CSRF-Token"
"""The same for a request by script."""
SAFE: Final = ("GET", "HEAD", "OPTIONS")
OTHER_SESSION: Final = "form_of_other_session"
_LONGEST: Final = 64 * 1024
_NEVER: Final = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL and UTF-8 have no place for: NUL, and half of a pair of surrogates."""
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def demand_own_site(request: Request) -> None:
    """Refuse a request that changes something and does not come from a page of this office.

    Browsers say so in ``Sec-Fetch-Site``; one that does not is asked for its ``Origin``.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    own = site == "same-origin" if site is not None else request.headers.get("origin", "") in _own(request)
    if not own:
        raise Problem(403, "not_from_own_page")


async def kept_fields(request: Request) -> Sequence[tuple[str, str]]:
    """Return what somebody wrote into a form of this office that cannot be taken now; nothing of any other request.

    Files are not among it, and neither is what is too long to be shown again.
    """
    length = request.headers.get("content-length", "")
    if request.method in SAFE or not is_form(request) or not length.isdigit() or int(length) > _LONGEST:
        return ()
    try:
        demand_own_site(request)
    except Problem:
        return ()
    sent = (await request.form()).multi_items()
    texts = [(name, value) for name, value in sent if isinstance(value, str) and name != FIELD]
    return [each for each in texts if not any(map(_NEVER.search, each))]


def is_form(request: Request) -> bool:
    """Return whether a request sends a form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS


async def demand_own_form(request: Request, secret: str) -> None:
    """Refuse a request that changes something and lacks the secret of its session, as a field or as a header.

    A form with a character that no text of ours can have is refused, too.
    """
    if request.method in SAFE:
        return
    demand_own_site(request)
    form = await request.form() if is_form(request) else FormData()
    field = form.get(FIELD, "")
    sent = request.headers.get(HEADER, "") or (field if isinstance(field, str) else "")
    if not secrets.compare_digest(sent.encode("utf-8", "replace"), secret.encode()):
        raise Problem(403, "form_of_other_session")
    texts = (text for pair in form.multi_items() for text in pair if isinstance(text, str))
    if any(_NEVER.search(text) for text in texts):
        raise Problem(400, "bad_character")


def _own(request: Request) -> set[str]:
    """Return the origins of this office: its public address, and the host of the request, which is one of ours."""
    settings: Settings = request.app.state.office.settings
    public = urlsplit(settings.public_url)
    return {f"{public.scheme}://{public.netloc}", f"{public.scheme}://{request.headers.get('host', '')}"}
