"""Serves the API until it is asked to stop."""

import gc
from collections.abc import Sequence

import uvicorn
import uvloop

from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from api_gateway.app import create_app, make_office
from api_gateway.http.connections import PatientProtocol
from api_gateway.pages.addition import Addition
from api_gateway.services.imports.process import ImportProcess
from workers.logs import configure_logs, logger
from workers.settings import ProcessRole, Settings, load_settings
from workers.temporal import connect

log = logger(__name__)


async def serve(settings: Settings, more: Sequence[Addition] = ()) -> None:
    """Serve on the address in the settings, with the pages that the caller adds."""
    offset = (
        SqlClock(Database(settings.database_url(ProcessRole.GATEWAY), size=1)).offset
        if settings.demo
        else None
    )
    client = await connect(settings, offset=offset, identity="mentorflow-gateway")
    app = create_app(make_office(settings, client, ImportProcess(settings)), more)
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    gc.freeze()  # a full collection of what is imported would stop all requests for a tenth of a second
    gc.set_threshold(50_000)  # and so would one of each long list, whose rows are no garbage
    log.info("gateway started")
    await uvicorn.Server(config).serve()


def main() -> None:
    """Run the command ``mentorflow gateway``."""
    settings = load_settings()
    configure_logs(settings.log_level, process="gateway")
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
