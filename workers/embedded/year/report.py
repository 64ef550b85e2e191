"""The outcome of a simulated year, and whether every check holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.replay import SqlReplay
from domain.visibility import AUDIT
from domain.workflow_contracts import workflow_id
from workers.audit import replay as proof
from workers.settings import ProcessRole, Settings

_EVENTS_OF_TASK = 3
"""Events of a workflow task: scheduled, started, and how it ended."""
SKIPPING = ("TIME_SKIPPING", "OPTIONS_UPDATED")
"""Parts of the names of events that only the demo's time skipping causes."""
EFFECTS = (
    "send_notice",
    "send_again",
    "deliver_claim",
    "withdraw_claim",
    "start_successor",
    "report_obligation",
)


@dataclass(slots=True)
class YearReport:
    """The report; ``faults`` is empty exactly if the year holds."""

    program: str
    seed: int
    money_not_executed: list[str] = field(default_factory=list)
    relationships: dict[str, int] = field(default_factory=dict)
    acts: int = 0
    refused: int = 0
    by_link: list[str] = field(default_factory=list)
    by_code: list[str] = field(default_factory=list)
    moves: int = 0
    meetings: int = 0
    monthly_records: dict[str, int] = field(default_factory=dict)
    log_checks: int = 0
    term_surveys: dict[str, int] = field(default_factory=dict)
    nudges: int = 0
    escalations: int = 0
    tasks_opened: int = 0
    tasks_closed: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    notice_status: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    surveys: dict[str, dict[str, Any]] = field(default_factory=dict)
    stipends: dict[str, dict[str, int]] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    allowed: dict[str, int] = field(default_factory=dict)
    runs_replayed: int = 0
    inputs_compared: int = 0
    chains_checked: int = 0
    night_checks: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every check holds."""
        return not self.faults

    def lines(self) -> list[str]:
        """Return the report as readable lines."""
        lines = [
            f"{name:<18}{value}"
            for name, value in asdict(self).items()
            if name not in ("faults", "stipends", "events", "allowed", "money_not_executed")
        ]
        lines += [f"not executed yet  {what}" for what in self.money_not_executed]
        worst = max(self.events, key=lambda id: self.events[id], default="")
        if worst:
            lines.append(f"most events       {self.events[worst]}, allowed {self.allowed[worst]}")
        for region, sums in self.stipends.items():
            amounts = "  ".join(f"{name} {minor // 100}.{minor % 100:02}" for name, minor in sums.items())
            lines.append(f"stipends {region:<16}{amounts}")
        if len(self.faults) > 1:
            lines.append(f"first cause       {self.faults[0]}")
        return [*lines, *(f"NO  {fault}" for fault in self.faults), "holds" if self.ok else "does not hold"]

    def write(self, file: Path) -> None:
        """Write the report as JSON."""
        file.write_text(json.dumps({**asdict(self), "ok": self.ok}, indent=2) + "\n", "utf-8")


async def count(settings: Settings, report: YearReport) -> None:
    """Fill in the report from the tables."""
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    try:
        async with database.transaction() as connection:

            async def by(column: Any) -> dict[str, int]:
                found = await connection.execute(
                    select(column, func.count()).group_by(column).order_by(column)
                )
                return {str(row[0]): int(row[1]) for row in found}

            report.relationships = await by(tables.relationships.c.outcome)
            report.meetings = sum((await by(tables.meetings.c.status)).values())
            report.monthly_records = await by(tables.monthly_records.c.status)
            report.log_checks = sum((await by(tables.log_checks.c.period)).values())
            report.term_surveys = await by(tables.term_surveys.c.status)
            report.notices = await by(tables.notices.c.kind)
            report.notice_status = await by(tables.notices.c.status)
            report.forms = await by(tables.forms.c.form)
            writers = await connection.execute(
                select(tables.forms.c.form, func.count(tables.forms.c.person.distinct())).group_by(
                    tables.forms.c.form
                )
            )
            _check_surveys(report, {str(row[0]): int(row[1]) for row in writers})
            types = Counter(await by(tables.events.c.type))
            report.nudges, report.escalations = (
                types["NudgeDue"] + types["DutyNudged"],
                types["Escalated"] + types["DutyEscalated"],
            )
            report.tasks_opened = sum((await by(tables.tasks.c.kind)).values())
            still = select(func.count()).where(tables.tasks.c.closed_at.is_(None))
            report.tasks_closed = report.tasks_opened - int((await connection.scalar(still)) or 0)
            await _count_money(connection, report)
            await _read_night_checks(connection, report)
    finally:
        await database.close()


def _check_surveys(report: YearReport, writers: Mapping[str, int]) -> None:
    """Compare the results that were shown with the answers that were submitted, and with the people who gave them."""
    for form, shown in report.surveys.items():
        count, enough = report.forms.get(form, 0), writers.get(form, 0) >= shown["small_group"]
        if shown["responses"] != (count if enough else None):
            report.faults.append(
                f"surveys: {form} has {count} answers, the results show {shown['responses']}"
            )
        if bool(shown["aims"]) != enough:
            report.faults.append(f"surveys: {form} has {count} answers, but shows the aims {shown['aims']}")


async def _read_night_checks(connection: Any, report: YearReport) -> None:
    """Count the nightly checks that ended; what one found is a fault of the year."""
    row = tables.night_checks.c
    ended = (
        select(row.faults, row.unnamed, row.counts).where(row.ended_at.is_not(None)).order_by(row.ended_at)
    )
    found = (await connection.execute(ended)).all()
    report.night_checks = len(found)
    report.faults += [
        f"nightly check: {each['stream']} {each['check']} {each['code']}"
        for row in found
        for each in row.faults
    ]
    if not found or not found[-1].counts.get("runs"):
        report.faults.append("nightly check: it has looked at nothing")


async def _count_money(connection: Any, report: YearReport) -> None:
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
            report.faults.append(f"stipends {region}: owed is not the sum of held, paid and dropped: {sums}")
    if not report.stipends and any(rule.executed for rule in load_programs()[report.program].rules.money):
        report.faults.append("stipends: no obligation was ever opened")


async def streams(settings: Settings, *kinds: str) -> tuple[str, ...]:
    """Return the ids of all workflows of some kinds, from the journal."""
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    try:
        journal = SqlReplay(database)
        return tuple(
            [
                workflow_id(kind, id)
                for kind in kinds
                for id in await journal.streams(AUDIT, proof.KINDS[kind])
            ]
        )
    finally:
        await database.close()


def measure(id: str, history: WorkflowHistory, report: YearReport) -> None:
    """Add the events of a run, and how many the design's formula allows."""
    kinds = Counter(EventType.Name(event.event_type) for event in history.events)
    calls = Counter(
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    )
    commands, deadlines = (
        kinds["EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED"],
        kinds["EVENT_TYPE_TIMER_FIRED"],
    )
    effects = sum(calls[name] for name in EFFECTS) + max(0, calls["record"] - commands - deadlines)
    allowed = (
        8
        + 11 * commands
        + 6 * (calls["gather_facts"] + calls["gather_term_facts"])
        + kinds["EVENT_TYPE_MARKER_RECORDED"]  # facts that were looked up within a workflow task
        + 12 * deadlines
        + 6 * effects
    )
    cost = sum(number for name, number in kinds.items() if not any(word in name for word in SKIPPING))
    cost -= _EVENTS_OF_TASK * _tasks_of_load(history)
    report.events[id] = report.events.get(id, 0) + cost
    report.allowed[id] = report.allowed.get(id, 0) + allowed
    if cost > allowed:
        report.faults.append(f"events: {cost} in a run of {id}, the design allows {allowed}")


def _tasks_of_load(history: WorkflowHistory) -> int:
    """Return how many workflow tasks a run had that a quick machine does not need.

    These are tasks that timed out, and those that another one followed at once: something came meanwhile, or looking
    up facts took longer than a task.
    """
    names = [EventType.Name(event.event_type) for event in history.events]
    again = sum(
        pair == ("EVENT_TYPE_WORKFLOW_TASK_COMPLETED", "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED")
        for pair in pairwise(names)
    )
    return names.count("EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT") + again


async def prove(settings: Settings, report: YearReport) -> None:
    """Fold, replay and check the chains, and add the result."""
    proven = await proof.replay(settings, proof.ALL)
    report.runs_replayed, report.inputs_compared = proven.runs, proven.compared
    report.chains_checked = proven.relationships + proven.obligations + proven.terms
    report.faults.extend(f"{fault.check}: {fault.stream} {fault.code}" for fault in proven.faults)
    if not proven.runs or not proven.compared:
        report.faults.append("replay: nothing was replayed")
