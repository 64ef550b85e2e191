"""The application of the door: its office signs in to the database as ``participant``, and its routes are its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from temporalio.client import Client

from activities.adapters.postgres.database import ParticipantDatabase
from api_gateway.app import make_office
from api_gateway.door import links, own_acts
from api_gateway.door.cookies import Cookies
from api_gateway.door.office import Door
from api_gateway.door.view import problem_page
from api_gateway.http.answers import Answers
from api_gateway.http.limits import Limits
from api_gateway.http.problems import answer_errors_as_problems
from api_gateway.pages import static
from api_gateway.services.links import LinkFacts
from workers.settings import ProcessRole, Settings, SettingsError


def make_door(settings: Settings, client: Client) -> Door:
    """Build the door's office on the login role of participants, whose rows are those of the person of a request."""
    database = ParticipantDatabase(
        settings.database_url(ProcessRole.PARTICIPANT), size=settings.database_pool
    )
    if settings.door_secret is None:
        raise SettingsError("MENTORFLOW_DOOR_SECRET is missing: it signs the cookies of the door.")
    return Door(
        office=make_office(settings, client, database=database),
        links=LinkFacts(database),
        cookies=Cookies(settings.door_secret.get_secret_value(), settings.prefix_of_cookies),
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
    app.state.problem_page = problem_page
    answer_errors_as_problems(app)
    app.add_middleware(Limits, hosts=door.office.settings.door_hosts)
    app.add_middleware(Answers)
    app.include_router(static.router)
    app.include_router(links.router)
    app.include_router(own_acts.router)
    return app
