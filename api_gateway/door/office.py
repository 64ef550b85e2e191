"""What the door's routes work with: the office as participants see it, links, codes, sessions and the cookies."""

from dataclasses import dataclass

from activities.adapters.postgres.writes.door_sessions import DoorSessionWrites
from activities.adapters.postgres.writes.sign_in_codes import SignInCodeWrites
from api_gateway.door.cookies import Cookies
from api_gateway.office import Office
from api_gateway.services.door_sessions import DoorSessionFacts
from api_gateway.services.links import LinkFacts
from workers.temporal import TemporalOutbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The typed object of the door."""

    office: Office
    links: LinkFacts
    sessions: DoorSessionFacts
    session_writes: DoorSessionWrites
    codes: SignInCodeWrites
    cookies: Cookies
    outbox: TemporalOutbox
