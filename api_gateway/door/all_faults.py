"""All that is wrong with a form at once: the domain refuses one field at a time, so each is tried with one that fits.

Nothing is sent: the domain's own ``decide`` is asked, on the state that the person sees.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from api_gateway.door.acts import OwnAct
from api_gateway.door.fields import known_of
from api_gateway.pages.acts.form import faults_of_problem, part_at
from api_gateway.pages.acts.offered import attempt, value_that_fits
from api_gateway.pages.acts.parts import Control
from api_gateway.services.problem import broken_rule

_MOST: Final = 12
"""The most fields that are tried."""


def with_others(act: OwnAct, body: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, str]:
    """Return faults of fields together with those that would be found only once these are mended."""
    found = dict(faults)
    if "" in faults or act.subject_kind != "relationship" or act.with_answers:
        return found
    tried = deepcopy(dict(body))
    if not all(_mended(act, tried, path) for path in faults):
        return found
    for _ in range(_MOST):
        broken = attempt(act.shown, act.kind, tried)
        if broken is None or not broken.field or not _mended(act, tried, broken.field):
            break
        said = faults_of_problem(broken_rule(broken.code, broken.field).errors, act.parts, act.language)
        new = {path: text for path, text in said.items() if path not in found}
        if not new:
            break
        found |= new
    return found


def _mended(act: OwnAct, body: dict[str, Any], path: str) -> bool:
    """Put a value that fits into a field of a body; return whether there is one."""
    place = path.split(".")
    part = part_at(act.parts, place)
    if part is None or any(name.isdigit() for name in place) or part.control is Control.ROWS:
        return False
    value = _at(known_of(act), place)
    value = value_that_fits(act.shown, part, act.offers) if value in (None, [], "") else value
    inside = body
    for name in place[:-1]:
        if not isinstance(inside.get(name), dict):
            inside[name] = {}
        inside = inside[name]
    inside[place[-1]] = value
    return value is not None


def _at(body: Any, place: Sequence[str]) -> Any:
    for name in place:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
