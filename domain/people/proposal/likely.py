"""What rows that wait would come to if the proposed answers are right: to be shown, and never to be written."""

from collections.abc import Mapping
from dataclasses import replace

from domain.actors import Actor
from domain.people.proposal.gone import is_gone
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import At, ListKind, ListRow, Lists
from domain.people.proposal.marks import alike_in_office, has_no_mark_of_its_own
from domain.people.proposal.outcomes import ImportProposal, OutcomeKind, RowOutcome
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered

_DECIDED = (OutcomeKind.UNCHANGED, OutcomeKind.CHANGED)
_SHOWN = (
    OutcomeKind.NEW,
    OutcomeKind.CHANGED,
    OutcomeKind.MOVED,
    OutcomeKind.SAME_PERSON,
    OutcomeKind.UNCHANGED,
)


def with_likely_changes(
    proposal: ImportProposal, lists: Lists, office: KnownOffice, actor: Actor, answers: Mapping[str, Answered]
) -> tuple[RowOutcome, ...]:
    """Return the outcomes of a proposal; those of rows that wait say what they would come to.

    The proposed answers are taken for the importer's own, so that nothing shows what only somebody else may answer.
    A question without a proposed answer stays open: whether somebody has lapsed is such a question.
    """
    likely = {
        each.id: Answered(value=each.proposal, actor=actor)
        for each in proposal.open_questions
        if each.proposal
    }
    if not likely:
        return proposal.outcomes
    rows, others = _that_matter(proposal, lists, office)
    rows = [
        replace(row, waits=tuple(id for id in row.waits if id not in likely)) if row.waits else row
        for row in rows
    ]
    some = replace(lists, rows=tuple(rows), others=tuple(others))
    found = propose(some, office, actor, {**answers, **likely}).outcomes
    would: dict[ListKind, dict[At, RowOutcome]] = {kind: {} for kind in ListKind}
    for each in found:
        if each.at.row and each.outcome in _SHOWN:
            would[each.kind][each.at] = each
    return tuple(
        replace(each, would=then.outcome, changes=then.changes)
        if each.outcome is OutcomeKind.QUESTION and (then := would[each.kind].get(each.at)) is not None
        else each
        for each in proposal.outcomes
    )


def _that_matter(
    proposal: ImportProposal, lists: Lists, office: KnownOffice
) -> tuple[list[ListRow], list[ListRow]]:
    """Return the rows that an answer may reach, and the others: most rows of most lists.

    Of the others each is decided, about an entry that it names by its number, and no other row can be about that human.
    """
    decided: dict[At, str] = {
        each.at: each.person
        for each in proposal.outcomes
        if each.kind is ListKind.PEOPLE and each.outcome in _DECIDED
    }
    settled: dict[At, str] = {}
    near: set[str] = set()
    for row in lists.of(ListKind.PEOPLE):
        person = decided.get(row.at)
        if (
            person is not None
            and has_no_mark_of_its_own(row, person, office)
            and not is_gone(office.people[person])
        ):
            settled[row.at] = person
        else:
            near.update(alike_in_office(row, office))
    rows: list[ListRow] = []
    others: list[ListRow] = []
    for row in lists.rows:
        person = settled.get(row.at) if row.kind is ListKind.PEOPLE else None
        (rows if person is None or person in near else others).append(row)
    return rows, others
