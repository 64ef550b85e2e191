"""SQL that answers a reader's questions, one file for each noun. A ``Sight`` comes first: what the reader sees."""

from activities.adapters.keyring import Keyring
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.commands import CommandReads
from activities.adapters.postgres.reads.complaints import ComplaintReads
from activities.adapters.postgres.reads.digests import DigestReads
from activities.adapters.postgres.reads.documents import DocumentReads
from activities.adapters.postgres.reads.doubles import DoubleReads
from activities.adapters.postgres.reads.drafts import DraftReads
from activities.adapters.postgres.reads.entries import EntryReads
from activities.adapters.postgres.reads.exports import ExportReads
from activities.adapters.postgres.reads.grants import GrantReads
from activities.adapters.postgres.reads.group_meetings import GroupMeetingReads
from activities.adapters.postgres.reads.health import HealthReads
from activities.adapters.postgres.reads.history import HistoryReads
from activities.adapters.postgres.reads.kept_emails import KeptEmailReads
from activities.adapters.postgres.reads.night_checks import NightCheckReads
from activities.adapters.postgres.reads.notices import NoticeReads
from activities.adapters.postgres.reads.obligations import ObligationReads
from activities.adapters.postgres.reads.own_page import OwnPageReads
from activities.adapters.postgres.reads.own_terms import OwnTermReads
from activities.adapters.postgres.reads.payments import PaymentReads
from activities.adapters.postgres.reads.people import PeopleReads
from activities.adapters.postgres.reads.regions import RegionReads
from activities.adapters.postgres.reads.relationship_list import RelationshipListReads
from activities.adapters.postgres.reads.relationships import RelationshipReads
from activities.adapters.postgres.reads.schedule import ScheduleReads
from activities.adapters.postgres.reads.sign_in import SignInReads
from activities.adapters.postgres.reads.surveys import SurveyReads
from activities.adapters.postgres.reads.task_links import LinkReads
from activities.adapters.postgres.reads.tasks import TaskReads
from activities.adapters.postgres.reads.term_lists import TermListReads
from activities.adapters.postgres.reads.term_regions import TermRegionReads
from activities.adapters.postgres.reads.terms import TermReads
from activities.adapters.postgres.reads.today import TodayReads
from activities.adapters.postgres.reads.tokens import TokenReads
from activities.adapters.shown_ids import ShownIds


class OfficeReads:
    """All reads of the gateway, by noun."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        ids = ShownIds(keyring)
        self.commands = CommandReads(database)
        self.complaints = ComplaintReads(database)
        self.digests = DigestReads(database, ids)
        self.documents = DocumentReads(database, keyring)
        self.doubles = DoubleReads(database)
        self.drafts = DraftReads(database)
        self.exports = ExportReads(database)
        self.entries = EntryReads(database)
        self.grants = GrantReads(database)
        self.group_meetings = GroupMeetingReads(database)
        self.health = HealthReads(database)
        self.history = HistoryReads(database, ids)
        self.kept_emails = KeptEmailReads(database, keyring, ids)
        self.links = LinkReads(database, ids)
        self.night_checks = NightCheckReads(database)
        self.notices = NoticeReads(database, ids)
        self.obligations = ObligationReads(database, ids)
        self.own_page = OwnPageReads(database, ids)
        self.own_terms = OwnTermReads(database, ids)
        self.payments = PaymentReads(database)
        self.people = PeopleReads(database)
        self.regions = RegionReads(database)
        self.relationship_list = RelationshipListReads(database)
        self.relationships = RelationshipReads(database, ids)
        self.schedule = ScheduleReads(database)
        self.sign_in = SignInReads(database)
        self.surveys = SurveyReads(database)
        self.tasks = TaskReads(database, ids)
        self.term_lists = TermListReads(database)
        self.term_regions = TermRegionReads(database, ids)
        self.terms = TermReads(database)
        self.today = TodayReads(database, ids)
        self.tokens = TokenReads(database)
