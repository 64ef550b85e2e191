"""The application: its parts, routes and limits. It does not start if a route declares no role."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

from fastapi import BackgroundTasks, Depends, FastAPI, Request
from temporalio.client import Client

from activities.adapters.keyring import Keyring
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.calendar_addresses import CalendarAddressFacts
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.facts.participants import ParticipantFacts
from activities.adapters.postgres.facts.sessions import SessionFacts
from activities.adapters.postgres.facts.tokens import TokenFacts
from activities.adapters.postgres.reads import OfficeReads
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.commands import CommandIntake
from activities.adapters.postgres.writes.documents import Documents
from activities.adapters.postgres.writes.drafts import Drafts
from activities.adapters.postgres.writes.group_meetings import Groups
from activities.adapters.postgres.writes.imports import ImportRows
from activities.adapters.postgres.writes.left_commands import LeftCommands
from activities.adapters.shown_ids import ShownIds
from activities.errors import Unavailable
from api_gateway.api import (
    agreement,
    applications,
    calendar_addresses,
    commands,
    complaints,
    conflicts,
    digests,
    disclosures,
    documents,
    doubles,
    drafts,
    entries,
    entry_corrections,
    exports,
    forms,
    grants,
    group_corrections,
    group_meetings,
    imports,
    index,
    memberships,
    mentors,
    night_checks,
    notes,
    notices,
    obligations,
    people,
    private_reason,
    problems,
    programs,
    receipts,
    regions,
    relationships,
    scans,
    schedule,
    sign_ins,
    staff_acts,
    survey_results,
    tasks,
    term_regions,
    terms,
)
from api_gateway.http.answers import Answers
from api_gateway.http.auth import demand_declarations, say_roles
from api_gateway.http.description import describe
from api_gateway.http.limits import Limits
from api_gateway.http.problems import answer_errors_as_problems
from api_gateway.http.provider import Provider, UnderWay
from api_gateway.http.query import KnownQuery
from api_gateway.http.rates import limit_rates
from api_gateway.http.sessions import OPEN_PAGES
from api_gateway.office import Office
from api_gateway.pages import me, public, sign_in, static
from api_gateway.pages.acts import disclosure as disclosure_page
from api_gateway.pages.acts import on_paper
from api_gateway.pages.acts import routes as act_pages
from api_gateway.pages.addition import Addition
from api_gateway.pages.admin import accounts, people_and_rights, seats, setting_up
from api_gateway.pages.admin import index as admin_pages
from api_gateway.pages.admin import office_tasks as office_task_pages
from api_gateway.pages.audit import full_history
from api_gateway.pages.audit import search as audit_search
from api_gateway.pages.audit import verdict as audit_pages
from api_gateway.pages.coordinator import applications as application_pages
from api_gateway.pages.coordinator import candidates as candidates_page
from api_gateway.pages.coordinator import doubles as doubles_page
from api_gateway.pages.coordinator import new_application as new_application_page
from api_gateway.pages.coordinator import people as people_pages
from api_gateway.pages.coordinator import relationships as relationship_pages
from api_gateway.pages.coordinator import task as task_page
from api_gateway.pages.coordinator import today
from api_gateway.pages.coordinator.imports import pages as import_pages
from api_gateway.pages.errors import kept_form_page, problem_page
from api_gateway.pages.logs import changes as group_change_pages
from api_gateway.pages.logs import entering as group_form_page
from api_gateway.pages.logs import group_meetings as group_pages
from api_gateway.pages.logs import log_checks as log_check_pages
from api_gateway.pages.logs import monthly_records as monthly_record_pages
from api_gateway.pages.payments import order as payment_order
from api_gateway.pages.payments import queue as payment_queue
from api_gateway.pages.person import door_access
from api_gateway.pages.person import forms as person_forms
from api_gateway.pages.person import new as new_person
from api_gateway.pages.person import page as person_page
from api_gateway.pages.record import email_acts, moment, papers, reminders
from api_gateway.pages.record import pages as record_pages
from api_gateway.services.applications import Applications, LeftApplicationsMade
from api_gateway.services.form_answers import FormAnswers
from api_gateway.services.health import Health
from api_gateway.services.imports.proposals import Proposals
from api_gateway.services.imports.take_over import TakeOvers
from api_gateway.services.imports.work import ImportsHere, ImportWork
from api_gateway.services.own_changes import LeftChanges, OwnChangesHere
from api_gateway.services.programs import program_files, warn_of_changed_rules
from api_gateway.services.receipts import Receipts
from api_gateway.services.send_command import CommandSender
from api_gateway.services.served import served_by_office
from api_gateway.services.setting_up import SettingUp
from api_gateway.services.staff_on_emails import StaffOnEmails
from api_gateway.services.start_workflows import WorkflowStarter
from api_gateway.services.stopped_runs import StoppedRuns
from workers.settings import ProcessRole, Settings
from workers.temporal import TemporalOutbox

API: Final = (
    applications,
    commands,
    doubles,
    people,
    calendar_addresses,
    grants,
    sign_ins,
    entries,
    entry_corrections,
    memberships,
    programs,
    forms,
    drafts,
    documents,
    survey_results,
    group_corrections,
    group_meetings,
    schedule,
    relationships,
    obligations,
    tasks,
    night_checks,
    notices,
    digests,
    terms,
    regions,
    mentors,
    conflicts,
    term_regions,
    agreement,
    complaints,
    notes,
    private_reason,
    disclosures,
    scans,
    staff_acts,
    imports,
    exports,
    receipts,
)
"""The JSON API, one module per noun; where two paths match an address, the first one is used."""


def make_office(
    settings: Settings,
    client: Client,
    work: ImportWork | None = None,
    database: Database | None = None,
) -> Office:
    """Build the office on one connection pool and one client; it does the work of imports itself without ``work``.

    ``database`` is the pool of another process than the gateway.
    """
    database = database or Database(settings.database_url(ProcessRole.GATEWAY), size=settings.database_pool)
    intake, drafts = CommandIntake(database), Drafts(database)
    keyring, facts = Keyring(settings.key_file), CommandFacts(database)
    reads, writes = OfficeReads(database, keyring), OfficeWrites(database)
    documents = Documents(database, keyring)
    starter = WorkflowStarter(client, database, facts, writes.applications)
    imports = ImportRows(database, keyring)
    proposals = Proposals(database, imports, reads.terms)
    work = work or ImportsHere(imports, proposals)
    receipts_of_office, ids = Receipts(keyring), ShownIds(keyring)
    applications = Applications(facts, reads.terms, documents, writes.applications, starter)
    own_changes = OwnChangesHere(facts=facts, writes=writes)
    return Office(
        settings=settings,
        database=database,
        clock=SqlClock(database),
        reads=reads,
        writes=writes,
        facts=facts,
        tokens=TokenFacts(database),
        sessions=SessionFacts(database),
        calendar_addresses=CalendarAddressFacts(database),
        intake=intake,
        documents=documents,
        drafts=drafts,
        sender=CommandSender(client, intake, Groups(database), facts, receipts_of_office),
        receipts=receipts_of_office,
        ids=ids,
        starter=starter,
        stopped_runs=StoppedRuns(client, writes.office_tasks),
        staff_on_emails=StaffOnEmails(reads.notices, writes.emails, TemporalOutbox(client), ids),
        form_answers=FormAnswers(facts, documents, drafts, reads.drafts, intake),
        applications=applications,
        proposals=proposals,
        import_work=work,
        take_overs=TakeOvers(imports, proposals, work, intake, client, starter),
        own_changes=own_changes,
        left_changes=LeftChanges(
            LeftCommands(database),
            ParticipantFacts(database),
            intake,
            own_changes,
            LeftApplicationsMade(applications),
            starter.keep_house,
        ),
        setting_up=SettingUp(facts, writes, starter, demo=settings.demo),
        health=Health(client, SqlClock(database), settings),
    )


def create_app(office: Office, more: Sequence[Addition] = ()) -> FastAPI:
    """Return the application that serves an office, with the pages that the caller adds.

    Raises:
        RuntimeError: A route does not say who may call it.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        files = program_files()
        files.log()
        with suppress(Unavailable):
            await office.writes.regions.keep_programs(
                {file.program: file.association for file in files.usable.values()}
            )
            await warn_of_changed_rules(office.writes.rule_sets, files.usable.values())
        await office.import_work.start()
        loops = [
            asyncio.create_task(office.take_overs.run()),
            asyncio.create_task(office.left_changes.run()),
        ]
        yield
        for loop in loops:
            loop.cancel()
        await asyncio.wait(loops)
        await office.import_work.stop()
        await office.database.close()

    app = FastAPI(
        title="mentorflow",
        version="1",
        docs_url=None,
        openapi_url=None,
        redoc_url=None,
        # Else the address of a redirect would have the host that the client names.
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.office = office
    app.state.served = served_by_office(office.settings)
    app.state.problem_page = problem_page
    app.state.kept_form_page = kept_form_page
    limit_rates(app, office.settings.requests_per_minute)
    answer_errors_as_problems(app)

    app.state.provider = Provider(office.settings) if office.settings.sign_in_issuer else None
    app.add_middleware(UnderWay, settings=office.settings)
    for each in (around for addition in more for around in addition.around):
        app.add_middleware(each.cls, *each.args, **each.kwargs)
    app.add_middleware(Limits, hosts=office.settings.hosts)
    app.add_middleware(Answers)

    @app.get("/v1/health", operation_id="health", tags=["office"], dependencies=[KnownQuery])
    async def health(request: Request) -> dict[str, str]:
        """Report that the gateway and the database answer."""
        now = await request.app.state.office.clock.now()
        return {"status": "ok", "now": now.isoformat()}

    _include_routes(app)
    for addition in more:
        app.include_router(addition.router)
    demand_declarations(app, {*OPEN_PAGES, *(path for each in more for path in each.open_pages)})
    say_roles(app)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as the framework's manual says
    return app


ABOUT_PEOPLE: Final = (people, entries, entry_corrections, memberships, mentors, conflicts, doubles)
"""The nouns whose changes must reach what runs. An import tells what runs itself, once it has landed."""


async def keep_house_after(request: Request, background: BackgroundTasks) -> None:
    """Have what runs hear soon of a change about people, once the answer is given."""
    if request.method not in ("GET", "HEAD"):
        background.add_task(request.app.state.office.starter.keep_house)


def _include_routes(app: FastAPI) -> None:
    for part in API:
        after = [Depends(keep_house_after)] if part in ABOUT_PEOPLE else []
        app.include_router(part.router, prefix="/v1", dependencies=after)
    app.include_router(calendar_addresses.public)
    app.include_router(index.router)
    app.include_router(problems.router)
    app.include_router(public.router)
    app.include_router(today.router)
    app.include_router(task_page.router)
    app.include_router(doubles_page.router)
    app.include_router(people_pages.router)
    app.include_router(new_person.router)
    app.include_router(door_access.router)
    app.include_router(person_page.router)
    app.include_router(person_forms.router)
    app.include_router(import_pages.router)
    app.include_router(application_pages.router)
    app.include_router(new_application_page.router)
    app.include_router(group_form_page.router)
    app.include_router(group_pages.router)
    app.include_router(group_change_pages.router)
    app.include_router(log_check_pages.router)
    app.include_router(monthly_record_pages.router)
    app.include_router(candidates_page.router)
    app.include_router(relationship_pages.router)
    app.include_router(moment.router)
    app.include_router(audit_pages.router)
    app.include_router(audit_search.router)
    app.include_router(full_history.router)
    app.include_router(papers.router)
    app.include_router(email_acts.router)
    app.include_router(reminders.router)
    app.include_router(record_pages.router)
    app.include_router(static.router)
    app.include_router(sign_in.open_pages)
    app.include_router(sign_in.router)
    app.include_router(act_pages.router)
    app.include_router(me.router)
    app.include_router(people_and_rights.router)
    app.include_router(accounts.router)
    app.include_router(admin_pages.router)
    app.include_router(setting_up.router)
    app.include_router(seats.router)
    app.include_router(office_task_pages.router)
    app.include_router(on_paper.router)
    app.include_router(disclosure_page.router)
    app.include_router(payment_queue.router)
    app.include_router(payment_order.router)
