"""What a coordinator does about one email, and the call of the outbox after it."""

from contextlib import suppress

from temporalio.service import RPCError

from activities.adapters.postgres.reads.notices import NoticeReads
from activities.adapters.postgres.writes.emails import EmailWrites
from activities.adapters.shown_ids import ShownIds
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, writes_as_problems
from domain.actors import Role
from domain.staff_on_emails import EmailAct, WhyHeldBack
from workers.temporal import TemporalOutbox


class StaffOnEmails:
    """The acts of coordinators on emails, for the API and for pages."""

    def __init__(
        self, reads: NoticeReads, writes: EmailWrites, outbox: TemporalOutbox, ids: ShownIds
    ) -> None:
        self._ids = ids
        self._reads = reads
        self._writes = writes
        self._outbox = outbox

    async def act(
        self, caller: Caller, email: str, act: EmailAct, command: str, why: WhyHeldBack | None = None
    ) -> None:
        """Do it, and call the outbox; 404 for an email that the caller does not see, 409 if it is too late."""
        if not await self._reads.sees(caller.sight, email):
            raise Problem(404, "not_found")
        actor = caller.acting((Role.COORDINATOR,))
        with writes_as_problems():
            row = self._ids.inner(email)
            await self._writes.act(row, act, why=why, actor=actor, own=caller.ids, command=command)
        with suppress(RPCError):  # without an answer nothing is lost: housekeeping calls it, too
            await self._outbox.call()
