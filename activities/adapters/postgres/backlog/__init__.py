"""Work that was left undone, and the records that it was done; one file for each kind of work."""

from activities.adapters.postgres.backlog.claims import ClaimBacklog
from activities.adapters.postgres.backlog.commands import CommandBacklog
from activities.adapters.postgres.backlog.new_contacts import NewContactBacklog
from activities.adapters.postgres.backlog.person_changes import PersonChangeBacklog
from activities.adapters.postgres.backlog.reachable_readers import ReachableReaderBacklog
from activities.adapters.postgres.backlog.starts import StartBacklog


class SqlBacklog(
    CommandBacklog, StartBacklog, ClaimBacklog, NewContactBacklog, PersonChangeBacklog, ReachableReaderBacklog
):
    """The backlog of housekeeping in PostgreSQL: all its parts."""
