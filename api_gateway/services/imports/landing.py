"""The landing of an import: proposed once more while nobody else writes about people, and written if it is the same."""

from collections import Counter
from typing import Final

import structlog

from activities.adapters.postgres.writes.imports import ImportRows, StoredImport, TakeOver
from activities.adapters.postgres.writes.landing import LandingPlace, cause_of, land, may_pass
from api_gateway.services.imports.proposals import Proposals
from api_gateway.services.imports.shown import differences
from domain.people.proposal.lists import At, ListKind
from domain.people.proposal.outcomes import ImportProposal, OutcomeKind

_LOG: Final = structlog.stdlib.get_logger(__name__)


async def land_import(rows: ImportRows, proposals: Proposals, take_over: TakeOver) -> bool:
    """Land an import unless it has landed or the office has changed; return False if nothing was left to do."""
    stored = await rows.one(take_over.import_id)
    if stored is None or stored.state != "taking_over":
        return False
    try:
        await _write(rows, proposals, take_over, stored)
    except Exception as error:
        if may_pass(error):
            raise
        _LOG.exception("an import cannot land", operation=take_over.operation)
        await rows.failed(take_over, cause_of(error))
    return True


async def _write(rows: ImportRows, proposals: Proposals, take_over: TakeOver, before: StoredImport) -> None:
    """Write just what was proposed, if that is what was seen."""
    read = await proposals.read(before)
    async with rows.landing() as connection:
        stored = await rows.one_in(connection, take_over.import_id, lock=True)
        if stored is None or stored.state != "taking_over":
            return  # another process was faster
        proposed = await proposals.propose_in(connection, stored, read)
        if proposed.digest != take_over.digest:
            now = proposed.shown
            await rows.overtaken_in(connection, take_over, differences(stored.proposal, now))
            await rows.show_in(connection, stored.id, now, proposed.digest, stored.answers)
            return
        place = LandingPlace(
            association=stored.association,
            program=stored.program,
            term=stored.term,
            today=proposed.scope.today,
        )
        landed = await land(
            connection,
            proposed.proposal.writes,
            to=place,
            actor=take_over.actor,
            command=take_over.command,
        )
        await rows.keep_column_maps_in(
            connection, proposals.to_keep(stored, read), take_over.actor, take_over.command
        )
        result = {
            "people": landed.added,
            "changed": landed.changed,
            "counts": proposed.counts,
            "rows": _rows_of_applications(proposed.proposal),
            "files": list(before.content),
            "new": landed.new,
            "others": landed.others,
            "kinds": _by_kind(proposed.proposal),
            "left_out": _left_out(proposed.proposal),
        }
        await rows.landed_in(connection, take_over, result, landed.applications)


def _by_kind(proposal: ImportProposal) -> dict[str, dict[str, int]]:
    """Return by kind of list how many rows came to what."""
    counts: dict[str, dict[str, int]] = {}
    for (kind, outcome), count in Counter((each.kind, each.outcome) for each in proposal.outcomes).items():
        counts.setdefault(kind.value, {})[outcome.value] = count
    return counts


def _left_out(proposal: ImportProposal) -> dict[str, dict[str, list[int]]]:
    """Return the rows that were refused or waited, and were left out, by outcome and file; they name nobody."""
    found: dict[str, dict[str, list[int]]] = {}
    for each in proposal.outcomes:
        if each.outcome in (OutcomeKind.REFUSED, OutcomeKind.QUESTION):
            rows = found.setdefault(each.outcome.value, {}).setdefault(each.at.file, [])
            if each.at.row not in rows[-1:]:
                rows.append(each.at.row)
    return found


def _rows_of_applications(proposal: ImportProposal) -> list[At]:
    """Return where each application of a proposal stands, in the order in which they are written."""
    new = (each for each in proposal.outcomes if each.outcome is OutcomeKind.NEW)
    places = {each.person: each.at for each in new if each.kind is ListKind.APPLICATIONS}
    return [places[each.person] for each in proposal.writes.applications]
