"""The office: the one typed object that routes work with. Only ``app`` builds it."""

from dataclasses import dataclass

from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.calendar_addresses import CalendarAddressFacts
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.facts.sessions import SessionFacts
from activities.adapters.postgres.facts.tokens import TokenFacts
from activities.adapters.postgres.reads import OfficeReads
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.commands import CommandIntake
from activities.adapters.postgres.writes.documents import Documents
from activities.adapters.postgres.writes.drafts import Drafts
from activities.adapters.shown_ids import ShownIds
from api_gateway.services.applications import Applications
from api_gateway.services.form_answers import FormAnswers
from api_gateway.services.health import Health
from api_gateway.services.imports.proposals import Proposals
from api_gateway.services.imports.take_over import TakeOvers
from api_gateway.services.imports.work import ImportWork
from api_gateway.services.own_changes import LeftChanges, OwnChanges
from api_gateway.services.receipts import Receipts
from api_gateway.services.send_command import CommandSender
from api_gateway.services.setting_up import SettingUp
from api_gateway.services.staff_on_emails import StaffOnEmails
from api_gateway.services.start_workflows import WorkflowStarter
from api_gateway.services.stopped_runs import StoppedRuns
from workers.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The reads and writes behind the routes, and the services built on them."""

    settings: Settings
    database: Database
    clock: SqlClock

    reads: OfficeReads
    writes: OfficeWrites
    facts: CommandFacts
    tokens: TokenFacts
    sessions: SessionFacts
    calendar_addresses: CalendarAddressFacts

    intake: CommandIntake
    documents: Documents
    drafts: Drafts

    sender: CommandSender
    receipts: Receipts
    ids: ShownIds
    starter: WorkflowStarter
    stopped_runs: StoppedRuns
    staff_on_emails: StaffOnEmails
    form_answers: FormAnswers
    applications: Applications
    proposals: Proposals
    import_work: ImportWork
    take_overs: TakeOvers
    own_changes: OwnChanges
    left_changes: LeftChanges
    setting_up: SettingUp
    health: Health
