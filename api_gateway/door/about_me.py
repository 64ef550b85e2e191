"""Everything that the office knows about a mentor or mentee, for that person alone, as plain values.

Nothing of it is the partner's own: of forms there are those that the person handed in. Of a case there is its
status, for whoever opened it; for everybody else there is nothing of it.
What was sealed or sent is read through the reads that note who opened it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from activities.adapters.postgres.reads.own_page import OwnPair
from api_gateway.door.complaints_shown import own_complaints
from api_gateway.office import Office
from api_gateway.services.agreements import read_agreement
from api_gateway.services.caller import Caller
from api_gateway.services.history import relationship_state
from api_gateway.services.kept_emails import words_as_sent
from api_gateway.services.own_settings import oneself
from api_gateway.services.problem import Problem
from domain.codec import instant_text, to_plain
from domain.relationship.state import Relationship
from domain.visibility import CONFIDENTIAL_NOTICES

_OF_PAIR: Final = (
    "id",
    "program",
    "term",
    "region",
    "region_name",
    "stage",
    "opened_at",
    "ended_at",
    "outcome",
)
_ONCE: Final = 100
_PAGES: Final = 20
"""At most so many pages of emails are read."""


async def about_me(office: Office, caller: Caller, language: str) -> dict[str, Any]:
    """Return everything about a person."""
    page = await office.reads.own_page.of(caller.sight)
    reads, sight = office.reads, caller.sight
    return {
        "made_at": instant_text(page.now),
        "person": dict(await reads.people.oneself(sight) or {}),
        "pairs": [await _pair(office, caller, pair, language) for pair in page.pairs],
        "monthly_records": await _handed_in(
            office, caller, (await reads.term_regions.monthly_records(sight, limit=_ONCE)).rows
        ),
        "surveys": await _handed_in(
            office, caller, (await reads.term_regions.surveys(sight, limit=_ONCE)).rows
        ),
        "emails": await _emails(office, caller),
        "sign_ins": [dict(row) for row in await reads.own_page.sign_ins(sight)],
        "links": [dict(row) for row in await reads.own_page.links(sight)],
    }


async def _pair(office: Office, caller: Caller, pair: OwnPair, language: str) -> dict[str, Any]:
    row, state = pair.row, relationship_state(pair.history)
    here = caller.standing((row["mentee"], row["mentor"]))
    filed = await office.reads.relationships.forms(caller.sight, row["id"])
    complaints = own_complaints(pair)
    return {
        **{name: row[name] for name in _OF_PAIR},
        # Without one, not even the word is there.
        **({"complaints": complaints} if complaints else {}),
        "partner": row["mentor_name" if row["mentee"] in caller.ids else "mentee_name"],
        "meetings": [to_plain(met) for met in state.meetings.log],
        "plan": to_plain(state.schedule),
        "observations": to_plain(state.observations),
        "agreement": await _agreement(office, here, pair, state, language),
        "payments": [to_plain(claim) for claim in state.claims] if row["mentor"] in caller.ids else [],
        "forms": await _handed_in(office, caller, [each for each in filed if each["person"] in caller.ids]),
        "drafts": await _drafts(office, here, pair),
        "private_reason": await office.reads.documents.private_reason(caller.sight, row["id"], oneself(here)),
    }


async def _agreement(
    office: Office, caller: Caller, pair: OwnPair, state: Relationship, language: str
) -> dict[str, Any] | None:
    if not state.agreement.versions:
        return None
    try:
        found = await read_agreement(
            office.database, caller, pair.row, version=None, language="", otherwise=language
        )
    except Problem as problem:
        if problem.status != 404:
            raise
        return None
    return {"version": found.version.version, "language": found.language, "text": found.text}


async def _drafts(office: Office, caller: Caller, pair: OwnPair) -> list[dict[str, Any]]:
    found = []
    for use in pair.rules.forms:
        draft = await office.reads.drafts.own(caller.sight, pair.row["id"], use.form)
        if draft.ver:
            saved = instant_text(draft.saved_at) if draft.saved_at else None
            kept = {"form": use.form, "version": use.version, "saved_at": saved, "answers": draft.answers}
            found.append(kept)
    return found


async def _handed_in(
    office: Office, caller: Caller, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return rows of forms with the answers that the person wrote; none of anybody else's."""
    return [
        {
            **row,
            "answers": await office.reads.drafts.withdrawn(
                caller.sight, str(row.get("document") or row["id"])
            ),
        }
        for row in rows
    ]


async def _emails(office: Office, caller: Caller) -> list[dict[str, Any]]:
    """Return the emails to the person with their words, the oldest first; each opening is noted."""
    found, after = [], ""
    for _ in range(_PAGES):
        page = await office.reads.notices.page(caller.sight, after=after, limit=_ONCE)
        for row in page.rows:
            if row["kind"] not in CONFIDENTIAL_NOTICES and row["status"] == "sent":
                found += await _words(office, caller, row["id"])
        if not (after := page.next or ""):
            break
    return found


async def _words(office: Office, caller: Caller, notice: str) -> list[dict[str, Any]]:
    kept = await office.reads.kept_emails.notice(caller.sight, notice, oneself(caller))
    if kept is None or not kept.sendings:
        return []
    return [
        {"sent_at": each["sent_at"], "subject": each["subject"], "text": each["text"]}
        for each in words_as_sent(kept)["emails"]
    ]
