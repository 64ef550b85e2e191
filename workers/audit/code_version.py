"""Which code this is: the release, and a digest of what decides and records."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from workers.settings import REPOSITORY

ROOMS: Final = ("domain", "workflows", "activities", "workers")
"""The folders whose code decides, records and checks."""
_DIGITS: Final = 12


@cache
def code_version() -> str:
    """Return the release and the first digits of the digest of its code, such as ``0.1.0+3f2a…``."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for file in sorted((REPOSITORY / room).rglob("*.py")):
            digest.update(file.relative_to(REPOSITORY).as_posix().encode() + b"\0" + file.read_bytes())
    return f"{_release()}+{digest.hexdigest()[:_DIGITS]}"


def _release() -> str:
    try:
        return version("mentorflow")
    except PackageNotFoundError:
        return "0"
