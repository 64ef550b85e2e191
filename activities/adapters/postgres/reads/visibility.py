"""Sights as SQL: the conditions under which a reader sees a row. No other module of the reads writes these conditions.

Each function does for one table what ``Sight.sees`` does for one record: it uses the same table of rights, with
columns in place of values.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    null,
    or_,
    select,
    true,
)

from activities.adapters.postgres import tables
from activities.adapters.postgres.case_of_notice import CASE_OF_NOTICE
from activities.adapters.postgres.one_of import one_of
from activities.adapters.postgres.reads.places import (
    NOWHERE,
    Condition,
    RowPlace,
    about_person,
    at,
    at_task,
    here,
    of_association,
    of_person,
    unless,
    within,
)
from domain.actors import Role
from domain.task_acts import OF_AUDITORS_TOO, OF_STATE_OFFICE_TOO, STATE_OFFICE_ONLY
from domain.tasks import ABOUT_STREAMS, OF_MONEY, TaskKind
from domain.visibility import (
    CLOSED,
    CONFIDENTIAL_NOTICES,
    CONFIDENTIAL_TASKS,
    ONE_SIDE_TASKS,
    RIGHTS,
    Data,
    Sight,
    Who,
)


def relationship(sight: Sight, data: Data = Data.FACTS) -> Condition:
    """Return whether the reader sees a class of data of a relationship."""
    pair = tables.relationships.c
    stands = {
        Who.OF_PAIR: own_pair(sight),
        Who.PROPOSED_MENTOR: _oneself(sight, pair.proposed_mentor),
    }
    return _sees(sight, data, at(sight, pair.region), stands)


def own_pair(sight: Sight) -> Condition:
    """Return whether the reader is mentor or mentee of a relationship."""
    pair = tables.relationships.c
    return _oneself(sight, pair.mentee, pair.mentor)


def of_relationship(sight: Sight, column: ColumnElement[Any], data: Data = Data.FACTS) -> Condition:
    """Return whether a column names a relationship of which the reader sees a class of data."""
    return column.in_(_pairs(relationship(sight, data)))


def obligation(sight: Sight) -> Condition:
    """Return whether the reader sees an obligation, with its orders, claims and history."""
    return _sees(sight, Data.MONEY, at(sight, tables.obligations.c.region))


def task(sight: Sight) -> Condition:
    """Return whether the reader sees a task on the page of its subject."""
    pair = tables.relationships.c
    stands = {
        Who.OF_PAIR: tables.tasks.c.subject.in_(_pairs(own_pair(sight))),
        Who.PROPOSED_MENTOR: tables.tasks.c.subject.in_(_pairs(_oneself(sight, pair.proposed_mentor))),
        Who.ACCUSED: tables.tasks.c.about.in_(_cases_about(sight, tables.complaints.c.id)),
    }
    return _task(sight, stands)


def work(sight: Sight) -> Condition:
    """Return whether a task is work that the reader sees by office, not as part of the pair."""
    here = at_task(sight)
    by_office = or_(*(_sees(sight, data, here) for data in (Data.TASKS, Data.MONEY)))
    return and_(by_office, task(sight))


def own_work(sight: Sight) -> Condition:
    """Return whether a task is work that the reader can do: of a role held, and not for other hands.

    The statement joins the relationship of each task. Not for the reader are tasks of the reader's own pair, those that
    only the state office does, a case that somebody else has taken, and a step that whoever made the step before may
    not make.
    """
    task = tables.tasks.c
    complaint, order = tables.complaints.c, tables.orders.c
    closed = [
        and_(task.kind.not_in(ABOUT_STREAMS), func.coalesce(own_pair(sight), false())),
        and_(
            task.kind == TaskKind.HANDLE_COMPLAINT,
            _of_task(
                complaint.id == task.about,
                complaint.taken_by != "",
                not_(_oneself(sight, complaint.taken_by)),
            ),
        ),
        and_(
            task.kind == TaskKind.SECOND_COMPLAINT,
            _of_task(complaint.id == task.about, _oneself(sight, complaint.decided_by)),
        ),
    ]
    if sight.regions:
        closed.append(task.kind.in_(STATE_OFFICE_ONLY))
    if Role.PAYMENT_STAFF in sight.roles:
        hands = {
            TaskKind.APPROVE_STIPEND: ("needs_approval", (order.maker,)),
            TaskKind.SEND_STIPEND: ("approved", (order.maker, order.approver)),
            TaskKind.CONFIRM_SETTLEMENT: ("sent", (order.maker, order.sender)),
            TaskKind.CONFIRM_RESOLUTION: ("settled_twice", (order.proposed_by,)),
        }
        closed += [
            and_(
                task.kind == kind,
                _of_task(order.obligation == task.subject, order.state == state, _oneself(sight, *columns)),
            )
            for kind, (state, columns) in hands.items()
        ]
    mine: Condition = one_of(task.role, sight.roles)
    if Role.COORDINATOR in sight.roles and not sight.regions:
        mine = or_(mine, task.kind.in_(OF_STATE_OFFICE_TOO))
    if Role.AUDITOR in sight.roles:
        mine = or_(mine, task.kind.in_(OF_AUDITORS_TOO))
    return and_(mine, *(not_(each) for each in closed))


def _of_task(*conditions: Condition) -> Condition:
    """Return whether there is a row that fits a task, whatever else the statement reads."""
    return exists().where(*conditions).correlate(tables.tasks)


def notice(sight: Sight) -> Condition:
    """Return whether the reader sees a notice: it is to the reader, or about what the reader sees by office."""
    table = tables.notices.c
    pair, term = tables.relationships.c, tables.term_regions.c
    about_region = or_(
        *(exists().where(each.id == table.subject).correlate(tables.notices) for each in (pair, term))
    )
    places = (
        at(sight, table.region),
        within(table.subject, pair.id, at(sight, pair.region)),
        within(table.subject, term.id, at(sight, term.region)),
        unless(about_region, about_person(sight, table.person)),
    )
    place = RowPlace(
        regions=or_(*(each.regions for each in places)),
        association=or_(*(each.association for each in places)),
    )
    said_to = _oneself(sight, table.person)
    stands = {
        Who.OF_PAIR: table.subject.in_(_pairs(own_pair(sight))),
        Who.ACCUSED: CASE_OF_NOTICE.in_(_cases_about(sight, tables.complaints.c.id)),
    }
    of_money = table.subject.in_(select(tables.obligations.c.id))
    seen = or_(
        and_(not_(of_money), _sees(sight, Data.NOTICES, place, {**stands, Who.ONESELF: said_to})),
        table.subject.in_(select(tables.obligations.c.id).where(obligation(sight))),
    )
    open_to = or_(said_to, _sees(sight, Data.CONFIDENTIAL, place, stands))
    return and_(seen, or_(table.kind.not_in(CONFIDENTIAL_NOTICES), open_to))


def words_of_notice(sight: Sight) -> Condition:
    """Return whether the reader may read the words of a notice: it is to the reader, or one that an office shows.

    No office shows what was said to the reader's own partner, because it may say what that one owes.
    """
    table = tables.notices.c
    of_own_pair = {Who.OF_PAIR: table.subject.in_(_pairs(own_pair(sight)))}
    by_office = and_(
        notice(sight), _sees(sight, Data.ONE_SIDE, RowPlace(regions=true(), association=true()), of_own_pair)
    )
    return or_(_oneself(sight, table.person), by_office)


def own_digest(sight: Sight) -> Condition:
    """Return whether a digest was for the reader. It is about many matters, so no office shows it."""
    return _oneself(sight, tables.digests.c.person)


def of_term(sight: Sight, table: Table, *own: ColumnElement[Any]) -> Condition:
    """Return whether the reader sees a row of a term in a region; ``own`` are columns that name a person."""
    return _sees(sight, Data.TERM, at(sight, table.c.region), {Who.ONESELF: _oneself(sight, *own)})


def in_seat(sight: Sight) -> Condition:
    """Return whether the reader has a seat of a region's contacts."""
    return _oneself(sight, tables.region_contacts.c.person)


