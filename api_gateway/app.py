"""The application: its parts, its routes, its limits. A route that declares no role stops the start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from temporalio.client import Client

from activities.adapters.keyring import Keyring
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.forms import FormViews
from activities.adapters.postgres.reads.lists import Views
from activities.adapters.postgres.reads.meetings import MeetingViews
from activities.adapters.postgres.writes.commands import Intake
from activities.adapters.postgres.writes.documents import Documents
from activities.adapters.postgres.writes.drafts import Drafts
from activities.adapters.postgres.writes.group_meetings import Groups
from activities.adapters.postgres.writes.reference import Reference
from activities.adapters.postgres.writes.roster import RosterIntake
from activities.errors import Unavailable
from api_gateway.api import (
    agreement,
    applications,
    commands,
    endings,
    forms,
    groups,
    imports,
    lists,
    people,
    programs,
    reference,
    schedule,
    terms,
)
from api_gateway.api import problems as problem_pages
from api_gateway.http import problems
from api_gateway.http.auth import demand_declarations, say_roles
from api_gateway.http.limits import Limits
from api_gateway.http.rates import Rates
from api_gateway.pages import public
from api_gateway.services.send_command import Mentoring
from workers.settings import Role, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The parts that routes work with."""

    settings: Settings
    database: Database
    clock: SqlClock
    intake: Intake
    documents: Documents
    drafts: Drafts
    reference: Reference
    roster: RosterIntake
    views: Views
    meetings: MeetingViews
    forms: FormViews
    mentoring: Mentoring


def make_office(settings: Settings, client: Client) -> Office:
    """The gateway's parts on one pool of connections and one client."""
    database = Database(settings.database_url(Role.GATEWAY), size=settings.database_pool)
    intake, reference = Intake(database), Reference(database)
    return Office(
        settings=settings,
        database=database,
        clock=SqlClock(database),
        intake=intake,
        documents=Documents(database, Keyring(settings.key_file)),
        drafts=Drafts(database),
        reference=reference,
        roster=RosterIntake(database, reference),
        views=Views(database),
        forms=FormViews(database),
        meetings=MeetingViews(database),
        mentoring=Mentoring(client, intake, Groups(database)),
    )


def create_app(office: Office) -> FastAPI:
    """The application over an office's parts.

    Raises:
        RuntimeError: A route does not say who may call it.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with suppress(Unavailable):
            await reference.tell_changed_rules(office, programs.programs().values())
        yield
        await office.database.close()

    app = FastAPI(
        title="mentorflow",
        version="1",
        docs_url=None,
        openapi_url="/v1/openapi.json",
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.office = office
    app.state.rates = Rates(office.settings.requests_per_minute)
    problems.install(app)

    app.add_middleware(Limits)

    @app.get("/v1/health", operation_id="health", tags=["office"])
    async def health() -> dict[str, str]:
        """Whether the gateway answers and the database is there."""
        now = await office.clock.now()
        return {"status": "ok", "now": now.isoformat()}

    for part in (
        applications,
        commands,
        people,
        programs,
        forms,
        groups,
        schedule,
        lists,
        terms,
        agreement,
        endings,
        reference,
        imports,
    ):
        app.include_router(part.router, prefix="/v1")
    app.include_router(problem_pages.router)
    app.include_router(public.router)
    demand_declarations(app)
    say_roles(app)
    return app
