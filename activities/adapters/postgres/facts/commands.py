"""Facts that the gateway needs to decide about a request before it sends a command: never text for a reader."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal, select, union, union_all

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.entries_of_one import every_entry
from activities.adapters.postgres.facts.grants import entries_of_human, live_grants
from activities.adapters.postgres.facts.payments import SqlPaymentFacts
from activities.adapters.postgres.facts.relationship import SqlFacts
from activities.adapters.postgres.facts.rules import rules_in_force
from activities.adapters.postgres.facts.terms import unstarted_terms
from activities.adapters.postgres.held import held_until
from domain.payments.facts import PaymentFacts, PaymentQuestion
from domain.people.who_may import Standing
from domain.relationship.facts import Facts, Question
from domain.relationship.parts.forms import FormStanding
from domain.rules.program import Rules
from domain.visibility import Data
from domain.workflow_contracts import TermStart

_MOST_TERMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A form that was submitted: which one, by whom, when; ``withdrawn`` if staff entered it and it was wrong."""

    document: str
    form: str
    person: str
    at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectPlace:
    """The region of what a command is about and, of a relationship, who is or may become one of its pair.

    ``data`` is the class of data that whoever knows of it sees.
    """

    region: str
    pair: Collection[str] = ()
    data: Data = Data.FACTS


