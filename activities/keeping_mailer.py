"""The mailer of the office: the links of an email are kept before it leaves, its words, sealed, after."""

from activities.ports.notices import Email, IssuedLinks, KeptEmails, Mailer, SendResult


class KeepingMailer:
    """A ``Mailer`` that sends through another one and keeps a copy of each email that left.

    An email is kept before its row says that it was sent. If the copy cannot be kept, the email counts as not sent, and
    goes out again with the same Message-ID; so an email that was sent always has its words. Its links are kept first:
    one is known before anybody can open it, and one of an email that does not leave harms nobody.
    """

    def __init__(self, mailer: Mailer, kept: KeptEmails, links: IssuedLinks) -> None:
        self._mailer = mailer
        self._kept = kept
        self._links = links

    async def send(self, email: Email) -> SendResult:
        """Send an email; see ``Mailer.send``."""
        if email.links:
            await self._links.keep(email)
        result = await self._mailer.send(email)
        if result.headers is not None:
            await self._kept.keep(email, result.headers)
        return result

    async def rest(self) -> None:
        """Let go of what the other mailer keeps for the next email."""
        await self._mailer.rest()
