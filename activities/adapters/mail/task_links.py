"""The links in an email to a mentor or mentee: one for each act that it asks for, named in words.

A token follows from notice, person, act, form and address under a key of the office. So an email that is sent again
under its Message-ID has the same link, and one to a corrected address another one. One that staff send again has a new
Message-ID and a new link, which lives its own days. What is kept is the token's hash.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activities.adapters.files.link_names import link_name
from activities.adapters.keyring import Keyring
from activities.ports.notices import IssuedLink, NoticeToSend
from activities.ports.secret import Secret, SecretKind
from domain.languages import Language
from domain.link_states import AFTER_THE_END
from domain.task_links import (
    NEEDS_CODE,
    TO_SIGN,
    UNWRITTEN,
    AskedAct,
    acts_asked,
    address_digest,
    token_hash,
)

_SCOPE: Final = "links of emails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The links of one email: as its template shows them, and as they are kept."""

    shown: tuple[Mapping[str, Any], ...] = ()
    links: tuple[IssuedLink, ...] = ()


NO_WAYS: Final = Ways()


class TaskLinks:
    """Makes the links of emails, under the key of an office and the address of its door."""

    def __init__(self, keyring: Keyring, door: str) -> None:
        self._keyring = keyring
        self._door = door

    @property
    def own_page(self) -> str:
        """The address at which a mentor or mentee finds their own page."""
        return f"{self._door}/my"

    def ways(self, notice: NoticeToSend, language: Language) -> Ways:
        """Return the links of a notice to one person who is no staff, in the reader's language."""
        if notice.to_region or len(notice.to) != 1:
            return NO_WAYS
        now = {UNWRITTEN: notice.unwritten, TO_SIGN: notice.to_sign}
        known = {**notice.data, **{name: "yes" for name, holds in now.items() if holds}}
        asked = [
            each for each in acts_asked(notice.kind, known) if not notice.over or each.act in AFTER_THE_END
        ]
        made = [self._made(notice, each) for each in asked]
        shown = tuple(
            {
                "text": link_name(link.act, link.chosen, language),
                "code_first": link.act in NEEDS_CODE,
                "link": Secret(kind=SecretKind.LINK, said=f"{self._door}/t#{token}"),
            }
            for token, link in made
        )
        return Ways(shown=shown, links=tuple(link for _, link in made))

    def _made(self, notice: NoticeToSend, asked: AskedAct) -> tuple[str, IssuedLink]:
        reader = notice.to[0]
        pair = (notice.mentor, notice.mentee)
        address = address_digest(reader.email)
        form = (asked.chosen["form"],) if "form" in asked.chosen else ()
        again = (f"again {notice.again}",) if notice.again else ()
        named = (notice.id, reader.id, asked.act, *form, address, *again)
        bytes = self._keyring.mac(*named, scope=_SCOPE)
        token = base64.urlsafe_b64encode(bytes).decode().rstrip("=")
        link = IssuedLink(
            hash=token_hash(token),
            notice=notice.id,
            person=reader.id,
            act=asked.act,
            subject=notice.about,
            address=address,
            chosen=asked.chosen,
            partner=next((each.id for each in pair if each and each.id != reader.id), ""),
        )
        return token, link
