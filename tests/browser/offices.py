"""What is in the office that no test changes: pairs at every stage, their money, and somebody who asks to be let in."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.office_tasks import open_office_task
from domain.actors import SYSTEM, Role
from domain.ids import claim_id, derive, obligation_id
from domain.payments.claims import AddClaim
from domain.payments.facts import PaymentFacts
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.rules.canonical_json import rules_digest, rules_text
from domain.tasks import TaskKind
from domain.term.log_checks import RecordLogCheck
from domain.term.state import Finding
from tests.api_gateway.conftest import MINE
from tests.api_gateway.importing import GOOD, answer, propose, take_over
from tests.api_gateway.pages.live import LiveMoney
from tests.api_gateway.pages.sample_office import COORDINATOR, MENTEES, REGION, RULES, TERM, NamedPair, fill
from tests.api_gateway.test_emails_as_sent import left
from tests.api_gateway.test_visibility import change_pair
from tests.browser.gateway import ISSUER, Served
from tests.conftest import NOW
from tests.domain.builders import COORDINATOR as BY_LEADER
from tests.domain.builders import MENTOR
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD
from tests.domain.term.term_case import PAIR, SECOND_MENTOR, TermCase

WHO: Final[dict[str, tuple[str, tuple[Role, ...], dict[str, Any]]]] = {
    "coordinator": ("Carla Jensen", (Role.COORDINATOR,), {"regions": (REGION,)}),
    "decider": ("Stella Orr", (Role.COORDINATOR,), {}),
    "leader": ("Lea Hart", (Role.COORDINATOR,), {"regions": ("r3",)}),
    "coordinadora": ("Carlota Jensen", (Role.COORDINATOR,), {"regions": (REGION,), "language": "es"}),
    "payment": ("Priya Nair", (Role.PAYMENT_STAFF,), {}),
    "auditor": ("Ada Brandt", (Role.AUDITOR,), {}),
    "admin": ("Eva Moreno", (Role.ADMIN,), {}),
}
"""Who is signed in: name, roles and regions."""
PEOPLE_OF_MONEY: Final = {MAKER.id: "Walt Simms", APPROVER.id: "Priya Nair", THIRD.id: "Ruth Mills"}
STEPS: Final = (PrepareStipend, ApproveStipend, EnterReference, ConfirmSettled)


async def cookie_of(office: Served, who: str) -> dict[str, str]:
    """Return the cookie of one of the staff; none for nobody."""
    if not who:
        return {}
    name, roles, options = WHO[who]
    return await office.sign_in(name, *roles, **options)


class SampleMoney(LiveMoney):
    """The stipend of a mentor of the sample office."""

    def __init__(self, office: Served, mentee: str, mentor: str) -> None:
        self.mentee, self.mentor = derive("person", mentee), derive("person", mentor)
        super().__init__(office.client, office.payments, RULES)
        self.now = NOW - timedelta(days=40)
        self.id = obligation_id(RULES.program, derive("term", "of the tests"), self.mentor, "mentor_stipend")
        self.state = self.empty()
        self.commands = int(self.id[:8], 16)  # so that no two of these decide under one id
        office.client.engine.deciding[f"obligation/{self.id}"] = self.answer
        members = {self.mentee: "active", self.mentor: "retired"}
        self.facts = PaymentFacts(memberships=members, contacts=(COORDINATOR.id,))

    async def owed(self, relationship: str, steps: int, due: timedelta) -> "SampleMoney":
        """Claim it, wait, and go so many steps towards the bank."""
        self.do(
            AddClaim,
            SYSTEM,
            claim=claim_id(relationship, self.id),
            relationship=relationship,
            mentee=self.mentee,
            mentor=self.mentor,
            program=RULES.program,
            term=derive("term", "of the tests"),
            term_dates=TERM,
            kind="mentor_stipend",
            unit=self.mentor,
            region=REGION,
            due_at=NOW + due,
        )
        self.wait_until(NOW)
        await self.write(derive("claim", self.id), SYSTEM)
        for number, act in enumerate(STEPS[:steps]):
            actor = (MAKER, APPROVER, THIRD, APPROVER)[number]
            given = {"evidence": ("match_confirmed",)} if act is PrepareStipend else {}
            given = {"reference": "Check #1042"} if act is EnterReference else given
            self.do(act, actor, **given)
            await self.write(derive("step", self.id, str(number)), actor)
        return self


async def furnish(office: Served) -> list[NamedPair]:
    """Fill an office: pairs at every stage, their money, and somebody who asks to be let in."""
    pairs = await fill(office.client, office.worker)
    named = dict(zip(MENTEES, pairs, strict=True))
    await _people_of_money(office)
    await _memberships(office, pairs)
    money = [
        await SampleMoney(office, mentee, named[mentee].names[named[mentee].mentor.id]).owed(
            named[mentee].id, steps, timedelta(days=due)
        )
        for mentee, steps, due in (
            ("Robin Reyes", 0, -20),
            ("Jo Park", 1, -12),
            ("Ida Holm", 2, -10),
            ("Lena Falk", 3, -9),
            ("Gil Ames", 4, -30),
            ("Kim Dao", 0, 12),
        )
    ]
    writes = office.client.office.writes.sign_in
    await writes.ask(ISSUER, "jo", name="Jo Blake", email="jo@example.org", association=MINE)
    async with office.client.office.database.transaction() as connection:
        asked = await connection.scalar(select(tables.sign_in_requests.c.id))
    term, check, record = await _term(office)
    imports = await _imports(office)
    await _special_application(office, named["Bea Lowe"])
    open_tasks = [task for task in named["Ida Holm"].state.tasks if task.open]
    office.things = {
        "pair": named["Ida Holm"].id,
        "applicant": named["Bea Lowe"].id,
        "payment": money[0].id,
        "to_approve": money[1].id,
        "task": office.client.shown(open_tasks[-1].id),
        "request": str(asked),
        "person": named["Ida Holm"].mentee.id,
        "term": term,
        "check": check,
        "record": record,
        "group": await _group_meeting(office, [named["Jo Park"], named["Gil Ames"]]),
        "seat": await _seat(office),
        "fault": office.client.shown(await _fault(office)),
        **imports,
        "email": office.client.shown(await _email_about(office, named["Ida Holm"].id)),
    }
    return pairs


async def _special_application(office: Served, pair: NamedPair) -> None:
    """Have an application be a special one, with its text, that somebody of the state office took on."""
    text, kept = derive("special", pair.id), office.client.office.documents
    said = {"circumstances": "I moved here in the middle of the year.\nMy district has nobody else."}
    await kept.keep(
        said, id=text, scope=derive("special", pair.id), person=pair.mentee.id, form="M2", privacy="c2s"
    )
    decider = derive("p", WHO["decider"][0])
    await change_pair(office.client, pair.id, special_document=text, decider=decider)


async def _people_of_money(office: Served) -> None:
    blank = dict.fromkeys(("email", "role_title", "district", "region"), "")
    rows = [
        {"id": id, "name": name, "association": MINE, "created_at": NOW, **blank}
        for id, name in PEOPLE_OF_MONEY.items()
    ]
    async with office.client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people), rows)


async def _memberships(office: Served, pairs: list[NamedPair]) -> None:
    """Have the people of the pairs be members of the association, and the mentors have places for mentees."""
    mentors = {pair.mentor.id for pair in pairs}
    members = dict.fromkeys((pair.mentee.id for pair in pairs), "active") | dict.fromkeys(mentors, "retired")
    since = date(2020, 1, 1)
    rows = [{"person": id, "class": kind, "first": since} for id, kind in members.items()]
    async with office.client.office.database.transaction() as connection:
        await connection.execute(insert(tables.memberships), rows)
        await connection.execute(
            insert(tables.mentors), [{"person": id, "capacity": 3} for id in sorted(mentors)]
        )


async def _imports(office: Served) -> dict[str, str]:
    """Take over lists of two people, and propose them once more; return the imports and the operation."""
    client, term = office.client, derive("term", "of the tests")
    landed = await propose(client, term, GOOD)
    done = await take_over(client, await answer(client, landed.json()))
    assert done.status_code == 200, done.text
    waiting = await propose(client, term, GOOD, key="again")
    assert waiting.status_code == landed.status_code, waiting.text
    headings = "Nr,Who,E-Mail,Cargo,Fax\nP-1,Ann Aas,ann@post.example,principal,1\n"
    other = await propose(client, term, {"people": headings}, key="headings")
    assert other.status_code == landed.status_code, other.text
    return {
        "headings": str(other.json()["id"]),
        "landed": str(landed.json()["id"]),
        "operation": str(done.json()["id"]),
        "import": str(waiting.json()["id"]),
    }


async def _email_about(office: Served, pair: str) -> str:
    """Have the first email about a pair leave; return its id."""
    table = tables.notices
    async with office.worker.transaction() as connection:
        first = select(table.c.id).where(table.c.subject == pair).order_by(table.c.id).limit(1)
        notice = str(await connection.scalar(first))
        sent = update(table).where(table.c.id == notice)
        await connection.execute(sent.values(status="sent", sent_at=NOW - timedelta(days=30)))
    await left(office.client, pair, id=notice)
    return notice


async def _group_meeting(office: Served, pairs: list[NamedPair]) -> str:
    """Log one meeting for several pairs, under rules that have such logs; return the group's id."""
    group = derive("group", "of the tests")
    for pair in pairs:
        pair.rules = replace(pair.rules, meetings=replace(pair.rules.meetings, group_logs=True))
        began = pair.now - timedelta(hours=2)
        pair.do(LogGroupMeeting, COORDINATOR, group=group, began_at=began, minutes=45, mode="in_person")
        await pair.store(SqlRecords(office.worker))
    return group


