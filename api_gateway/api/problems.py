"""The address in the ``type`` of a problem: every code with its status and its words. It needs no token."""

from difflib import get_close_matches
from typing import Any, Final

from fastapi import APIRouter

from api_gateway.http.problem_words import catalog
from api_gateway.http.query import KnownQuery
from api_gateway.services.problem import Problem
from domain.codec import to_plain

_LIST: Final = "The list of error codes is at /v1/problems."
router = APIRouter(dependencies=[KnownQuery])


@router.get("/v1/problems", operation_id="problems.list", tags=["office"])
async def problems() -> dict[str, Any]:
    """List every code that an answer can have: its status, what happened, and what to do."""
    return {"data": [to_plain(each) for each in catalog().values()], "next": None, "has_more": False}


@router.get("/v1/problems/{code}", operation_id="problems.get", tags=["office"])
async def problem(code: str) -> Any:
    """Explain one code."""
    found = catalog().get(code)
    if found is None:
        close = get_close_matches(code, catalog(), n=1)
        raise Problem(404, "unknown_code", f"Did you mean {close[0]}? {_LIST}" if close else "")
    return to_plain(found)
