"""Facts about a person are sets: each rule that compares looks at all memberships, seats, records and entries (C60)."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.payments import SqlPaymentFacts
from activities.adapters.postgres.facts.relationship import SqlFacts
from domain.actors import SYSTEM, Actor, Role
from domain.errors import RuleViolation
from domain.ids import derive
from domain.payments.facts import PaymentQuestion
from domain.payments.orders.separation_of_duties import demand_no_contact
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.facts import Facts, Question
from domain.relationship.stages.application.refusal import AskFactsAgain
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.conftest import FreshDatabase
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.rules_variants import BY_PERSON, with_rules

NOW = datetime(2026, 8, 20, tzinfo=UTC)
SINCE = date(2020, 1, 1)
ALIAS, ALIAS_OF_MENTEE, CONTACT = derive("alias"), derive("alias of mentee"), derive("contact")


class Office:
    """An office with a mentee and a mentor, each with an alias, and what a test records about them."""

    def __init__(self, owner: Database, reader: Database) -> None:
        self._owner, self._reader = owner, reader

    async def put(self, table: Any, *rows: dict[str, Any]) -> None:
        """Record rows."""
        async with self._owner.transaction() as connection:
            await connection.execute(insert(table), [*rows])

    async def hold(self, person: str, *classes: str) -> None:
        """Record memberships that a person holds at one time."""
        rows = ({"person": person, "class": each, "first": SINCE} for each in classes)
        await self.put(tables.memberships, *rows)

    async def facts(self, mentor: str = MENTOR.id) -> Facts:
        """Return the facts about the pair."""
        return await SqlFacts(self._reader).facts(
            Question(
                as_of=NOW,
                zone="America/Chicago",
                relationship=derive("r"),
                program="sample",
                term=derive("t"),
                region="r3",
                mentee=MENTEE.id,
                mentor=mentor,
            )
        )

    async def payment_facts(self, region: str, compared: tuple[str, ...] = ()) -> Any:
        """Return the facts about an order to a region."""
        asked = PaymentQuestion(as_of=NOW, zone="America/Chicago", persons=(MENTOR.id,), region=region)
        asked = replace(asked, compared=compared, obligation=derive("owed"))
        return await SqlPaymentFacts(self._reader).payment_facts(asked)


@pytest_asyncio.fixture
async def office(fresh_database: FreshDatabase) -> AsyncIterator[Office]:
    async with fresh_database() as settings:
        owner = Database(settings.database_url("migrator"), size=1)
        reader = Database(settings.database_url("worker"), size=2)
        known = Office(owner, reader)
        aliases = {ALIAS: MENTOR.id, ALIAS_OF_MENTEE: MENTEE.id}
        for id in (MENTEE.id, MENTOR.id, CONTACT, ALIAS, ALIAS_OF_MENTEE):
            row = {
                "id": id,
                "name": f"N {id[:9]}",
                "email": f"{id[:9]}@example.org",
                "role_title": "principal",
            }
            row |= {"district": "D", "region": "r3", "association": "sample"}
            await known.put(tables.people, {**row, "alias_of": aliases.get(id)})
        for alias, id in aliases.items():
            one, other = sorted((alias, id))
            answer = {"association": "sample", "one": one, "other": other, "answer": "same"}
            await known.put(
                tables.person_answers,
                {**answer, "answered_by": CONTACT, "answered_at": NOW, "since": NOW.date()},
            )
        yield known
        await owner.close()
        await reader.close()


# "affiliate" comes before "active" and "retired" by the alphabet, or after: no order may decide.
CLASSES = [("aaa_affiliate", "active"), ("active", "zzz_affiliate")]


def applies(facts: Facts) -> Case:
    """Accept an application."""
    return Case(rules=BY_PERSON, facts=facts).apply()


def waits(facts: Facts) -> Case:
    """Accept an application that waited for its membership, when its facts are asked again."""
    case = Case(rules=BY_PERSON, facts=replace(facts, memberships={}, classes=None)).apply()
    case.facts = facts
    case.do(AskFactsAgain, COORDINATOR)
    return case


def matches(facts: Facts) -> Case:
    """Propose and confirm a match."""
    case = Case(facts=facts).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(ConfirmMatch, COORDINATOR)
    return case


def runs(facts: Facts) -> Case:
    """Hear of a change of both memberships in a running pair."""
    case = matches(facts)
    for person in (MENTEE.id, MENTOR.id):
        case.do(HearPersonChange, SYSTEM, person=person, kind=ChangeKind.MEMBERSHIP, day=NOW.date())
    assert not [task for task in case.state.tasks if task.open and task.kind.value == "look_at_person"]
    return case


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("rule", [applies, waits, matches, runs])
async def test_of_two_memberships_the_one_that_the_program_takes_counts(
    office: Office, rule: Callable[[Facts], Case], classes: tuple[str, str]
) -> None:
    await office.hold(MENTEE.id, *classes)
    await office.hold(
        MENTOR.id, classes[0].replace("active", "retired"), classes[1].replace("active", "retired")
    )
    await office.put(tables.mentors, {"person": MENTOR.id, "capacity": 2})
    case = rule(await office.facts())
    assert case.state.application.accepted
    assert case.refold() == case.state


async def test_memberships_of_two_entries_of_one_human_both_count(office: Office) -> None:
    await office.hold(MENTEE.id, "aaa_affiliate")
    await office.hold(ALIAS_OF_MENTEE, "active")
    assert applies(await office.facts()).state.application.accepted


MENTOR_DATES = {
    "training": ({"trained_on": date(2025, 1, 1)}, {"mentor_training_required": True}),
    "years of service": ({"serving_since": date(2010, 1, 1)}, {"mentor_years": 5}),
    "credential": ({"credential_until": date(2027, 1, 1)}, {"mentor_credential_required": True}),
}


@pytest.mark.parametrize("what", MENTOR_DATES)
@pytest.mark.parametrize("holder", ["the entry that stands", "the alias"])
async def test_the_days_of_two_mentor_records_of_one_human_all_count(
    office: Office, what: str, holder: str
) -> None:
    days, rules = MENTOR_DATES[what]
    own, other = (MENTOR.id, ALIAS) if holder == "the entry that stands" else (ALIAS, MENTOR.id)
    await office.hold(MENTEE.id, "active")
    await office.hold(MENTOR.id, "retired")
    await office.put(tables.mentors, {"person": own, "capacity": 2, **days})
    await office.put(tables.mentors, {"person": other, "capacity": 2})
    facts = await office.facts()
    case = Case(rules=with_rules(matching=replace(RULES.matching, **rules)), facts=facts).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert case.state.open_proposal is not None


@pytest.mark.parametrize("one", [MENTOR.id, ALIAS])
@pytest.mark.parametrize("other", [MENTEE.id, ALIAS_OF_MENTEE])
async def test_a_conflict_at_any_entry_is_one_of_the_pair(office: Office, one: str, other: str) -> None:
    await office.put(tables.mentors, {"person": MENTOR.id, "capacity": 2})
    assert (await office.facts()).conflicts == ()
    await office.put(tables.conflicts, {"person": one, "other": other, "kind": "family"})
    for mentor in (MENTOR.id, ALIAS):
        assert (await office.facts(mentor)).conflicts == ("family",)


@pytest.mark.parametrize("supervisor", [MENTOR.id, ALIAS])
async def test_whoever_supervises_under_another_entry_is_the_supervisor(
    office: Office, supervisor: str
) -> None:
    await office.put(tables.mentors, {"person": MENTOR.id, "capacity": 2})
    row = {"id": derive("third"), "name": "Third", "email": "t@example.org", "role_title": "principal"}
    row |= {"district": "D", "region": "r3", "association": "sample", "alias_of": MENTEE.id}
    await office.put(tables.people, {**row, "supervisor": supervisor})
    assert (await office.facts()).conflicts == ("supervisor",)


@pytest.mark.parametrize("region", ["r3", "r4"])
async def test_a_contact_of_two_regions_decides_about_the_money_of_neither(
    office: Office, region: str
) -> None:
    seats = ({"person": CONTACT, "region": each, "first": SINCE} for each in ("r3", "r4"))
    await office.put(tables.region_contacts, *seats)
    facts = await office.payment_facts(region)
    with pytest.raises(RuleViolation):
        demand_no_contact(facts, Actor(id=CONTACT, role=Role.PAYMENT_STAFF))


async def test_a_seat_of_another_entry_is_a_seat_of_the_human(office: Office) -> None:
    await office.put(tables.region_contacts, {"person": ALIAS, "region": "r3", "first": SINCE})
    facts = await office.payment_facts("r3", compared=(MENTOR.id,))
    with pytest.raises(RuleViolation):
        demand_no_contact(facts, Actor(id=MENTOR.id, role=Role.PAYMENT_STAFF))