async def _seat(office: Served) -> str:
    """Name a contact of the region of the pairs; return the number of the seat."""
    async with office.client.office.database.transaction() as connection:
        row = {"region": REGION, "person": APPROVER.id, "first": NOW.date(), "last": None}
        seat = insert(tables.region_contacts).values(**row).returning(tables.region_contacts.c.id)
        return str(await connection.scalar(seat))


async def _fault(office: Served) -> str:
    """Open a task about a fault that the nightly check found; return its id."""
    about = f"{derive('a stream')}/chain"
    async with office.worker.transaction() as connection:
        await open_office_task(
            connection, TaskKind.LOOK_INTO_FAULT, about, Role.ADMIN, why="check_chain,hash_differs_7"
        )
        task = select(tables.tasks.c.id).where(tables.tasks.c.about == about)
        return str(await connection.scalar(task))


async def _term(office: Served) -> tuple[str, str, str]:
    """Open the sample term in the northern region, in its second month; return its id, a check and a record in it."""
    body = {"code": "r3", "name": "Northern Region", "program": RULES.program}
    await office.client.send("admin", "POST", "/v1/regions", key="r3", json=body)
    case = TermCase()
    text = rules_text(case.rules)
    case.digest = rules_digest(text)
    shipped = {"program": "sample", "version": "1", "digest": case.digest, "region": "", "text": text}
    async with office.client.office.database.transaction() as connection:
        await connection.execute(insert(tables.rule_sets).values(**shipped))
    case.open()
    case.until(2026, 9, 28)
    found = (Finding(relationship=PAIR, code="no_meeting_logged"),)
    looked = {"relationships": (PAIR,), "evidence": ("logs_read",), "findings": found}
    case.do(RecordLogCheck, BY_LEADER, period="2026-10-01", **looked)
    case.until(2026, 10, 20)
    for record in case.records:
        done = await SqlRecords(office.worker).record(record)
        assert not done.refused, done.refused
    people = {MENTOR.id: "Sam Rowe", SECOND_MENTOR.id: "Lee Pratt", BY_LEADER.id: "Lea Hart"}
    blank = dict.fromkeys(("email", "role_title", "district"), "") | {"region": "r3", "association": MINE}
    named = [{"id": id, "name": name, "created_at": NOW, **blank} for id, name in people.items()]
    async with office.client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people), named)
    record = derive("monthly_record", case.id, "2026-09", MENTOR.id)
    return derive("term", "sample"), case.state.checks[0].id, record
