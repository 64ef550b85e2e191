"""The addresses of what a person who is signed in opens from elsewhere: a form, and a version of the agreement.

A form is at ``/my/acts/log-meeting/{subject}``, with what is chosen already as its query.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from api_gateway.http.command_bodies import kebab

EVERYTHING: Final = "/my/download"
"""Where a person reads what cannot be changed any more."""
ACTS: Final = "/my/acts"
_RENAMED: Final = {"act": "entry", "subject": "hour"}
"""Fields that have another name in an address, where the first part is an act already."""


def own_address(act: str, subject: str, chosen: Mapping[str, str] | None = None) -> str:
    """Return where the form of an act about a subject is, for who is signed in; ``act`` is the name of a command."""
    named = {_RENAMED.get(name, name): value for name, value in (chosen or {}).items()}
    query = f"?{urlencode(named)}" if named else ""
    return f"{ACTS}/{kebab(act)}/{subject}{query}"


def own_agreement_address(subject: str, version: int = 0) -> str:
    """Return where a version of a pair's agreement is read; without a number the one in force, or the newest."""
    return f"/my/agreement/{subject}" + (f"?version={version}" if version else "")
