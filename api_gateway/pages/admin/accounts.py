"""The accounts with which people sign in: as pages show them, confirmed by a second person, and taken off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.admin.confirming import ROLES_PAGE, ConfirmingVisitor
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.own_forms import FormKey, command_of, done
from api_gateway.pages.rights import who_did
from api_gateway.pages.words import Say
from api_gateway.services.problem import writes_as_problems
from api_gateway.services.roles_given import confirm_sign_in, end_sign_in, may_confirm

router = APIRouter(route_class=SessionFirst, include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAccount:
    """An account of somebody, ready to print. ``waits`` says that a second person is to confirm it."""

    id: str
    stands: str
    name: str
    account: str
    at: When
    by: str
    waits: bool
    confirms: bool


@router.post(f"{ROLES_PAGE}/accounts/{{sign_in}}/confirm", operation_id="pages.rights.account.confirm")
async def confirm(visitor: ConfirmingVisitor, office: Parts, sign_in: Subject, key: FormKey) -> Response:
    """Confirm as a second person whose account this is."""
    with writes_as_problems():
        await confirm_sign_in(
            office.facts, office.writes.sign_in, visitor.caller, sign_in, command_of(visitor, key)
        )
    return done(ROLES_PAGE, "account_confirmed")


@router.post(f"{ROLES_PAGE}/accounts/{{sign_in}}/end", operation_id="pages.rights.account.end")
async def end(visitor: AdminVisitor, office: Parts, sign_in: Subject, key: FormKey) -> Response:
    """Say that an account is a person's no longer."""
    with writes_as_problems():
        await end_sign_in(
            office.facts, office.writes.sign_in, visitor.caller, sign_in, command_of(visitor, key)
        )
    return done(ROLES_PAGE, "account_ended")


async def accounts(office: Office, visitor: Visitor, say: Say, dates: Dates) -> list[ShownAccount]:
    """Return all accounts that the visitor sees, the oldest first."""
    found: list[ShownAccount] = []
    after = ""
    while True:
        rows = await office.reads.sign_in.ties(visitor.caller.sight, after=after, limit=100)
        found += (_shown(row, visitor, say, dates) for row in rows.rows)
        after = rows.next
        if not after:
            return found


def _shown(row: Mapping[str, Any], visitor: Visitor, say: Say, dates: Dates) -> ShownAccount:
    told = [say("rights.tied_by", name=who_did(row, "tied_by", say))]
    if row["confirmed_by"]:
        told.append(say("rights.confirmed_by", name=who_did(row, "confirmed_by", say)))
    names = [name for name in (row["account_name"], row["account_email"]) if name]
    return ShownAccount(
        id=row["id"],
        stands=row["stands"],
        name=row["name"] or say("parts.unseen"),
        account=", ".join(names) or say("admin.accounts.nameless", service=row["issuer"]),
        at=dates.seen_at(datetime.fromisoformat(row["present"])).on(row["created_at"]),
        by=", ".join(told),
        waits=row["waits"],
        confirms=row["waits"] and may_confirm(visitor.caller, row, "tied_by"),
    )