def coordinates(sight: Sight, region: ColumnElement[Any], vacant: Condition) -> Condition:
    """Return whether the reader coordinates a region; the whole association's coordinator does where it is vacant."""
    if Role.COORDINATOR not in sight.roles:
        return false()
    return one_of(region, sight.regions) if sight.regions else vacant


def person(sight: Sight, people: FromClause = tables.people) -> Condition:
    """Return whether the reader sees a person's name and addresses; ``people`` may be an alias of the table."""
    table = people.c
    return _sees(sight, Data.PEOPLE, of_person(sight, people), {Who.ONESELF: _oneself(sight, table.id)})


def name(sight: Sight, people: FromClause = tables.people) -> ColumnElement[str | None]:
    """Return a person's name where the reader may see it, else null."""
    return case((person(sight, people), people.c.name), else_=null())


def by_pair(sight: Sight) -> Condition:
    """Return whether the reader sees the names of a relationship's pair by office: also of one who moved away."""
    return _sees(sight, Data.PEOPLE, at(sight, tables.relationships.c.region))


def name_in_pair(sight: Sight, people: FromClause) -> ColumnElement[str | None]:
    """Return the name of mentor or mentee of a relationship where the reader may see it, else null."""
    return case((or_(person(sight, people), by_pair(sight)), people.c.name), else_=null())


