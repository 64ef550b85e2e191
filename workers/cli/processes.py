"""`mentorflow migrate`, `worker`, `gateway` and `door`: the processes of an office.

Each command imports what it runs when it runs: a worker that also loaded the gateway would start later and use more
memory, and `mentorflow --help` would take seconds.
"""

from __future__ import annotations

from typing import Annotated

import typer

from workers.settings import load_settings

commands = typer.Typer()


@commands.command()
def migrate() -> None:
    """Upgrade the database to the newest migration."""
    from workers import migrate as migrations

    migrations.main(load_settings())


@commands.command()
def worker(queue: Annotated[str, typer.Argument(help="relationships or payments")] = "relationships") -> None:
    """Run a worker: for relationships (with their notices) or for payments."""
    from workers.serve import run

    run(queue)


@commands.command()
def gateway() -> None:
    """Run the gateway, which serves the API."""
    from api_gateway.__main__ import main as serve

    serve()


@commands.command()
def door() -> None:
    """Serve the pages of mentors and mentees, to which the links in their emails lead."""
    from api_gateway.door.__main__ import main as serve

    serve()
