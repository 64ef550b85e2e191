"""Stored rows that this version of the software cannot read: they are left to a person and hold up no other."""

from typing import Final

import structlog

UNREADABLE: Final = (ValueError, KeyError)
"""What the reading of a stored row raises if this version of the software cannot read it; includes ``CodecError``."""
_LOG: Final = structlog.stdlib.get_logger(__name__)


def log_unreadable(kind: str, id: str) -> None:
    """Log which row cannot be read, and nothing of its content."""
    _LOG.warning("unreadable row skipped", kind=kind, command_id=id)