class CommandFacts:
    """Look-ups for decisions of the gateway in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_payment(self, question: PaymentQuestion) -> PaymentFacts:
        """Return the facts by which a command about money would be decided now."""
        return await SqlPaymentFacts(self._database).payment_facts(question)

    async def of_mentors(self, question: Question, mentors: Sequence[str]) -> Mapping[str, Facts]:
        """Return by mentor the facts by which a proposal of each would be decided now."""
        return await SqlFacts(self._database).of_mentors(question, mentors)

    async def rules(self, relationship: str) -> Rules | None:
        """Return the rules in force for a relationship after its last event; None for an unknown one."""
        async with self._database.transaction() as connection:
            return await rules_in_force(connection, relationship)

    async def versions_of(self, program: str) -> tuple[str, ...]:
        """Return the versions of a program's rules that the office has stored, the newest first."""
        kept = tables.rule_sets.c
        newest = func.max(kept.created_at)
        wanted = select(kept.version).where(kept.program == program).group_by(kept.version)
        async with self._database.one_statement() as connection:
            return tuple(await connection.scalars(wanted.order_by(newest.desc(), kept.version.desc())))

    async def pair(self, relationship: str) -> Mapping[str, str] | None:
        """Return mentee, mentor and region of a relationship; None for an unknown one."""
        table = tables.relationships.c
        columns = select(table.mentee, table.mentor, table.region).where(table.id == relationship)
        async with self._database.transaction() as connection:
            row = (await connection.execute(columns)).first()
        return None if row is None else {str(name): value for name, value in row._mapping.items()}

    async def stage(self, relationship: str) -> tuple[str, datetime] | None:
        """Return the stage of a relationship, and since when it has been there; None for an unknown one."""
        table = tables.relationships.c
        async with self._database.transaction() as connection:
            wanted = select(table.stage, table.stage_since).where(table.id == relationship)
            row = (await connection.execute(wanted)).first()
        return None if row is None else (row.stage, row.stage_since)

    async def held_until(self, relationship: str) -> datetime | None:
        """Return until when one of a pair can object to what staff entered, if that is all that it waits for."""
        wanted = select(held_until().scalar_subquery()).where(tables.relationships.c.id == relationship)
        async with self._database.transaction() as connection:
            until: datetime | None = await connection.scalar(wanted.select_from(tables.relationships))
        return until

    async def evidence(self, obligation: str) -> tuple[str, ...]:
        """Return the codes of the evidence that an order of an obligation requires; none for an unknown one."""
        table = tables.obligations.c
        async with self._database.transaction() as connection:
            found = await connection.scalar(select(table.evidence).where(table.id == obligation))
        return tuple(each for each in (found or "").split(",") if each)

    async def submitted(self, relationship: str) -> tuple[Submitted, ...]:
        """Return every form that was submitted for a relationship, the oldest first."""
        row = tables.forms.c
        columns = select(row.id, row.form, row.person, row.submitted_at, row.standing).where(
            row.relationship == relationship
        )
        async with self._database.transaction() as connection:
            found = await connection.execute(columns.order_by(row.submitted_at, row.id))
            return tuple(
                Submitted(
                    document=each.id,
                    form=each.form,
                    person=each.person,
                    at=each.submitted_at,
                    withdrawn=each.standing == FormStanding.WITHDRAWN.value,
                )
                for each in found
            )

    async def mentors_all(self, ids: Sequence[str], relationships: Sequence[str]) -> bool:
        """Return whether a person with these ids is the mentor of all these pairs and so logs as part of each pair."""
        pair = tables.relationships.c
        own = select(pair.id).where(pair.id.in_(relationships), pair.mentor.in_(ids))
        async with self._database.transaction() as connection:
            return len((await connection.scalars(own)).all()) == len(relationships)

    async def people_in(self, subject: str) -> frozenset[str]:
        """Return the people who stand in the records of a relationship, an obligation, or a term in a region."""
        pair, claim, order = tables.relationships.c, tables.claims.c, tables.orders.c
        case, record, survey = tables.complaints.c, tables.monthly_records.c, tables.term_surveys.c
        kept = {
            pair.id: (pair.mentee, pair.mentor, pair.proposed_mentor, pair.decider),
            case.relationship: (case.opened_by, case.against, case.taken_by),
            claim.obligation: (claim.mentor,),
            order.obligation: (order.maker, order.approver, order.sender, order.confirmer, order.mentor),
            record.stream: (record.mentor,),
            survey.stream: (survey.owner,),
        }
        wanted = union(
            *(select(column).where(id == subject) for id, columns in kept.items() for column in columns)
        )
        async with self._database.transaction() as connection:
            return frozenset(id for id in await connection.scalars(wanted) if id)

    async def region_of(self, person: str) -> str | None:
        """Return the region that a person belongs to; None for an unknown person, and for a withdrawn entry."""
        table = tables.people.c
        wanted = select(table.region).where(table.id == person, table.withdrawn_on.is_(None))
        async with self._database.transaction() as connection:
            found: str | None = await connection.scalar(wanted)
        return found

    async def association_of(self, person: str) -> str:
        """Return the association of a person; empty for an unknown person, and for a withdrawn entry."""
        table = tables.people.c
        wanted = select(table.association).where(table.id == person, table.withdrawn_on.is_(None))
        async with self._database.transaction() as connection:
            return await connection.scalar(wanted) or ""

    async def holder_of_number(self, person: str, number: str) -> str:
        """Return the entry of a human that has a member number: this one, or another that is the same person."""
        row = tables.person_keys.c
        entries = every_entry(bindparam("human"))
        wanted = select(row.person).where(row.key == number, row.person.in_(entries))
        async with self._database.one_statement() as connection:
            return await connection.scalar(wanted, {"human": person}) or person

    async def others_with_address(self, person: str, email: str) -> tuple[str, ...]:
        """Return the entries of other humans of a person's association that have an address."""
        people = tables.people.c
        here = select(people.association).where(people.id == person).scalar_subquery()
        wanted = select(people.id).where(
            people.association == here,
            people.email_plain == func.office.plain_text(email),
            people.withdrawn_on.is_(None),
            people.id.not_in(every_entry(bindparam("human"))),
        )
        async with self._database.transaction() as connection:
            found = await connection.scalars(wanted.order_by(people.created_at, people.id), {"human": person})
            return tuple(found)

    async def waiting_applications(self, person: str) -> tuple[str, ...]:
        """Return the relationships in which an application of a human waits for a decision, under any entry."""
        pair = tables.relationships.c
        entries = every_entry(bindparam("human"))
        wanted = select(pair.id).where(
            pair.mentee.in_(entries), pair.stage == "application", pair.ended_at.is_(None)
        )
        async with self._database.transaction() as connection:
            return tuple(await connection.scalars(wanted.order_by(pair.id), {"human": person}))

    async def role_titles(self, association: str) -> tuple[str, ...]:
        """Return the role titles that people of an association have."""
        people = tables.people.c
        wanted = select(people.role_title).where(
            people.association == association, people.role_title != "", people.withdrawn_on.is_(None)
        )
        async with self._database.transaction() as connection:
            return tuple(await connection.scalars(wanted.distinct().order_by(people.role_title)))

    async def association_of_program(self, program: str) -> str:
        """Return the association of a program, also of one whose file stands aside; empty for an unknown one."""
        table = tables.programs.c
        async with self._database.one_statement() as connection:
            wanted = select(table.association).where(table.program == program)
            return await connection.scalar(wanted) or ""

    async def holder_of_sign_in(self, tie: str) -> tuple[str, str]:
        """Return whose a sign-in is, and the association of that person; nothing for an unknown one."""
        table, person = tables.ties.c, tables.people.c
        wanted = select(person.id, person.association).join(tables.ties, table.person == person.id)
        async with self._database.one_statement() as connection:
            found = (
                await connection.execute(wanted.where(table.id == tie, table.ended_at.is_(None)))
            ).first()
            return ("", "") if found is None else (found.id, found.association)

    async def holder_of_grant(self, grant: str) -> tuple[str, str]:
        """Return who has a grant, and the association of that person; nothing for an unknown one."""
        table, person = tables.grants.c, tables.people.c
        wanted = select(person.id, person.association).join(tables.grants, table.person == person.id)
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted.where(table.id == grant))).first()
        return (found.id, found.association) if found is not None else ("", "")

    async def place_of(self, subject: str) -> SubjectPlace | None:
        """Return where a relationship, an obligation or a term in a region is; None for an unknown one."""
        pair, nobody = tables.relationships.c, literal("")
        owed, term = tables.obligations.c, tables.term_regions.c
        wanted = union_all(
            select(literal(Data.FACTS), pair.region, pair.mentee, pair.mentor, pair.proposed_mentor).where(
                pair.id == subject
            ),
            *(
                select(literal(data), each.region, nobody, nobody, nobody).where(each.id == subject)
                for data, each in ((Data.MONEY, owed), (Data.TERM, term))
            ),
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).first()
        if found is None:
            return None
        data, region, *people = found
        return SubjectPlace(region=region, pair=tuple(id for id in people if id), data=Data(data))

    async def standing(self, person: str) -> Standing | None:
        """Return what decides who may change a person's entry; None for an unknown person.

        A grant of another entry that stands for the same person counts, too.
        """
        people = tables.people.c
        entry = select(people.association, people.region, people.withdrawn_on, people.alias_of).where(
            people.id == person
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(entry)).first()
            if found is None:
                return None
            live = await live_grants(connection, await entries_of_human(connection, person))
        return Standing(
            association=found.association,
            region=found.region,
            staff=bool(live),
            withdrawn=found.withdrawn_on is not None,
            alias_of=found.alias_of or "",
        )

    async def programs_for(self, person: str) -> tuple[str, ...]:
        """Return the programs that serve a person's region; for a person of no region, those of the association."""
        people, serves, programs = tables.people.c, tables.program_regions.c, tables.programs.c
        here = (
            select(serves.program)
            .join(people.id.table, people.region == serves.region)
            .where(people.id == person)
        )
        whole = (
            select(programs.program)
            .join(people.id.table, people.association == programs.association)
            .where(people.id == person)
        )
        async with self._database.transaction() as connection:
            for wanted in (here.order_by(serves.program), whole.order_by(programs.program)):
                if found := (await connection.scalars(wanted)).all():
                    return tuple(found)
        return ()

    async def program_of(self, region: str) -> str | None:
        """Return the program of a region; None for an unknown region."""
        table = tables.regions.c
        async with self._database.transaction() as connection:
            found: str | None = await connection.scalar(select(table.program).where(table.code == region))
        return found

    async def unstarted_terms(self, program: str) -> tuple[TermStart, ...]:
        """Return the starts of a program's terms in regions that have no workflow yet."""
        async with self._database.transaction() as connection:
            return await unstarted_terms(
                connection, await office_now(connection), _MOST_TERMS, program=program
            )
