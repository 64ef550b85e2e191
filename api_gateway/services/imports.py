"""The roster import: all files are checked and stored in one transaction, or nothing is and every bad line is named."""

from collections.abc import Mapping

from activities.adapters.files.roster_files import RosterFault, read_roster
from activities.adapters.postgres.reads.terms import TermReads
from activities.adapters.postgres.writes.base import AlreadyThere
from activities.adapters.postgres.writes.roster import RosterIntake
from api_gateway.services.problem import Problem
from api_gateway.services.send_command import CommandAnswer
from api_gateway.services.start_workflows import WorkflowStarter
from domain.actors import Actor


class RosterImport:
    """The import of a roster, which starts one relationship per application in it."""

    def __init__(self, roster: RosterIntake, terms: TermReads, starter: WorkflowStarter) -> None:
        self._roster = roster
        self._terms = terms
        self._starter = starter

    async def run(
        self, texts: Mapping[str, bytes], *, term: str, actor: Actor, command: str
    ) -> CommandAnswer:
        """Store a roster; return how many people and applications it has, and how many relationships were started.

        Raises:
            Problem: The term is unknown, a line has a fault, or a person has already applied for this term.
        """
        found = await self._terms.one(term)
        if found is None:
            raise Problem(404, "unknown_term")
        try:
            roster = read_roster(texts)
            applications = await self._roster.store(roster, term=found, actor=actor, command=command)
        except RosterFault as fault:
            raise _roster_problem(fault) from None
        except AlreadyThere:
            advice = (
                "Nothing was stored. Someone on it has already applied for this term, with different details."
            )
            raise Problem(409, "already_applied", advice) from None
        started, recorded = await self._starter.open_relationships(applications)
        body = {"people": len(roster.people), "applications": len(applications), "started": started}
        return CommandAnswer(body=body, status=201 if recorded else 202)


def _roster_problem(fault: RosterFault) -> Problem:
    errors = [
        {
            "pointer": f"/{each.file}/{each.line}/{each.column}",
            "detail": f"{each.file}.csv, line {each.line}, {each.column or 'the line'}: {each.problem}.",
            "code": each.code,
        }
        for each in fault.faults
    ]
    advice = "Nothing was stored. Correct every line and send all files again."
    return Problem(422, "roster_refused", advice, errors=errors)
