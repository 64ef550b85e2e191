"""Serves the pages of mentors and mentees until it is asked to stop."""

import uvicorn
import uvloop

from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from api_gateway.door.app import create_door, make_door
from api_gateway.http.connections import PatientProtocol
from workers.logs import configure_logs, logger
from workers.settings import PREFIX, ProcessRole, Settings, SettingsError, load_settings
from workers.temporal import connect

log = logger(__name__)


async def serve(settings: Settings) -> None:
    """Serve on the address in the settings."""
    for name in ("door_url", "door_secret"):
        if getattr(settings, name) is None:
            raise SettingsError(f"{PREFIX}{name.upper()} is missing: this process serves that address.")
    offset = (
        SqlClock(Database(settings.database_url(ProcessRole.PARTICIPANT), size=1)).offset
        if settings.demo
        else None
    )
    client = await connect(settings, offset=offset, identity="mentorflow-door")
    config = uvicorn.Config(
        create_door(make_door(settings, client)),
        host=settings.door_host,
        port=settings.door_port,
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    log.info("door started")
    await uvicorn.Server(config).serve()


def main() -> None:
    """Run the command ``mentorflow door``."""
    settings = load_settings()
    configure_logs(settings.log_level, process="door")
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
