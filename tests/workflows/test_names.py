"""The names by which processes call each other are the names of the handlers, with the same types."""

from __future__ import annotations

import inspect

import pytest
from temporalio.workflow import _Definition

from domain import workflow_contracts
from domain.messages import Command, Receipt
from domain.payments.obligation import COMMANDS as MONEY
from domain.relationship.rooms import COMMANDS
from domain.term.decider import COMMANDS as TERMS
from workers.assembly import COMMANDS as SENT_AGAIN
from workflows.housekeeping import HousekeepingWorkflow
from workflows.obligation import ObligationWorkflow
from workflows.operation import OperationWorkflow
from workflows.relationship import RelationshipWorkflow
from workflows.term import TermWorkflow

RELATIONSHIP = _Definition.must_from_class(RelationshipWorkflow)
OBLIGATION = _Definition.must_from_class(ObligationWorkflow)
TERM = _Definition.must_from_class(TermWorkflow)
ASKED = ((RELATIONSHIP, COMMANDS), (OBLIGATION, MONEY), (TERM, TERMS))
PAIRS = [(definition, command) for definition, kinds in ASKED for command in kinds]


def snake(name: str) -> str:
    """Return the name of the method for a message."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def test_workflows_have_the_names_by_which_others_start_them() -> None:
    assert RELATIONSHIP.name == workflow_contracts.RELATIONSHIP_WORKFLOW
    assert _Definition.must_from_class(HousekeepingWorkflow).name == workflow_contracts.HOUSEKEEPING_WORKFLOW
    assert _Definition.must_from_class(OperationWorkflow).name == workflow_contracts.OPERATION_WORKFLOW
    assert RELATIONSHIP.arg_types == [workflow_contracts.RelationshipStart]
    assert OBLIGATION.name == workflow_contracts.OBLIGATION_WORKFLOW
    assert OBLIGATION.arg_types == [workflow_contracts.ObligationStart]
    assert TERM.name == workflow_contracts.TERM_WORKFLOW
    assert TERM.arg_types == [workflow_contracts.TermStart]
    assert workflow_contracts.workflow_id("relationship", "a" * 32) == f"relationship/{'a' * 32}"


def test_every_command_has_one_update_and_every_update_has_a_command() -> None:
    for definition, kinds in ASKED:
        assert sorted(map(str, definition.updates)) == sorted(command.__name__ for command in kinds)


@pytest.mark.parametrize(
    ("definition", "command"), PAIRS, ids=[f"{found.name}-{command.__name__}" for found, command in PAIRS]
)
def test_an_update_accepts_its_command_is_validated_and_returns_a_receipt(
    definition: _Definition, command: type[Command]
) -> None:
    update = definition.updates[command.__name__]
    assert update.arg_types == [command]
    assert update.ret_type is Receipt
    assert update.fn.__name__ == snake(command.__name__)
    assert update.validator is not None
    [_, taken] = inspect.signature(update.validator).parameters.values()
    assert taken.annotation in (command, command.__name__)


def test_housekeeping_can_send_every_command_again() -> None:
    assert set(SENT_AGAIN) == {command.__name__ for command in (*COMMANDS, *MONEY, *TERMS)}
