"""An import becomes a proposal: rows, what the office knows, answers and the importer in; outcomes and writes out."""

from collections.abc import Mapping

from domain.actors import Actor
from domain.people.proposal.codes import Codes
from domain.people.proposal.draft import Draft
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lapses import lapses
from domain.people.proposal.lists import Lists
from domain.people.proposal.outcomes import ImportProposal, ImportWrites
from domain.people.proposal.person_rows import PersonRows
from domain.people.proposal.questions import Answered
from domain.people.proposal.record_rows import RecordRows
from domain.people.proposal.whose import WhoIsWho


def propose(
    lists: Lists, office: KnownOffice, actor: Actor, answers: Mapping[str, Answered]
) -> ImportProposal:
    """Return what an import would do.

    The same rows, the same office and the same answers make the same proposal. What is refused or waits is not among
    the writes, so a person may take over the rest.
    """
    draft = Draft(lists, office, actor, answers)
    codes = Codes(draft)
    people = WhoIsWho(draft)
    people.resolve()
    persons = PersonRows(draft, codes, people)
    persons.read()
    records = RecordRows(draft, codes, people, persons)
    records.read()
    ended = () if lists.complete is None else tuple(lapses(draft, lists.complete, records.present))
    return ImportProposal(
        outcomes=tuple(draft.outcomes),
        refusals=draft.refusals(),
        questions=draft.questions(),
        writes=ImportWrites(
            people=tuple(persons.writes.values()),
            memberships=(*records.memberships.values(), *ended),
            mentors=tuple(records.mentors.values()),
            applications=tuple(records.applications.values()),
            apart=tuple(persons.apart.values()),
        ),
    )
