"""The card of the demo begins with the tour, and says which token is an administrator's, for each association."""

from typing import Any, cast

import pytest

from workers.embedded.__main__ import card
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.driver import ADMIN
from workers.embedded.year.scenario import scenarios


class Running:
    """What the card says of an office."""

    gateway_url = mailbox_url = "http://127.0.0.1"
    data: Any

    def __init__(self) -> None:
        self.data = self
        self.tokens_file = self.path = self.settings_file = "/data"
        self.demo, self.is_default = "./deploy/demo", True


@pytest.mark.parametrize("program", [each.program for each in scenarios()])
def test_the_card_names_the_administrators_token_of_each_program(program: str) -> None:
    shown = card(cast("OfficeProcesses", Running()))
    assert f"in the tokens, {program} → people → {ADMIN}: for the association " in shown


def test_the_first_line_of_the_card_is_the_address_of_the_tour() -> None:
    assert card(cast("OfficeProcesses", Running())).splitlines()[0] == "http://127.0.0.1/demo"
