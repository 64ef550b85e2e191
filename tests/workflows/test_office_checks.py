"""The nightly check on the real worker looks at what `replay --all` looks at; a mended fault closes its task (C66)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads.night_checks import NightCheckReads
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.tasks import TaskKind
from domain.visibility import AUDIT
from tests.domain.builders import COORDINATOR, MENTOR
from tests.workflows.pairs import Pair
from tests.workflows.test_office import START, House
from tests.workflows.test_office import house as house
from workers.audit.replay import replay


async def set_stage(house: House, relationship: str, stage: str) -> None:
    """Change a row by hand, past the triggers, as only the owner of the database can."""
    row = tables.relationships
    async with house.database.transaction() as connection:
        await connection.execute(text("alter table office.relationships disable trigger user"))
        await connection.execute(update(row).where(row.c.id == relationship).values(stage=stage))
        await connection.execute(text("alter table office.relationships enable trigger user"))


async def told(house: House) -> list[tuple[Any, ...]]:
    row = tables.tasks.c
    wanted = select(row.about, row.why, row.outcome).where(row.kind == TaskKind.LOOK_INTO_FAULT.value)
    async with house.database.transaction() as connection:
        return [tuple(each) for each in await connection.execute(wanted.order_by(row.opened_at))]


@pytest.mark.slow
async def test_a_row_changed_by_hand_is_found_at_night_and_its_task_closes_once_it_is_mended(
    house: House,
) -> None:
    await house.clock.move_to(START)
    pair = Pair(house.client, await house.application(), "relationships")
    await pair.apply()
    await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await house.clock.check_journal()
    report = await replay(house.office.settings)
    [first] = await NightCheckReads(house.database).last(AUDIT)
    assert (first["faults"], first["unnamed"], report.faults) == ([], 0, ())
    counts = ("relationships", "obligations", "terms", "people", "answers", "grants", "runs", "compared")
    assert {noun: first["counts"][noun] for noun in counts} == {
        noun: getattr(report, noun) for noun in counts
    }
    assert first["counts"]["runs"] > 0

    relationship = pair.start.relationship
    await set_stage(house, relationship, "survey")
    await house.clock.check_journal()
    fault = (f"{relationship}/projection", "check_projection,relationships_stage")
    assert await told(house) == [(*fault, "")]
    await set_stage(house, relationship, "matching")
    await house.clock.check_journal()
    assert await told(house) == [(*fault, "mended")]
    await pair.handle.terminate()
