"""The office behind a request: what a route that declares ``office: Parts`` gets."""

from typing import Annotated

from fastapi import Depends, Request

from api_gateway.office import Office


async def office_of(request: Request) -> Office:
    """Return the office that the application was built with."""
    office: Office = request.app.state.office
    return office


Parts = Annotated[Office, Depends(office_of)]
