"""What rows that wait would come to if the proposed answers are right: to be shown, and never to be written."""

from collections.abc import Mapping
from dataclasses import replace

from domain.actors import Actor
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import Lists
from domain.people.proposal.outcomes import ImportProposal, OutcomeKind, RowOutcome
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered

_SHOWN = (OutcomeKind.NEW, OutcomeKind.CHANGED, OutcomeKind.MOVED, OutcomeKind.UNCHANGED)


def with_likely_changes(
    proposal: ImportProposal, lists: Lists, office: KnownOffice, actor: Actor, answers: Mapping[str, Answered]
) -> tuple[RowOutcome, ...]:
    """Return the outcomes of a proposal; those of rows that wait say what they would come to.

    The proposed answers are taken for the importer's own, so that nothing shows what only somebody else may answer.
    A question without a proposed answer stays open, and so do questions that a person must answer.
    """
    likely = {
        each.id: Answered(value=each.proposal, actor=actor)
        for each in proposal.open_questions
        if each.proposal and not each.never_by_itself
    }
    if not likely:
        return proposal.outcomes
    rows = tuple(
        replace(row, waits=tuple(id for id in row.waits if id not in likely)) if row.waits else row
        for row in lists.rows
    )
    found = propose(replace(lists, rows=rows), office, actor, {**answers, **likely})
    would = {(each.kind, each.at): each for each in found.outcomes if each.at.row and each.outcome in _SHOWN}
    return tuple(
        replace(each, would=then.outcome, changes=then.changes)
        if each.outcome is OutcomeKind.QUESTION and (then := would.get((each.kind, each.at))) is not None
        else each
        for each in proposal.outcomes
    )
