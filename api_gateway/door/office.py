"""What the door's routes work with: the office as participants see it, the links of emails, and the cookies."""

from dataclasses import dataclass

from api_gateway.door.cookies import Cookies
from api_gateway.office import Office
from api_gateway.services.links import LinkFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The typed object of the door."""

    office: Office
    links: LinkFacts
    cookies: Cookies
