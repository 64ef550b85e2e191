"""What a move to another region leaves where it is, in words."""

from domain.people.entry import Entry
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.known import RunningPair
from domain.people.proposal.lists import ListRow


def move_words(builder: ProposalBuilder, row: ListRow, entry: Entry, region: str) -> str:
    """Return from where to where a person moves, and the relationships that stay where they run."""
    pairs = builder.office.pairs_of.get(builder.office.standing(entry.id), ())
    running = "; ".join(_pair_words(builder, each) for each in pairs)
    stays = f"What runs stays where it is: {running}." if pairs else "What runs stays where it is."
    where = f"{row.at.file}, row {row.at.row}: {row.name or entry.name}"
    return (
        f"{where} belongs to region {entry.region}, and the list says {region}. {stays} "
        "What begins from now on begins in the new region."
    )


def _pair_words(builder: ProposalBuilder, pair: RunningPair) -> str:
    """Return a pair by its names, as far as the importer may see them, and its region."""
    people = builder.office.people
    names = [
        people[id].name
        for id in (pair.mentee, pair.mentor)
        if id in people and (builder.actor.covers(pair.region) or builder.actor.covers(people[id].region))
    ]
    whose = f"the relationship of {' and '.join(names)}" if names else "a relationship"
    return f"{whose} in region {pair.region}"
