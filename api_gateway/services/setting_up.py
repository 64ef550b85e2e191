"""How an association is set up: its regions with their seats, and the terms of its programs."""

from datetime import date

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes import OfficeWrites
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, error_at, in_words
from api_gateway.services.programs import rules_to_keep
from api_gateway.services.start_workflows import WorkflowStarter
from api_gateway.services.writer import WRITERS, program_to_write
from domain.ids import derive
from domain.term.opening import obstacle


class SettingUp:
    """What an administrator sets up. ``demo`` is whether the clock may be moved."""

    def __init__(
        self, facts: CommandFacts, writes: OfficeWrites, starter: WorkflowStarter, *, demo: bool
    ) -> None:
        self._facts = facts
        self._writes = writes
        self._starter = starter
        self._demo = demo

    async def add_region(self, caller: Caller, code: str, name: str, program: str, command: str) -> None:
        """Add a region of a program."""
        file = await program_to_write(self._facts, caller, program)
        await self._writes.regions.add_region(
            code, name, program, file.association, actor=caller.acting(WRITERS), command=command
        )
        await self._starter.keep_terms(program)

    async def keep_rules(self, caller: Caller, name: str, command: str) -> str:
        """Store the rules of a program's file as they are now, for pairs that move to them; return their version."""
        file = await program_to_write(self._facts, caller, name)
        await self._writes.rule_sets.keep_rules(
            program=name,
            version=file.version,
            rules=rules_to_keep(file),
            actor=caller.acting(WRITERS),
            command=command,
        )
        return file.version

    async def open_term(
        self, caller: Caller, program: str, name: str, first: date, last: date, command: str
    ) -> str:
        """Open a term, and freeze the rules of the program and of each region with it; return the term's id."""
        file = await program_to_write(self._facts, caller, program)
        if last <= first:
            wrong = error_at(("last",), "order", in_words("term_ends_before_it_begins"))
            raise Problem(422, "term_ends_before_it_begins", errors=[wrong])
        if code := obstacle(file, first, last, demo=self._demo):
            raise Problem(409, code)
        term = derive("term", program, name)
        await self._writes.terms.open_term(
            id=term,
            program=program,
            name=name,
            first=first,
            last=last,
            version=file.version,
            rules=rules_to_keep(file),
            actor=caller.acting(WRITERS),
            command=command,
        )
        await self._starter.keep_terms(program)
        return term
