"""An import becomes a proposal: rows, what the office knows, answers and the importer in; outcomes and writes out."""

from collections.abc import Mapping

from domain.actors import Actor
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import Codes
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lapsed_in_pairs import lapsed_in_pairs
from domain.people.proposal.lapses import lapses
from domain.people.proposal.lists import Lists
from domain.people.proposal.outcomes import ImportProposal, ImportWrites
from domain.people.proposal.person_rows import PersonRows
from domain.people.proposal.questions import Answered
from domain.people.proposal.record_rows import RecordRows
from domain.people.proposal.unknown_districts import read_districts
from domain.people.proposal.unknown_regions import read_regions
from domain.people.proposal.whose import WhoIsWho


def propose(
    lists: Lists, office: KnownOffice, actor: Actor, answers: Mapping[str, Answered]
) -> ImportProposal:
    """Return what an import would do.

    The same rows, the same office and the same answers make the same proposal. What is refused or waits is not among
    the writes, so a person may take over the rest.
    """
    builder = ProposalBuilder(lists, office, actor, answers)
    read_regions(builder)
    read_districts(builder)
    codes = Codes(builder)
    people = WhoIsWho(builder)
    people.resolve()
    persons = PersonRows(builder, codes, people)
    persons.read()
    records = RecordRows(builder, codes, people, persons)
    records.read()
    held = records.memberships
    ended = () if lists.complete is None else tuple(lapses(builder, lists.complete, held, people))
    lapsed_in_pairs(builder, (*held.writes, *ended))
    return ImportProposal(
        outcomes=tuple(builder.outcomes),
        refusals=builder.refusals(),
        questions=builder.questions(),
        remarks=(*builder.left_out(), *builder.remarks),
        writes=ImportWrites(
            people=tuple(persons.writes.values()),
            memberships=(*held.writes, *ended),
            mentors=tuple(records.mentors.values()),
            applications=tuple(records.applications.values()),
            apart=persons.kept_apart(),
        ),
    )
