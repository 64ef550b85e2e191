"""Whether what a link asks for can still be done: the domain's own answer, as for a form that somebody opens."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api_gateway.http.command_bodies import FOR_A_PERSON
from api_gateway.pages.acts.form import Offers
from api_gateway.pages.acts.offered import every_part, tried_with
from api_gateway.pages.acts.parts import Choice, FormPart, parts_of, slug
from api_gateway.pages.acts.records import Shown, choices_of_rules
from api_gateway.pages.acts.subject import SubjectNow
from api_gateway.pages.record.relationship_record import RelationshipRecord
from domain.actors import Actor, Role
from domain.relationship.rooms import COMMANDS
from domain.relationship.state import STAGES

_KINDS: Final = {kind.__name__: kind for kind in COMMANDS}
_OF_STAFF: Final = tuple(f"records:{name}" for name in FOR_A_PERSON)
_NOT_IN: Final = "not_in_"
"""How refusals begin that say that an act belongs to another stage, which they name."""
_ANSWERED: Final = ("match_already_accepted", "meeting_already_answered")
"""Refusals that say that what was asked has been answered."""


def is_closed(record: RelationshipRecord, person: str, act: str, chosen: Mapping[str, str]) -> bool:
    """Return whether the stage of an act is over, or what it asks is answered, so that its link opens nothing to do.

    What a person cannot do yet, or not during a pause, is not closed. While the program stands aside nobody knows.
    """
    kind = _KINDS.get(act)
    if kind is None or record.file is None:
        return False
    shown = _shown(record)
    parts = [part for part in parts_of(kind) if part.offers not in _OF_STAFF]
    offers = _offers(shown, parts, chosen)
    code = tried_with(shown, slug(kind), kind, parts, offers, by=_of_pair(person), once=True).code
    stage = code.removeprefix(_NOT_IN)
    passed = stage in STAGES and record.state.stage != stage and record.state.has_reached(stage)
    return code in _ANSWERED or (code.startswith(_NOT_IN) and passed)


def _of_pair(person: str) -> Actor:
    """Return a mentor or mentee as who follows a link."""
    return Actor(id=person, role=Role.PARTICIPANT)


def _shown(record: RelationshipRecord) -> Shown:
    """Return the pair as it stands."""
    assert record.file is not None  # noqa: S101 - asked for by whoever calls
    subject = SubjectNow(
        kind="relationship",
        id=record.id,
        state=record.state,
        rules=record.file.rules_for(record.row["region"]),
        now=record.dates.now,
    )
    return Shown(
        subject=subject, row=record.row, caller=record.visitor.caller, language=record.dates.language
    )


def _offers(shown: Shown, parts: Sequence[FormPart], chosen: Mapping[str, str]) -> Offers:
    """Return what there is to choose from: of records, those that the link names."""
    found: dict[str, Any] = {}
    for part in every_part(parts):
        source, _, name = part.offers.partition(":")
        if source == "records":
            found[part.offers] = (Choice(value=chosen[name], label=name),) if name in chosen else ()
        elif source:
            found[part.offers] = choices_of_rules(shown, part.offers)
    return found
