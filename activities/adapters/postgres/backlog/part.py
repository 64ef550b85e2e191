"""What each part of the backlog is made with."""

from typing import Final

from sqlalchemy import Date, bindparam

from activities.adapters.postgres.database import Database
from activities.ports.journal import Clock

TODAY: Final = bindparam("today", type_=Date)
"""The day on which a statement is asked, which says who is a contact of a region."""


class BacklogPart:
    """The base class of the parts of the backlog."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
