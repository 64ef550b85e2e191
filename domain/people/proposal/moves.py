"""What a move to another region leaves where it is, in words."""

from domain.people.entry import Entry
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.known import RunningPair
from domain.people.proposal.lists import ListRow
from domain.people.proposal.words import of_row
from domain.told import Told, joined, told


def move_words(builder: ProposalBuilder, row: ListRow, entry: Entry, region: str) -> Told:
    """Return from where to where a person moves, and the relationships that stay where they run."""
    pairs = builder.office.pairs_of.get(builder.office.standing(entry.id), ())
    moves = told(
        "moves_region",
        "{name} belongs to region {before}, and the list says {after}.",
        name=row.name or entry.name,
        before=entry.region,
        after=region,
    )
    stays = (
        told(
            "these_stay",
            "What runs stays where it is: {pairs}.",
            pairs=joined((_pair_words(builder, each) for each in pairs), "; "),
        )
        if pairs
        else told("all_stays", "What runs stays where it is.")
    )
    begins = told("begins_in_new_region", "What begins from now on begins in the new region.")
    return of_row(row.at, joined((moves, stays, begins)))


def _pair_words(builder: ProposalBuilder, pair: RunningPair) -> Told:
    """Return a pair by its names, as far as the importer may see them, and its region."""
    people = builder.office.people
    names = [
        people[id].name
        for id in (pair.mentee, pair.mentor)
        if id in people and (builder.actor.covers(pair.region) or builder.actor.covers(people[id].region))
    ]
    if not names:
        return told("a_pair_in_region", "a relationship in region {region}", region=pair.region)
    return told(
        "pair_in_region",
        "the relationship of {names} in region {region}",
        names=joined(names, " and "),
        region=pair.region,
    )
