"""Sign-in codes on the database of an office: the worker that sends them, and what came to each mailbox."""

import re

from activities.adapters.files.program_files import load_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.code_words import MailCodes
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.sign_in_codes import SqlSignInCodes
from activities.ports.notices import Email, MailUnavailable, SendResult
from activities.sign_in_codes import SendingCodes
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import Visit
from tests.api_gateway.pages.forms_in_page import form_to


class Codes:
    """The mail worker, as far as it sends codes."""

    def __init__(self, client: Client, worker: Database) -> None:
        self.sent: list[Email] = []
        self.away = False
        keyring, words = Keyring(client.office.settings.key_file), MailCodes(load_programs())
        self._sending = SendingCodes(SqlSignInCodes(worker), words, self, keyring, SqlClock(worker))

    async def send(self, email: Email) -> SendResult:
        """Take an email, as the mail server does."""
        if self.away:
            raise MailUnavailable("no_connection")
        self.sent.append(email)
        return SendResult()

    async def rest(self) -> None:
        """Do nothing, as there is no connection."""

    async def work(self) -> bool:
        """Send what waits; return whether something still does."""
        return await self._sending.send()

    @property
    def digits(self) -> str:
        """The code in the newest email."""
        return digits_in(self.sent[-1].wording.text)


def digits_in(text: str) -> str:
    """Return the code in the text of an email, as its reader copies it."""
    found = re.search(r"^ +(\d{4} \d{4})$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


async def ask(visit: Visit, address: str, next: str = "") -> str:
    """Ask for a code to an address; return the page with the field for it."""
    page = await visit.get("/code" + (f"?next={next}" if next else ""))
    form = form_to(page.text, "/code")
    answer = await visit.post("/code", form.filled(address=address))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def type_in(visit: Visit, place: str, digits: str) -> tuple[int, str]:
    """Type a code; return the status, and where it leads or else the page."""
    form = form_to((await visit.get(place)).text, "/code/check")
    answer = await visit.post("/code/check", form.filled(code=digits))
    return answer.status_code, answer.headers.get("location", answer.text)


async def enter(visit: Visit, codes: Codes, address: str, next: str = "") -> str:
    """Sign in with a code; return where that leads."""
    place = await ask(visit, address, next)
    await codes.work()
    status, leads = await type_in(visit, place, codes.digits)
    assert status == 303, leads
    return leads
