"""The demo's gateway: that of every office, with the pages of the tour handed in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvloop

from api_gateway.__main__ import serve
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.tour.addition import tour
from workers.logs import configure_logs
from workers.settings import load_settings


def main(data: Annotated[Path, typer.Option(help="The data folder of the demo.")]) -> None:
    """Serve the office and the tour until asked to stop."""
    settings = load_settings()
    configure_logs(settings.log_level, process="gateway")
    uvloop.run(serve(settings, [tour(DataFolder(data))]))


if __name__ == "__main__":
    typer.run(main)
