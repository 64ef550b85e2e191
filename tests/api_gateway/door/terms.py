"""Terms of the program of the tests under the rules of other programs, written for the door."""

from dataclasses import replace
from typing import Final

from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from domain.actors import SYSTEM
from domain.ids import derive, term_region_id
from domain.rules.canonical_json import rules_digest, rules_text
from domain.term import decider
from domain.term.facts import TermFacts
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.live import rules_of
from tests.conftest import PROGRAM
from tests.domain.builders import MENTEE
from tests.domain.term.term_case import WHO, YEAR, TermCase, opening

_VERSION: Final = "2026.9"


class DoorTerm(TermCase):
    """A term of the program of the tests under the rules of a program."""

    def __init__(self, program: str, facts: TermFacts = WHO) -> None:
        super().__init__(replace(rules_of(program), program=PROGRAM, version=_VERSION), facts=facts)
        self.asked = replace(opening(YEAR, "r3", derive("term", "2026")), program=PROGRAM)
        self.id = term_region_id(self.asked.term, self.asked.region)
        self.digest = rules_digest(rules_text(self.rules))
        self.state = decider.new(id=self.id, now=self.now)
        self._written = 0
        self.fold(decider.decide(self.state, self.asked, self.now, self.rules), SYSTEM, self.asked.id)

    async def write(self, client: Client, worker: Database) -> None:
        """Write what was decided since the last time."""
        row = {"digest": self.digest, "program": PROGRAM, "version": _VERSION, "region": ""}
        if not self._written:
            async with client.office.database.transaction() as connection:
                await connection.execute(insert(tables.rule_sets).values(**row, text=rules_text(self.rules)))
        for record in self.records[self._written :]:
            done = await SqlRecords(worker).record(record)
            assert not done.refused, done.refused
        self._written = len(self.records)


async def term_with_records(client: Client, worker: Database) -> DoorTerm:
    """Write a term of which the mentor owes the record of September."""
    case = DoorTerm("nea_esp")
    case.until(2026, 10, 20)
    await case.write(client, worker)
    return case


async def term_with_survey(client: Client, worker: Database) -> DoorTerm:
    """Write a term in which the mentee, who is an administrator of the region, is asked for a survey."""
    case = DoorTerm("ma_ese", replace(WHO, administrators=(MENTEE.id,)))
    case.until(2027, 6, 10)
    await case.write(client, worker)
    return case
