"""The things of the table of rights: a pair, a payment and a term, each placed in the region of a scope."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres.database import Database
from domain.actors import SYSTEM, Actor, Role
from domain.ids import claim_id, derive, obligation_id, term_region_id
from domain.journal import Event
from domain.messages import Command
from domain.payments.claims import AddClaim
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.relationship.state import Relationship
from domain.rules.canonical_json import rules_digest, rules_text
from domain.term import decider as term_decider
from tests.api_gateway.conftest import MINE, Client
from tests.api_gateway.pages.live import LiveMoney
from tests.api_gateway.pages.sample_office import COORDINATOR, RULES, TERM, NamedPair
from tests.conftest import NOW
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD
from tests.domain.term.term_case import YEAR, TermCase, opening

OTHER: Final = next(file for file in load_programs().values() if file.association != MINE)
SCOPES: Final = {"own": "r1", "beside": "r1", "near": "r2", "far": "far"}
"""The region of what is one's own, of another's in one's own region, of another region, and of another association."""
SURNAMES: Final = {"own": "Ashdown", "beside": "Brookside", "near": "Cowley", "far": "Farrow"}
"""No other name and no word of a page has them."""
STATES: Final = ("applied", "running", "ended")
MONEY: Final = {"due": 0, "sent": 3, "settled": 4}
"""How many steps of a payment were done, by its state."""
NOBODY: Final = "ab" * 16
ACTORS: Final[Mapping[str, tuple[tuple[Role, ...], tuple[str, ...]]]] = {
    "stranger": ((Role.PARTICIPANT,), ()),
    "mentee": ((Role.PARTICIPANT,), ()),
    "coordinator": ((Role.COORDINATOR,), ("r1",)),
    "state_office": ((Role.COORDINATOR,), ()),
    "payment_staff": ((Role.PAYMENT_STAFF,), ()),
    "auditor": ((Role.AUDITOR,), ()),
    "admin": ((Role.ADMIN,), ()),
}
"""Who asks, with roles and regions. The mentee is that of what is one's own."""


class PlacedPair(NamedPair):
    """A pair of a scope, in a region of its own."""

    def __init__(self, scope: str, state: str) -> None:
        self.scope, self.at, self.region = scope, state, SCOPES[scope]
        self.here = replace(COORDINATOR, id=derive("p", f"coordinator of {scope}"), regions=(self.region,))
        surname = SURNAMES[scope]
        super().__init__(f"Mia {surname}", f"{state} {surname}", NOW - timedelta(days=90))
        self.id = derive("relationship", scope, state)
        self._subject = replace(self._subject, stream=self.id, rel=self.id)
        self.facts = replace(self.facts, mentor_region=self.region, contacts=(self.here.id,))

    def empty(self) -> Relationship:
        """Return the state before the first event."""
        id = derive("relationship", self.scope, self.at)
        return replace(super().empty(), id=id, region=self.region, term=term_of(self.scope))

    def do(self, kind: type[Command], actor: Actor, /, **fields: Any) -> tuple[Event, ...]:
        """Decide as the region's own coordinator does."""
        return super().do(kind, self.here if actor is COORDINATOR else actor, **fields)


class PlacedMoney(LiveMoney):
    """The stipend of a mentor of a scope."""

    def __init__(self, client: Client, payments: Database, pair: PlacedPair, state: str) -> None:
        self.mentor, self.mentee = derive("mentor of money", pair.scope, state), pair.mentee.id
        self.pair = pair
        super().__init__(client, payments, RULES)
        self.now = NOW - timedelta(days=40)
        self.id = obligation_id(RULES.program, term_of(pair.scope), self.mentor, "mentor_stipend")
        self.state = self.empty()
        self.commands = int(self.id[:8], 16)  # so that no two of these decide under one id
        members = {self.mentee: "active", self.mentor: "retired"}
        self.facts = PaymentFacts(memberships=members, contacts=(pair.here.id,))

    async def owed(self, steps: int) -> str:
        """Claim it, wait, and go so many steps towards the bank; return its id."""
        self.do(
            AddClaim,
            SYSTEM,
            claim=claim_id(self.pair.id, self.id),
            relationship=self.pair.id,
            mentee=self.mentee,
            mentor=self.mentor,
            program=RULES.program,
            term=term_of(self.pair.scope),
            term_dates=TERM,
            kind="mentor_stipend",
            unit=self.mentor,
            region=self.pair.region,
            due_at=NOW - timedelta(days=10),
        )
        self.wait_until(NOW)
        acts: tuple[tuple[type[Command], Actor, dict[str, Any]], ...] = (
            (PrepareStipend, MAKER, {"evidence": ("match_confirmed",)}),
            (ApproveStipend, APPROVER, {}),
            (EnterReference, THIRD, {"reference": "Check #1042"}),
            (ConfirmSettled, APPROVER, {}),
        )
        await self.write(derive("owed", self.id), SYSTEM)
        for kind, actor, fields in acts[:steps]:
            self.do(kind, actor, **fields)
            await self.write(derive(kind.__name__, self.id), actor)
        return self.id


class PlacedTerm(TermCase):
    """The term of a scope in its region."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.asked = opening(YEAR, SCOPES[scope], term_of(scope))
        self.id = term_region_id(self.asked.term, self.asked.region)
        self.digest = rules_digest(rules_text(self.rules))
        self.state = term_decider.new(id=self.id, now=self.now)

    def open(self) -> "PlacedTerm":
        """Open the term."""
        events = term_decider.decide(self.state, self.asked, self.now, self.rules)
        self.fold(events, self.asked.actor, self.asked.id)
        return self


def term_of(scope: str) -> str:
    """Return the id of the term of a scope."""
    return derive("term", "of the rights", scope)
