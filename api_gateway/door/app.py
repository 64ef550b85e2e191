"""The application of the door: its office signs in to the database as ``participant``, and its pages are its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from fastapi import FastAPI
from temporalio.client import Client

from activities.adapters.postgres.database import Database, ParticipantDatabase
from activities.adapters.postgres.writes.door_sessions import DoorSessionWrites
from activities.adapters.postgres.writes.group_meetings import Groups
from activities.adapters.postgres.writes.left_commands import LeftCommands
from activities.adapters.postgres.writes.sign_in_codes import SignInCodeWrites
from api_gateway.api import calendar_addresses, index, problems
from api_gateway.app import make_office
from api_gateway.door import dead_links, download, links, my_page, oneself, own_acts, sign_in
from api_gateway.door.api import participants_api
from api_gateway.door.cookies import Cookies
from api_gateway.door.every_request import Nobody, PageRates
from api_gateway.door.office import Door
from api_gateway.door.sessions import lead_to_code
from api_gateway.door.view import problem_page
from api_gateway.http.answers import Answers
from api_gateway.http.description import describe
from api_gateway.http.limits import Limits
from api_gateway.http.problems import answer_errors_as_problems
from api_gateway.http.rates import limit_rates
from api_gateway.office import Office
from api_gateway.pages import static
from api_gateway.services.applications import LeftApplications
from api_gateway.services.door_sessions import DoorSessionFacts
from api_gateway.services.links import LinkFacts
from api_gateway.services.own_changes import OwnChangesLeft
from api_gateway.services.participants import ParticipantCalendarFacts, ParticipantTokenFacts
from api_gateway.services.served import served_by_door
from workers.settings import ProcessRole, Settings, SettingsError
from workers.temporal import TemporalOutbox


def make_door(settings: Settings, client: Client) -> Door:
    """Build the door's office on the login role of participants, whose rows are those of the person of a request."""
    database = ParticipantDatabase(
        settings.database_url(ProcessRole.PARTICIPANT), size=settings.database_pool
    )
    if settings.door_secret is None:
        raise SettingsError("MENTORFLOW_DOOR_SECRET is missing: it signs the cookies of the door.")
    office = make_office(settings, client, database=database)
    return Door(
        office=for_participants(office, database),
        links=LinkFacts(database),
        sessions=DoorSessionFacts(database),
        session_writes=DoorSessionWrites(database),
        codes=SignInCodeWrites(database),
        left=LeftCommands(database),
        outbox=TemporalOutbox(client),
        cookies=Cookies(settings.door_secret.get_secret_value(), settings.prefix_of_cookies),
    )


def for_participants(office: Office, database: Database) -> Office:
    """Return an office that knows tokens of participants alone, and leaves to others what only they write."""
    own = OwnChangesLeft(rows=LeftCommands(database))
    parts = (office.facts, office.reads.terms, office.documents, office.writes.applications, office.starter)
    return replace(
        office,
        tokens=ParticipantTokenFacts(database),
        calendar_addresses=ParticipantCalendarFacts(database),
        own_changes=own,
        sender=office.sender.leaving(Groups(database, tells=False)),
        applications=LeftApplications(*parts, own=own),
    )


def create_door(door: Door) -> FastAPI:
    """Return the application that serves the pages of mentors and mentees."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await door.office.database.close()

    app = FastAPI(
        title="mentorflow door",
        version="1",
        docs_url=None,
        openapi_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.office = door.office
    app.state.door = door
    app.state.served = served_by_door(door.office.settings)
    app.state.problem_page = problem_page
    limit_rates(app, door.office.settings.requests_per_minute)
    answer_errors_as_problems(app)
    lead_to_code(app)
    app.add_middleware(PageRates)
    app.add_middleware(Nobody)
    app.add_middleware(Limits, hosts=door.office.settings.door_hosts)
    app.add_middleware(Answers, everywhere=True)
    app.include_router(static.router)
    app.include_router(links.router)
    app.include_router(dead_links.router)
    app.include_router(sign_in.router)
    app.include_router(my_page.router)
    app.include_router(oneself.router)
    app.include_router(download.router)
    app.include_router(own_acts.router)
    app.include_router(participants_api(), prefix="/v1")
    app.include_router(calendar_addresses.public)
    app.include_router(index.router)
    app.include_router(problems.router)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as the framework's manual says
    return app
