"""Faults of rows of people: unknown regions and supervisors, and what else is wrong with rows that cannot be read."""

from domain.people.proposal.alike_numbers import but_alike
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.doubts import Whose
from domain.people.proposal.foreign import ForeignLists
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.marks import alike_in_office
from domain.people.proposal.refused_people import refuse_ends, refuse_lacking
from domain.people.proposal.unknown_regions import REGION, refuse_region
from domain.people.proposal.whose import WhoIsWho
from domain.told import told


class PersonFaults:
    """What is wrong with a row of people; all of it is said at once. ``mine`` are the regions of the importer."""

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho, mine: tuple[str, ...]) -> None:
        self._builder = builder
        self._people = people
        self._mine = mine

    def look_at_faulty(self, row: ListRow, foreign: ForeignLists) -> None:
        """Say what else is wrong with a row of which some cells cannot be read."""
        office = self._builder.office
        if "region" in row.values and row.values["region"] not in office.regions:
            self.look_at_region(row, Whose(), foreign)
        person = office.by_key.get(row.key, "") if row.key else ""
        self.look_at_supervisor(row, Whose(person=person), foreign)
        refuse_ends(self._builder, row, office.people.get(person))
        says_who = row.key or "email" not in row.unread
        if says_who and not foreign.has(row) and next(alike_in_office(row, office), None) is None:
            refuse_lacking(self._builder, row)

    def look_at_supervisor(self, row: ListRow, whose: Whose, foreign: ForeignLists) -> None:
        """Refuse a row with a supervisor whom nobody knows, or who is the person."""
        builder = self._builder
        boss = row.values.get("supervisor")
        if not boss or foreign.has(row):
            return
        if boss == row.key or self._is_own(str(boss), whose):
            problem = told(
                "own_supervisor",
                "This is the person's own number; nobody is their own supervisor. Write the supervisor's number.",
            )
            cell = row.text("supervisor", str(boss))
            builder.refuse(row, "supervisor", "own_supervisor", problem, cell=cell)
        elif self._people.of_key(boss) is not None:
            return
        elif boss in builder.lists.unread.get(ListKind.PEOPLE, ()):
            self.refuse_with_supervisor(row)
        else:
            self._refuse_unknown_supervisor(row, str(boss))

    def _is_own(self, boss: str, whose: Whose) -> bool:
        """Return whether a number is the person's own; any entry of the human is that human."""
        found, office = self._people.of_key(boss), self._builder.office
        if found is None or not found.person:
            return False
        return office.standing(found.person) == office.standing(whose.person)

    def _refuse_unknown_supervisor(self, row: ListRow, boss: str) -> None:
        problem = told(
            "unknown_supervisor",
            "Nobody has the member number of the supervisor. Add the supervisor's row, or correct the number.",
        )
        if alike := but_alike(self._builder, self._people.rows_by_plain_number, boss):
            problem = told(
                "supervisor_but_alike", "Nobody has the member number of the supervisor, {alike}", alike=alike
            )
        cell = row.text("supervisor", boss)
        self._builder.refuse(row, "supervisor", "unknown_supervisor", problem, cell=cell, cause=boss)

    def refuse_with_supervisor(self, row: ListRow) -> None:
        """Refuse a row because that of the supervisor is refused."""
        problem = told(
            "supervisor_refused", "The row of this person's supervisor is refused. Correct that row."
        )
        self._builder.refuse(row, "supervisor", "person_refused", problem, cause="person_refused")

    def look_at_region(self, row: ListRow, whose: Whose, foreign: ForeignLists) -> None:
        """Refuse a row with an unknown region, and leave out one about a region of others."""
        builder, office = self._builder, self._builder.office
        region = row.values.get("region")
        entry = office.people.get(whose.person)
        known = None if entry is None else entry.region
        outside = known is not None and not builder.actor.covers(known)
        if foreign.problem is not None and foreign.has(row):
            builder.refuse(row, "region", "other_association", foreign.problem, cause="other_association")
        elif f"{REGION}{region}" in row.waits:
            return
        elif region is not None and region not in office.regions:
            refuse_region(builder, row, region, self._mine)
        elif (region is None and outside) or (
            region is not None and not builder.actor.covers(region) and (known is None or outside)
        ):
            builder.leave_out(row, region or known or "")