def in_evidence(sight: Sight, people: FromClause, region: ColumnElement[Any]) -> Condition:
    """Return whether the reader sees the name of whose work is evidence for a region's payments, or of who checked it.

    Payment staff see no people, but the name on the evidence, as they see the payee's on the payment.
    """
    place = at(sight, region)
    return or_(person(sight, people), _sees(sight, Data.PEOPLE, place), _sees(sight, Data.MONEY, place))


def name_in_evidence(
    sight: Sight, people: FromClause, region: ColumnElement[Any]
) -> ColumnElement[str | None]:
    """Return a name on the evidence for payments where the reader may see it, else null."""
    return case((in_evidence(sight, people, region), people.c.name), else_=null())


def colleague(sight: Sight, table: FromClause = tables.people) -> Condition:
    """Return whether a person is one of those whom the reader sees by office; ``table`` may be people by a name."""
    return _sees(sight, Data.PEOPLE, of_person(sight, table))


def person_history(sight: Sight) -> Condition:
    """Return whether the reader sees who changed a person's entry. The people themselves do not."""
    return _sees(sight, Data.HISTORY, of_person(sight, tables.people))


def mentor(sight: Sight) -> Condition:
    """Return whether the reader sees a mentor's capacity."""
    return _sees(sight, Data.MENTORS, of_person(sight, tables.people))


def written_by(sight: Sight, column: ColumnElement[Any]) -> Condition:
    """Return whether the reader is the writer whom a column names."""
    return _sees(sight, Data.OWN_WRITING, NOWHERE, {Who.WRITER: _oneself(sight, column)})


def token(sight: Sight) -> Condition:
    """Return whether the reader sees whose a token is, and for what."""
    return _sees(sight, Data.TOKENS, about_person(sight, tables.tokens.c.person))


def own_token(sight: Sight) -> Condition:
    """Return whether a token is the reader's own."""
    return _oneself(sight, tables.tokens.c.person)


def sign_in_request(sight: Sight) -> Condition:
    """Return whether the reader sees who asks to be let in: as an administrator of the association that was named."""
    named = RowPlace(regions=false(), association=here(sight, tables.sign_in_requests.c.association))
    return _sees(sight, Data.TOKENS, named)


