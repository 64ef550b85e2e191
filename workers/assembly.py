"""The composition root: settings become adapters, adapters become activities, activities become workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client
from temporalio.worker import Worker

from activities.adapters.files.program_files import calendars_of_associations, read_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.code_words import MailCodes
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.mail.smtp import SmtpMailer
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.mail.wording import MailWords
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.facts.payments import SqlPaymentFacts
from activities.adapters.postgres.facts.relationship import SqlFacts
from activities.adapters.postgres.facts.terms import SqlTermFacts
from activities.adapters.postgres.issued_links import SqlIssuedLinks
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.kept_emails import SqlKeptEmails
from activities.adapters.postgres.night_checks import SqlNightChecks
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.operations import SqlOperations
from activities.adapters.postgres.outbox import SqlOutbox
from activities.adapters.postgres.parked_runs import SqlParkedRuns
from activities.adapters.postgres.sign_in_codes import SqlSignInCodes
from activities.adapters.postgres.tables import PROJECTIONS_MONEY
from activities.adapters.shown_ids import ShownIds
from activities.cross_workflow import EffectActivities
from activities.digests import Digests
from activities.facts import FactsActivities
from activities.housekeeping import HousekeepingActivities
from activities.journal import JournalActivities
from activities.keeping_mailer import KeepingMailer
from activities.night_checks import NightCheckActivities
from activities.notices import NoticeActivities
from activities.operations import OperationActivities
from activities.outbox import OutboxActivities
from activities.parked_runs import ParkedRunActivities
from activities.payments import PaymentActivities
from activities.sending import Sending
from activities.sign_in_codes import SendingCodes
from activities.terms import TermActivities
from domain.messages import Command
from domain.payments import obligation
from domain.relationship import rooms as relationship
from domain.term import decider as term
from domain.workflow_contracts import CHECKS, NOTICES, PAYMENTS, RELATIONSHIPS
from workers.audit.code_version import code_version
from workers.audit.nightly import JournalParts
from workers.schedules import ensure_outbox, ensure_schedules
from workers.settings import ProcessRole, Settings, SettingsError
from workers.temporal import STICKY, TemporalOutbox, TemporalWorkflows, connect
from workflows.housekeeping import HousekeepingWorkflow
from workflows.night_check import NightCheckWorkflow
from workflows.obligation import ObligationWorkflow
from workflows.operation import OperationWorkflow
from workflows.outbox import OutboxWorkflow
from workflows.relationship import RelationshipWorkflow
from workflows.term import TermWorkflow

CACHED: Final = 2000
"""Workflows that one worker keeps in memory; it must exceed the number of open runs, or each task replays its run."""
STOP: Final = timedelta(seconds=10)
"""How long activities may run on after the process is asked to stop."""
REST: Final = 3.0
"""The nightly check pauses three times as long as it works. A demo, whose clock waits for it, has no pauses."""
COMMANDS: Final[Mapping[str, tuple[str, type[Command]]]] = {
    # A notice's end comes from the workflow itself and is in all lists; nobody ever resends it.
    **{command.__name__: ("obligation", command) for command in obligation.COMMANDS},
    **{command.__name__: ("term", command) for command in term.COMMANDS},
    **{command.__name__: ("relationship", command) for command in relationship.COMMANDS},
}


def activities_of(owner: object) -> list[Callable[..., Any]]:
    """Return the methods of an activity class that Temporal may call."""
    methods = (getattr(owner, name) for name in dir(type(owner)) if not name.startswith("_"))
    return [method for method in methods if hasattr(method, "__temporal_activity_definition")]


@asynccontextmanager
async def assembled(
    settings: Settings, queue: str, *, cached: int = CACHED
) -> AsyncIterator[tuple[str, ...]]:
    """Run the workers of one process; on exit they finish what they have begun.

    Yields:
        The task queues that they serve.
    """
    if queue not in (RELATIONSHIPS, PAYMENTS):
        raise SettingsError(f"No worker serves {queue!r}: it is {RELATIONSHIPS} or {PAYMENTS}.")
    role = ProcessRole.WORKER if queue == RELATIONSHIPS else ProcessRole.PAYMENTS
    database = Database(settings.database_url(role), size=settings.database_pool)
    clock = SqlClock(database)
    client = await connect(
        settings, offset=clock.offset if settings.demo else None, identity=f"mentorflow-{queue}"
    )
    parts = _Parts(settings, client, database, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        workers = parts.relationships(cached) if queue == RELATIONSHIPS else parts.payments(cached)
        for worker in workers:
            await stack.enter_async_context(worker)
        if queue == RELATIONSHIPS:
            await ensure_schedules(client, _zone())
            await ensure_outbox(client)
        yield tuple(worker.task_queue for worker in workers)


def _zone() -> str:
    """Return the time zone of the office, which is that of its first program in use."""
    calendars = [file.rules.calendar for file in read_programs().usable.values()]
    return calendars[0].zone.key if calendars else "UTC"


class _Parts:
    """The builder of the activities and workers of one process."""

    def __init__(self, settings: Settings, client: Client, database: Database, clock: SqlClock) -> None:
        self._settings = settings
        self._client = client
        self._database = database
        self._clock = clock
        self._backlog = SqlBacklog(database, clock, COMMANDS)
        self._effects = EffectActivities(TemporalWorkflows(client), self._backlog)

    def relationships(self, cached: int) -> tuple[Worker, ...]:
        """Build the workers of relationships, terms and housekeeping, and of emails with their rate limit."""
        workflows = TemporalWorkflows(self._client)
        parked = SqlParkedRuns(self._database)
        housekeeping = HousekeepingActivities(self._backlog, workflows, workflows)
        facts = FactsActivities(SqlFacts(self._database))
        terms = TermActivities(SqlTermFacts(self._database))
        operations = OperationActivities(SqlOperations(self._database, self._clock), workflows)
        decisions = self._worker(
            RELATIONSHIPS,
            (
                RelationshipWorkflow,
                TermWorkflow,
                HousekeepingWorkflow,
                OperationWorkflow,
                OutboxWorkflow,
                NightCheckWorkflow,
            ),
            (
                JournalActivities(SqlRecords(self._database), parked, TemporalOutbox(self._client)),
                facts,
                terms,
                self._effects,
                housekeeping,
                ParkedRunActivities(parked, workflows),
                operations,
            ),
            cached,
        )
        mails = Worker(
            self._client,
            task_queue=NOTICES,
            build_id=code_version(),
            activities=[method for owner in self._emails() for method in activities_of(owner)],
            graceful_shutdown_timeout=STOP,
        )
        return (decisions, mails, self._checks())

    def _checks(self) -> Worker:
        """Build the worker of the nightly check, which does one part at a time."""
        rest = 0.0 if self._settings.demo else REST
        parts = JournalParts(self._database, self._client, rest=rest)
        records = SqlNightChecks(self._database, code_version())
        return Worker(
            self._client,
            task_queue=CHECKS,
            build_id=code_version(),
            activities=activities_of(NightCheckActivities(parts, records)),
            max_concurrent_activities=1,
            graceful_shutdown_timeout=STOP,
        )

    def payments(self, cached: int) -> tuple[Worker, ...]:
        """Build the worker of obligations, with its own sign-in to the database."""
        records = SqlRecords(self._database, PROJECTIONS_MONEY)
        journal = JournalActivities(records, SqlParkedRuns(self._database), TemporalOutbox(self._client))
        facts = PaymentActivities(SqlPaymentFacts(self._database))
        return (self._worker(PAYMENTS, (ObligationWorkflow,), (journal, facts, self._effects), cached),)

    def _worker(self, queue: str, workflows: Sequence[type], owners: Sequence[object], cached: int) -> Worker:
        return Worker(
            self._client,
            task_queue=queue,
            build_id=code_version(),  # the library's own reads and compiles every module of the process
            workflows=workflows,
            activities=[method for owner in owners for method in activities_of(owner)],
            max_cached_workflows=cached,
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=STOP,
        )

    def _emails(self) -> tuple[NoticeActivities, OutboxActivities]:
        settings = self._settings
        password = settings.smtp_password
        keyring = Keyring(settings.key_file)
        server = SmtpMailer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            names=ShownIds(keyring).of_email,
            user=settings.smtp_user,
            password=None if password is None else password.get_secret_value(),
            starttls=settings.smtp_starttls,
        )
        issued = SqlIssuedLinks(self._database)
        mailer = KeepingMailer(server, SqlKeptEmails(self._database, keyring), issued)
        links = TaskLinks(keyring, settings.door_url) if settings.door_url else None
        files = read_programs()
        files.log()
        programs = files.usable
        store = NoticeRecords(self._database, self._clock)
        words = MailWords(programs, settings.public_url, links)
        sending = Sending(store, words, mailer, self._clock)
        outbox = OutboxActivities(
            SqlOutbox(self._database),
            store,
            sending,
            self._clock,
            TemporalWorkflows(self._client),
            {code: program.rules.calendar for code, program in programs.items()},
            Digests(
                SqlDigests(self._database),
                store,
                MailDigests(programs, settings.public_url),
                mailer,
                self._clock,
                calendars_of_associations(programs),
            ),
            SendingCodes(SqlSignInCodes(self._database), MailCodes(programs), mailer, keyring, self._clock),
            seconds_between=1 / settings.notices_per_second,
        )
        return (NoticeActivities(store, TemporalOutbox(self._client)), outbox)
