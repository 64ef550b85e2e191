"""The demo's identity provider as a process on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from workers.embedded.identity_provider.app import IdentityProvider
from workers.embedded.identity_provider.personas import read_personas
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.ports import HOST
from workers.settings import load_settings


def main(
    port: Annotated[int, typer.Option(help="Port of the pages.")],
    data: Annotated[Path, typer.Option(help="The data folder of the demo.")],
) -> None:
    """Let people in until stopped."""
    settings, folder = load_settings(), DataFolder(data)
    secret = settings.sign_in_client_secret
    provider = IdentityProvider(
        issuer=settings.sign_in_issuer or "",
        client=settings.sign_in_client or "",
        secret=secret.get_secret_value() if secret else "",
        back=f"{settings.public_url}/sign-in/back",
        people=lambda: read_personas(folder),
    )
    uvicorn.run(provider.app(), host=HOST, port=port, log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    typer.run(main)
