"""What a task asks for is offered to whom it asks, in every state in which there is such a task."""

import asyncio
from collections.abc import Mapping
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest

from api_gateway.pages.acts.offered import tried
from api_gateway.pages.acts.parts import ACTS, Choice, FormPart, parts_of, slug
from api_gateway.pages.acts.records import Shown, choices_of_records, choices_of_rules
from api_gateway.pages.acts.subject import SubjectNow
from api_gateway.services.caller import Caller
from domain.actors import Actor, Role
from domain.associations import Association
from domain.messages import Command
from domain.payments.state import Obligation
from domain.relationship.any_stage.complaint import OpenComplaint
from domain.relationship.stages.meetings.dispute import ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.state import Relationship
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, Case
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment
from tests.domain.test_task_acts import CLOSINGS, Closing, disputed


def shown_of(stream: Any, actor: Actor) -> Shown:
    """Return a state as a page has it, for somebody in that role."""
    state = stream.state
    kind = (
        "relationship"
        if isinstance(state, Relationship)
        else "obligation"
        if isinstance(state, Obligation)
        else "term"
    )
    caller = Caller(
        person=actor.id,
        roles=(actor.role,),
        regions=actor.regions,
        association=Association(code="a", regions=("r3", "r4")),
    )
    facts = stream.facts if isinstance(state, Obligation) else None
    subject = SubjectNow(kind=kind, id=state.id, state=state, rules=stream.rules, now=stream.now, facts=facts)
    row = {"mentee": MENTEE.id, "mentor": MENTOR.id, "mentee_name": "Robin", "mentor_name": "Sam"}
    return Shown(subject=subject, row=row, caller=caller, language="en")


def offers_of(shown: Shown, kind: type[Command], known: Mapping[str, Any]) -> dict[str, tuple[Choice, ...]]:
    """Return what a form offers; of what is looked up elsewhere, what the test knows."""
    found: dict[str, tuple[Choice, ...]] = {}

    def add(part: FormPart) -> None:
        source, _, name = part.offers.partition(":")
        if source == "records":
            found[part.offers] = asyncio.run(_records(shown, kind, name, known))
        elif source:
            found[part.offers] = choices_of_rules(shown, part.offers)
        for inner in part.parts:
            add(inner)

    for part in parts_of(kind):
        add(part)
    return found


LOOKED_UP = ("mentor", "money_region", "rules_version", "relationships", "relationship", "counted_for")


async def _records(
    shown: Shown, kind: type[Command], name: str, known: Mapping[str, Any]
) -> tuple[Choice, ...]:
    if name in LOOKED_UP:
        value = known.get(name, ())
        return tuple(
            Choice(value=each, label=each) for each in ([value] if isinstance(value, str) else value)
        )
    office: Any = SimpleNamespace()
    return await choices_of_records(office, shown, kind, name)


def offered(stream: Any, kind: type[Command], actor: Actor, known: Mapping[str, Any] | None = None) -> Any:
    shown = shown_of(stream, actor)
    return tried(shown, slug(kind), offers_of(shown, kind, known or {}))


@pytest.mark.parametrize("each", CLOSINGS, ids=lambda each: f"{each.kind.value}-{each.act.__name__}")
def test_the_act_that_closes_a_task_is_offered_with_what_the_task_is_about(each: Closing) -> None:
    stream = each.state()
    task = next(task for task in stream.state.tasks if task.open and task.kind is each.kind)
    fields = each.fields(stream, task)
    found = offered(stream, each.act, each.by, fields)
    assert found.possible, found.code
    for part in parts_of(each.act):
        if not part.offers.startswith("records:") or part.name not in fields or part.name == "reason":
            continue
        value = fields[part.name]
        values = (
            [value.value if isinstance(value, Enum) else value] if not isinstance(value, tuple) else value
        )
        offers = {choice.value for choice in found.offers[part.offers]}
        assert {*values} <= offers, part.name


def test_what_the_state_refuses_is_not_offered_and_says_why() -> None:
    stream = Case().apply()
    found = offered(stream, LogMeeting, COORDINATOR)
    assert not found.possible
    assert found.code
    assert found.why_not


def test_only_records_that_can_be_chosen_now_are_offered() -> None:
    stream = disputed()
    stream.days(3)
    other = stream.meet(confirmed=True)
    found = offered(stream, ResolveMeeting, COORDINATOR)
    assert other in {met.id for met in stream.state.meetings.log}
    assert [choice.value for choice in found.offers["records:meeting"]] == [
        met.id for met in stream.state.meetings.log if met.status == "disputed"
    ]


def test_a_coordinator_of_another_region_is_offered_nothing_that_depends_on_the_pair() -> None:
    stream = disputed()
    assert not offered(stream, ResolveMeeting, OTHER_REGION).possible


def test_whether_there_is_a_complaint_changes_no_offer() -> None:
    stream = Case().signed()
    before = offered(stream, OpenComplaint, COORDINATOR)
    stream.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id)
    assert offered(stream, OpenComplaint, COORDINATOR) == before


def test_a_step_that_is_not_yours_is_told_from_one_whose_time_has_not_come() -> None:
    payment = Payment().prepared()
    approve, refer = (ACTS["obligation"][act] for act in ("approve-stipend", "enter-reference"))
    maker = payment.state.orders[-1].maker
    own = offered(payment, approve, Actor(id=maker, role=Role.PAYMENT_STAFF))
    assert (own.possible, own.forbidden, own.code) == (False, True, "approves_own_order")
    assert offered(payment, approve, APPROVER if maker == MAKER.id else MAKER).possible
    early = offered(payment, refer, THIRD)
    assert (early.possible, early.forbidden, early.code) == (False, False, "order_needs_approval")
