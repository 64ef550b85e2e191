"""What each part of the backlog is made with."""

from activities.adapters.postgres.database import Database
from activities.ports.journal import Clock


class BacklogPart:
    """The base class of the parts of the backlog."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
