"""What a simulated year has come to, and whether everything holds that must."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from activities.adapters import tables
from activities.adapters.database import Database
from workers import replay as proof
from workers.settings import Role, Settings

EVENTS_PER_RELATIONSHIP = 600
"""The budget of one relationship's whole year, in Temporal events, with room for nudges."""


@dataclass(slots=True)
class YearReport:
    """The report; ``faults`` is empty exactly where the year holds."""

    program: str
    seed: int
    relationships: dict[str, int] = field(default_factory=dict)
    acts: int = 0
    refused: int = 0
    moves: int = 0
    meetings: int = 0
    nudges: int = 0
    escalations: int = 0
    tasks_opened: int = 0
    tasks_closed: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    notice_status: dict[str, int] = field(default_factory=dict)
    stipends: dict[str, dict[str, int]] = field(default_factory=dict)
    most_events: int = 0
    budget: int = EVENTS_PER_RELATIONSHIP
    runs_replayed: int = 0
    inputs_compared: int = 0
    chains_checked: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every check holds."""
        return not self.faults

    def lines(self) -> list[str]:
        """The report for a reader."""
        said = [
            f"{name:<18}{value}" for name, value in asdict(self).items() if name not in ("faults", "stipends")
        ]
        for region, sums in self.stipends.items():
            amounts = "  ".join(f"{name} {minor // 100}.{minor % 100:02}" for name, minor in sums.items())
            said.append(f"stipends {region:<9}{amounts}")
        return [*said, *(f"NO  {fault}" for fault in self.faults), "holds" if self.ok else "does not hold"]

    def write(self, file: Path) -> None:
        """Write the report as JSON."""
        file.write_text(json.dumps({**asdict(self), "ok": self.ok}, indent=2) + "\n", "utf-8")


async def count(settings: Settings, report: YearReport) -> None:
    """Fill in what the tables say."""
    database = Database(settings.database_url(Role.MIGRATOR), size=1)
    try:
        async with database.transaction() as connection:

            async def by(column: Any) -> dict[str, int]:
                found = await connection.execute(
                    select(column, func.count()).group_by(column).order_by(column)
                )
                return {str(row[0]): int(row[1]) for row in found}

            report.relationships = await by(tables.relationships.c.outcome)
            report.meetings = sum((await by(tables.meetings.c.status)).values())
            report.notices = await by(tables.notices.c.kind)
            report.notice_status = await by(tables.notices.c.status)
            types = Counter(await by(tables.events.c.type))
            report.nudges, report.escalations = types["NudgeDue"], types["Escalated"]
            report.tasks_opened = sum((await by(tables.tasks.c.kind)).values())
            still = select(func.count()).where(tables.tasks.c.closed_at.is_(None))
            report.tasks_closed = report.tasks_opened - int((await connection.scalar(still)) or 0)
            await _money(connection, report)
    finally:
        await database.close()


async def _money(connection: Any, report: YearReport) -> None:
    owed = await connection.execute(
        text(
            "select o.region, sum(o.amount_minor) owed,"
            " sum(case when exists (select 1 from money.orders x where x.obligation = o.id and x.state = 'held')"
            " then o.amount_minor else 0 end) held,"
            " sum(case when o.state = 'settled' then o.amount_minor else 0 end) paid,"
            " sum(case when o.state in ('denied','canceled') then o.amount_minor else 0 end) dropped"
            " from money.obligations o group by 1 order by 1"
        )
    )
    for region, total, held, paid, dropped in owed:
        sums = {"owed": int(total), "held": int(held), "paid": int(paid), "dropped": int(dropped)}
        report.stipends[str(region)] = sums
        if sums["owed"] != sums["held"] + sums["paid"] + sums["dropped"]:
            report.faults.append(f"stipends {region}: owed is not held, paid and dropped together: {sums}")
    if not report.stipends:
        report.faults.append("stipends: no obligation was ever opened")


async def prove(settings: Settings, report: YearReport, most_events: int) -> None:
    """Fold, replay, check the chains."""
    report.most_events = most_events
    if most_events > report.budget:
        report.faults.append(f"events: {most_events} in one relationship, budget {report.budget}")
    proven = await proof.replay(settings, proof.ALL)
    report.runs_replayed, report.inputs_compared = proven.runs, proven.compared
    report.chains_checked = proven.relationships + proven.obligations
    report.faults.extend(f"{fault.check}: {fault.stream} {fault.code}" for fault in proven.faults)
    if not proven.runs or not proven.compared:
        report.faults.append("replay: nothing was replayed")
