"""Subjects in a path: what a route is about."""

from typing import Annotated

from fastapi import Depends, Path

from domain.ids import term_region_id

Subject = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
"""The relationship or obligation in a path, by its whole id."""
RecordNumber = Annotated[int, Path(ge=1, le=2**62)]
"""The number of a dated record about a person, as the person's entry shows it."""
Reference = Annotated[str, Path(pattern=r"^[0-9a-f]{8,32}$")]
"""What GET takes instead: the first digits of an id, at least 8, such as the reference in an email."""


async def term_subject(
    term: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    region: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,32}$")],
) -> str:
    """Return the stream of a term in a region, from the path."""
    return term_region_id(term, region)


TermSubject = Annotated[str, Depends(term_subject)]
