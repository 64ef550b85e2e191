"""What the gateway writes, one file for each noun. One call, one transaction."""

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.applications import ApplicationWrites
from activities.adapters.postgres.writes.calendar_addresses import CalendarAddressWrites
from activities.adapters.postgres.writes.conflicts import ConflictWrites
from activities.adapters.postgres.writes.digests import DigestWrites
from activities.adapters.postgres.writes.door_access import DoorAccessWrites
from activities.adapters.postgres.writes.doubles import DoubleWrites
from activities.adapters.postgres.writes.emails import EmailWrites
from activities.adapters.postgres.writes.entry_corrections import EntryCorrectionWrites
from activities.adapters.postgres.writes.grants import GrantWrites
from activities.adapters.postgres.writes.memberships import MembershipWrites
from activities.adapters.postgres.writes.mentors import MentorWrites
from activities.adapters.postgres.writes.office_tasks import OfficeTaskWrites
from activities.adapters.postgres.writes.people import PeopleWrites
from activities.adapters.postgres.writes.region_contacts import RegionContactWrites
from activities.adapters.postgres.writes.regions import RegionWrites
from activities.adapters.postgres.writes.rule_sets import RuleSetWrites
from activities.adapters.postgres.writes.sessions import SessionWrites
from activities.adapters.postgres.writes.sign_in import SignInWrites
from activities.adapters.postgres.writes.terms import TermWrites
from activities.adapters.postgres.writes.tokens import TokenWrites


class OfficeWrites:
    """The gateway's writes of reference data, by noun."""

    def __init__(self, database: Database) -> None:
        self.applications = ApplicationWrites(database)
        self.calendar_addresses = CalendarAddressWrites(database)
        self.conflicts = ConflictWrites(database)
        self.digests = DigestWrites(database)
        self.door_access = DoorAccessWrites(database)
        self.doubles = DoubleWrites(database)
        self.entry_corrections = EntryCorrectionWrites(database)
        self.emails = EmailWrites(database)
        self.grants = GrantWrites(database)
        self.memberships = MembershipWrites(database)
        self.mentors = MentorWrites(database)
        self.office_tasks = OfficeTaskWrites(database)
        self.people = PeopleWrites(database)
        self.region_contacts = RegionContactWrites(database)
        self.regions = RegionWrites(database)
        self.rule_sets = RuleSetWrites(database)
        self.sessions = SessionWrites(database)
        self.sign_in = SignInWrites(database)
        self.terms = TermWrites(database)
        self.tokens = TokenWrites(database)