def session(sight: Sight) -> Condition:
    """Return whether the reader sees who is signed in."""
    return _sees(sight, Data.TOKENS, about_person(sight, tables.sessions.c.person))


def own_session(sight: Sight) -> Condition:
    """Return whether a session is the reader's own."""
    return _oneself(sight, tables.sessions.c.person)


def tie(sight: Sight) -> Condition:
    """Return whether the reader sees who can sign in and with what: those who see roles, as they confirm both."""
    return _sees(sight, Data.GRANTS, about_person(sight, tables.ties.c.person))


def grant(sight: Sight) -> Condition:
    """Return whether the reader sees who holds a role; everybody sees their own grants."""
    holder = tables.grants.c.person
    return _sees(sight, Data.GRANTS, about_person(sight, holder), {Who.ONESELF: _oneself(sight, holder)})


def region(sight: Sight) -> Condition:
    """Return whether the reader sees a region, with its contacts."""
    return _sees(sight, Data.REFERENCE, at(sight, tables.regions.c.code))


def of_program(sight: Sight, program: ColumnElement[Any]) -> Condition:
    """Return whether a column names a program whose terms and rules the reader sees: one of the association."""
    here = of_association(sight, program, tables.programs.c.program)
    return _sees(sight, Data.REFERENCE, RowPlace(regions=false(), association=here))


def counted(sight: Sight, region: ColumnElement[Any]) -> Condition:
    """Return whether an answer of a region counts in results that the reader sees."""
    return _sees(sight, Data.RESULTS, at(sight, region))


def group_log(sight: Sight) -> Condition:
    """Return whether the reader sees a group's log: as its sender, or because one of its pairs is visible."""
    log, pair = tables.commands.c, tables.relationships.c
    of_visible_pair = _pairs(and_(log.payload["relationships"].has_key(pair.id), relationship(sight)))
    return or_(written_by(sight, log.actor["id"].astext), of_visible_pair.exists())


def _task(sight: Sight, stands: Mapping[Who, Condition]) -> Condition:
    table = tables.tasks.c
    here = at_task(sight)
    of_money = table.subject_kind == OF_MONEY
    # A task about an address says which email was refused.
    names_matter = or_(*(table.why.contains(kind.value) for kind in CONFIDENTIAL_NOTICES))

    def seen(data: Data) -> Condition:
        return _sees(sight, data, here, stands)

    return and_(
        or_(and_(of_money, seen(Data.MONEY)), and_(not_(of_money), seen(Data.TASKS))),
        or_(
            and_(table.kind.not_in(CONFIDENTIAL_TASKS), not_(names_matter)),
            seen(Data.CONFIDENTIAL),
        ),
        or_(table.kind.not_in(ONE_SIDE_TASKS), seen(Data.ONE_SIDE)),
    )


def _sees(
    sight: Sight, data: Data, place: RowPlace, stands: Mapping[Who, Condition] | None = None
) -> Condition:
    """Return ``Sight.sees`` as SQL; ``stands`` says for each relation when the reader has it to the row."""
    opened, closed = [place.regions if data in sight.in_regions else false()], []
    if data in sight.everywhere:
        opened = [place.association]
    for who, stood in (stands or {}).items() if sight.person else ():
        if data in RIGHTS[who]:
            opened.append(stood)
        if data in CLOSED.get(who, ()):
            closed.append(stood)
    return and_(or_(*opened), *(not_(stood) for stood in closed))


def _oneself(sight: Sight, *columns: ColumnElement[Any]) -> Condition:
    """Return whether a column names the reader, under any of the reader's ids."""
    return or_(false(), *(one_of(column, sight.ids) for column in columns)) if sight.person else false()


def _pairs(condition: Condition) -> Select[Any]:
    return select(tables.relationships.c.id).where(condition)


def _cases_about(sight: Sight, column: ColumnElement[Any]) -> Select[Any]:
    """Return a column of the complaint cases that are about the reader."""
    return select(column).where(_oneself(sight, tables.complaints.c.against))
