"""Pairs whose two have signed or answered, and of which one can still object to what staff entered."""

from typing import Any, Final

from sqlalchemy import Select, Text, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres import tables
from domain.acting_for import Contradiction
from domain.actors import Side

_STAGES: Final = {
    "agreement": (Contradiction.OPEN_SIGNATURE.value, "AgreementSigned"),
    "survey": (Contradiction.SURVEY_TO_DRAFT.value, "SurveySubmitted"),
}
"""The stages that wait until nobody can object: what is open until then, and the event of each of the two."""


def held_until() -> Select[Any]:
    """Select ``until``: until when one of a pair can object, if that is all that it waits for; else null.

    The statement around it selects from the relationships.
    """
    pair, act, event = tables.relationships.c, tables.staff_acts.c, tables.events.c
    kinds = {stage: kind for stage, (kind, _) in _STAGES.items()}
    types = {stage: told for stage, (_, told) in _STAGES.items()}
    body = cast(func.convert_from(event.bytes, "UTF8"), JSONB)["body"]
    sides = (
        select(func.count(body["by"].astext.distinct()))
        .where(event.stream == pair.id, event.type == case(types, value=pair.stage))
        .where(or_(pair.stage != "agreement", body["version"].astext == cast(pair.draft_version, Text)))
        .correlate(tables.relationships)
        .scalar_subquery()
    )
    return (
        select(func.max(act.until).label("until"))
        .where(pair.stage.in_(_STAGES), act.relationship == pair.id, act.status == "open")
        .where(act.contradiction == case(kinds, value=pair.stage), sides == len(Side))
        .correlate(tables.relationships)
    )
