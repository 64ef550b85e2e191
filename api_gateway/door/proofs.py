"""How a person proves who sends a form: by the link of an email, or by a session after a sign-in code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from api_gateway.http.sessions import Visitor
from api_gateway.services.caller import caller_of
from api_gateway.services.links import LinkHolder

BY_LINK: Final = "task_link"
"""How an event says that its person came by a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form that a browser asks for: its act and subject, what is chosen already, and whose it is.

    ``address`` is where it is sent, and ``name`` what its person is called. Without a ``link`` there is a session.
    """

    act: str
    subject: str
    chosen: Mapping[str, str]
    visitor: Visitor
    address: str
    link: LinkHolder | None = None

    @property
    def name(self) -> str:
        """What its person is called."""
        return self.visitor.name


def asked_by_link(link: LinkHolder, csrf: str) -> Asked:
    """Return the one form of a link, whose person may do its act and nothing else."""
    visitor = Visitor(
        caller=caller_of(link.holder, BY_LINK),
        name=link.name,
        language=link.language,
        csrf=csrf,
        session="",
        ends_at=datetime.max.replace(tzinfo=UTC),
    )
    return Asked(
        act=link.act,
        subject=link.subject,
        chosen=link.chosen,
        visitor=visitor,
        address=f"/t/{link.id}",
        link=link,
    )
