"""An office of 20,000 relationships with their journals, money and emails, written in bulk.

The pairs are those of the tests' office, folded once under a shipped program, with ids and events of their own.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from activities.adapters.postgres import tables
from activities.adapters.postgres.journal import entry_of
from domain.actors import SYSTEM
from domain.ids import claim_id, derive, obligation_id
from domain.journal import seal
from domain.payments.claims import AddClaim
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.payments.projection import obligation_rows
from domain.projection_rows import Row
from domain.relationship.projection import rows
from domain.rules.canonical_json import rules_text
from tests.api_gateway.conftest import MINE
from tests.api_gateway.pages.sample_office import (
    COORDINATOR,
    DIGEST,
    MENTEES,
    RULES,
    TERM,
    NamedPair,
    journey,
)
from tests.bench.bulk import Rows, copies, own, write
from tests.conftest import NOW
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment

PAIRS: Final = 20_000
TASKS: Final = 5_000
REGIONS: Final = tuple(f"bench_{number}" for number in range(10))
TERM_ID: Final = derive("term", "of the tests")
STEPS: Final = (PrepareStipend, ApproveStipend, EnterReference, ConfirmSettled)
_IN_REGION: Final = re.compile(rb'"(r1|r3)"')
_MEETINGS: Final = 48
"""How often the pair of two years has met: every second week."""
_KEPT: Final = {each.id for each in (COORDINATOR, MAKER, APPROVER, THIRD)} | {TERM_ID}
"""Ids that every copy shares."""


class _Stipend(Payment):
    """The stipend of a pair, some steps on its way to the bank."""

    def __init__(self, pair: NamedPair, steps: int) -> None:
        super().__init__(RULES)
        self.now = NOW - timedelta(days=40)
        self.id = obligation_id(RULES.program, TERM_ID, pair.mentor.id, "mentor_stipend")
        self.state = self.empty()
        members = {pair.mentee.id: "active", pair.mentor.id: "retired"}
        self.facts = PaymentFacts(memberships=members, contacts=(COORDINATOR.id,))
        self.do(
            AddClaim,
            SYSTEM,
            claim=claim_id(pair.id, self.id),
            relationship=pair.id,
            mentee=pair.mentee.id,
            mentor=pair.mentor.id,
            program=RULES.program,
            term=TERM_ID,
            term_dates=TERM,
            kind="mentor_stipend",
            unit=pair.mentor.id,
            region="r1",
            due_at=NOW - timedelta(days=10),
        )
        self.wait_until(NOW)
        for number, act in enumerate(STEPS[:steps]):
            given: dict[str, Any] = {"evidence": ("match_confirmed",)} if act is PrepareStipend else {}
            given = {"reference": "Check #1042"} if act is EnterReference else given
            self.do(act, (MAKER, APPROVER, THIRD, APPROVER)[number], **given)


def two_years() -> NamedPair:
    """Return a pair that has met every second week for two years."""
    pair = NamedPair("Tova Long", "Lars Long", NOW - timedelta(days=700))
    pair.signed()
    for _ in range(_MEETINGS):
        pair.days(14)
        pair.meet()
    return pair


def pair_of(mentee: str, number: int) -> str:
    """Return the id of the copy of a pair; that of two years, ``Tova Long``, has the number ``PAIRS``."""
    return own(derive("relationship", mentee), number)


async def fill(url: str) -> None:
    """Write the office as the owner of its tables, and one pair of two years."""
    await write(url, _around())
    pairs = [journey(number) for number in range(len(MENTEES))]
    kept: Rows = {}
    events: list[dict[str, Any]] = []
    sources = [_Source(pair) for pair in pairs]
    open_tasks, every = 0, _share(sources)
    for number in range(PAIRS):
        source, region = sources[number % len(sources)], REGIONS[number % len(REGIONS)]
        for table, values in source.rows(number, region):
            if table is tables.tasks and values.get("closed_at") is None:
                open_tasks += 1
                if int(open_tasks * every) == int((open_tasks - 1) * every):
                    continue
            kept.setdefault(table, []).append(values)
        events += source.events(number, region)
    for table, values in (whole := _Source(two_years())).rows(PAIRS, REGIONS[0]):
        kept.setdefault(table, []).append(values)
    events += whole.events(PAIRS, REGIONS[0])
    events.sort(key=lambda each: each["recorded_at"])  # as they come in
    await write(url, {**kept, tables.events: events})


def _share(sources: list["_Source"]) -> float:
    """Return which part of the open tasks is kept, so that there are as many as the figure says."""
    found = 0
    for number in range(len(sources) * len(STEPS)):
        written = sources[number % len(sources)].rows(number, "r1")
        found += sum(table is tables.tasks and row.get("closed_at") is None for table, row in written)
    return TASKS / (found * PAIRS / (len(sources) * len(STEPS)))


def _around() -> Rows:
    """Return the rows of the regions, the term and the rules."""
    made = {"created_at": NOW}
    region = {"program": RULES.program, "association": MINE, **made}
    term = {"id": TERM_ID, "program": RULES.program, "name": "of the tests", "version": RULES.version}
    rules = {"digest": DIGEST, "program": RULES.program, "version": RULES.version, "region": ""}
    return {
        tables.regions: [{"code": code, "name": code, **region} for code in REGIONS],
        tables.terms: [{**term, "first": TERM.first, "last": TERM.last, **made}],
        tables.rule_sets: [{**rules, "text": rules_text(RULES), **made}],
    }


class _Source:
    """A folded pair with its stipends, of which copies are made."""

    def __init__(self, pair: NamedPair) -> None:
        self.shown: tuple[Row, ...] = rows(pair.state)
        self._entries = [entry_of(text) for record in pair._records for text in record.events]
        decided = [re.search(rb'"decided_at":"([^"]+)"', each["bytes"]) for each in self._entries]
        self._at = [datetime.fromisoformat(found[1].decode()) for found in decided if found]
        self._notices = [each for record in pair._records for each in record.notices]
        claimed = bool(pair.state.claims)
        self._money = (
            [obligation_rows(_Stipend(pair, steps).state) for steps in range(len(STEPS) + 1)]
            if claimed
            else []
        )

    def rows(self, number: int, region: str) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Yield the rows of a copy, with those of its people, its money and its emails."""
        yield from copies(number, self.shown, region, kept=_KEPT)
        if self._money:
            money = self._money[number // len(MENTEES) % len(self._money)]
            yield from copies(number, money, region, kept=_KEPT)
        for notice in self._notices:
            yield (
                tables.notices,
                {
                    "id": own(f"{notice.id}", number),
                    "kind": notice.kind.value,
                    "subject": own(notice.subject, number),
                    "seq": notice.seq,
                    "person": own(notice.person, number, _KEPT),
                    "region": region,
                    "data": "{}",
                    "status": "sent",
                    "sent_at": NOW - timedelta(days=1),
                },
            )

    def events(self, number: int, region: str) -> Iterator[dict[str, Any]]:
        """Yield the events of a copy, chained anew."""
        prev = ""
        for entry, at in zip(self._entries, self._at, strict=True):
            text = own(entry["bytes"].decode("ascii"), number, _KEPT).encode("ascii")
            text = _IN_REGION.sub(f'"{region}"'.encode(), text)
            if prev:
                text = text.replace(entry["prev"].encode("ascii"), prev.encode("ascii"))
            sealed = seal(text)
            stream = own(entry["stream"], number)
            yield {
                **entry,
                "stream": stream,
                "rel": stream,
                "hash": sealed,
                "prev": prev or entry["prev"],
                "bytes": text,
                "command": own(entry["command"], number, _KEPT),
                "recorded_at": _recorded(at),
            }
            prev = sealed


def _recorded(at: datetime) -> datetime:
    """Return when the database recorded what the office decided at an instant."""
    return at - (NOW - datetime.now(UTC))  # the machine's clock: the office's is kept as the difference to it
