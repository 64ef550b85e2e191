"""Which association a request is about: that of the caller, also where the request names it."""

from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, one_of


def association_of(caller: Caller, named: str) -> str:
    """Return the association of the caller; 404 if the request names another one."""
    own = caller.association.code
    if not own or named not in ("", own):
        raise Problem(404, "unknown_association", one_of([own]))
    return own
