"""The one form of an email address, for what people write in, what a file holds, and what is sent."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, EmailSyntaxError, validate_email

from activities.ports.notices import Person
from domain.told import Told, joined, told

_PLAIN_LOCAL: Final = re.compile(r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*", re.ASCII)
_LONGEST_LOCAL: Final = 64
_LONGEST: Final = 254


class BadAddress(ValueError):
    """A text that is no address to which the office can write; ``problem`` says why and what to do."""

    def __init__(self, problem: Told) -> None:
        super().__init__("bad address")
        self.problem = problem


def standard_address(text: str) -> str:
    """Return an address as the office stores and sends it: plain letters before the @, the domain in Punycode.

    Every mail server takes this form; addresses with other letters before the @ need an extension (RFC 6531) that many
    lack.

    Raises:
        BadAddress: It is no address, or one that not every mail server takes.
    """
    local, _, domain = text.rpartition("@")
    usual = len(text) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local)
    # Lists hold few domains and many people, so a domain is looked at once for all of them.
    plain = _standard_domain(domain) if usual else ""
    return f"{local}@{plain}" if plain else _checked(text)


def reachable(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people to whom the office can write, with their addresses in the one form."""
    found = []
    for person in people:
        with suppress(BadAddress):
            found.append(replace(person, email=standard_address(person.email)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _standard_domain(domain: str) -> str:
    """Return a domain in Punycode; empty if it is not a domain."""
    try:
        return _checked(f"a@{domain}").rpartition("@")[2]
    except BadAddress:
        return ""


def _checked(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=True)
    except EmailNotValidError as error:
        raise BadAddress(
            joined(
                (
                    told("no_address", "This is not an email address."),
                    *_cause(text, error),
                    told("write_address", "Write one such as berit@post.example."),
                )
            )
        ) from None
    if found.ascii_email is None:
        raise BadAddress(
            told(
                "address_with_letters",
                "Before the @ this address has letters that not every mail server takes. Write an address with plain "
                "letters (a–z) there.",
            )
        )
    return found.ascii_email


def _cause(text: str, error: EmailNotValidError) -> tuple[Told, ...]:
    if "@" not in text:
        return (told("address_without_at", "It has no @."),)
    if text.count("@") > 1 or any(sign in text for sign in ";,<> "):
        return (told("one_address", "Write one address here and nothing else."),)
    if isinstance(error, EmailSyntaxError) and "." not in text.rpartition("@")[2]:
        return (told("address_without_dot", "After the @ a dot is missing."),)
    return ()
