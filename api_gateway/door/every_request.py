"""What happens to every request to the door before its route sees it: it acts for nobody yet, and it is counted."""

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from api_gateway.http.auth import of_api, of_static
from api_gateway.http.problems import problem_answer
from api_gateway.http.rates import Rates
from api_gateway.services.problem import Problem


class Nobody:
    """A middleware with which each request begins to act for nobody, until a token or a link says for whom."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        ACTS_FOR.set(ActsFor())
        await self._app(scope, receive, send)


class PageRates:
    """A middleware that limits the requests for pages from one network address; those to the API count by person."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 429 if its address has sent too many in this minute."""
        if scope["type"] == "http" and not (of_api(scope["path"]) or of_static(scope["path"])):
            rates: Rates = scope["app"].state.rates
            host, _ = scope.get("client") or ("", 0)
            try:
                rates.spend(f"address {host}")
            except Problem as problem:
                await problem_answer(Request(scope), problem)(scope, receive, send)
                return
        await self._app(scope, receive, send)
