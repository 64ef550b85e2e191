"""What whoever starts the gateway adds to its pages: the gateway itself knows nothing of it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.middleware import Middleware


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A router that is handed in, with those of its pages that need no session.

    ``around`` sees every request after its limits and before its page. It may leave a strip for every page in the state
    of the request: ``strip`` (markup that stands under the head), ``strip_sheet`` and ``strip_script`` (addresses).
    """

    router: APIRouter
    open_pages: Collection[str] = ()
    around: tuple[Middleware, ...] = field(default=())
