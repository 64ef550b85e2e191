"""Whom the application of a request serves, and at which address."""

from typing import Annotated

from fastapi import Depends, Request

from api_gateway.services.served import Served


def served_by(request: Request) -> Served:
    """Return whom the application of a request serves."""
    served: Served = request.app.state.served
    return served


async def _address(request: Request) -> str:
    return served_by(request).address


Here = Annotated[str, Depends(_address)]
"""The address of the application that a request came to."""
