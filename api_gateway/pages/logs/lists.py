"""The lists of logs: which there are, and which of them the programs of an association fill."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from api_gateway.services.caller import Caller
from api_gateway.services.programs import programs
from domain.actors import Role
from domain.rules.program import Rules

GROUPS: Final = "/group-meetings"
CHECKS: Final = "/log-checks"
RECORDS: Final = "/monthly-records"
PAYMENTS: Final = "/payments"
_FILLED_BY: Final[Mapping[str, Callable[[Rules], bool]]] = {
    GROUPS: lambda rules: rules.meetings.group_logs,
    CHECKS: lambda rules: rules.log_check is not None,
    RECORDS: lambda rules: rules.monthly_record is not None,
}
"""The addresses of the lists, each with the rules of a program that fill it."""
_READERS: Final = (Role.COORDINATOR, Role.ADMIN, Role.AUDITOR)
SEEN_BY: Final[Mapping[str, tuple[Role, ...]]] = {
    GROUPS: _READERS,
    CHECKS: (*_READERS, Role.PAYMENT_STAFF),
    RECORDS: (*_READERS, Role.PAYMENT_STAFF),
}
"""Who sees each list: a check of logs and a monthly record are evidence for payments."""


@cache
def programs_with(path: str, association: str) -> Sequence[str]:
    """Return the programs of an association whose rules fill a list, also if only those of a region do."""
    fills = _FILLED_BY[path]
    return tuple(
        name
        for name, file in programs().items()
        if file.association == association
        and any(fills(file.rules_for(region)) for region in ("", *file.frame.regions))
    )


def lists_of(caller: Caller) -> Sequence[str]:
    """Return the addresses of the lists that somebody sees and that the programs of the association fill."""
    code, roles = caller.association.code, set(caller.roles)
    return tuple(
        path for path, seen_by in SEEN_BY.items() if roles & set(seen_by) and programs_with(path, code)
    )


def place_of_logs(caller: Caller) -> str:
    """Return the list at which the place of logs begins; nothing for an association that fills none.

    To payment staff the lists are evidence for payments, so that they are at that place.
    """
    if not set(caller.roles) & set(SEEN_BY[GROUPS]):
        return PAYMENTS
    return next(iter(lists_of(caller)), "")
