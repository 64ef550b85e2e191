"""What is read of a relationship word by word: its agreement, the notes of the staff, and an email as it was sent."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from activities.adapters.postgres.reads.agreement import Version
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference, Subject
from api_gateway.http.sessions import SessionFirst, StaffVisitor
from api_gateway.pages import links
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.on_paper import signature_on_paper
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Fact, Link
from api_gateway.pages.people import pair_shown
from api_gateway.pages.record.email_acts import email_acts
from api_gateway.pages.view import page
from api_gateway.services.agreements import read_agreement
from api_gateway.services.kept_emails import words_as_sent
from api_gateway.services.papers_of_decisions import read_special_application
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship
from domain.actors import Role, Side
from domain.relationship.objections import objection_until
from domain.relationship.state import Relationship

router = APIRouter(route_class=SessionFirst, include_in_schema=False)


@router.get("/relationships/{subject}/agreement")
async def agreement(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    subject: Reference,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
    language: Annotated[str, Query(pattern=r"^([a-z]{2,3})?$")] = "",
) -> HTMLResponse:
    """Show the exact text of a version, with digest and signatures, print it with two lines to sign, take the scans."""
    row = await visible_relationship(office.reads, visitor.caller, subject)
    read = await read_agreement(
        office.database, visitor.caller, row, version=version, language=language, otherwise=visitor.language
    )
    dates, shown = await dates_of(office, visitor), read.version
    here = await about(office, visitor, "relationship", row["id"])
    pair = pair_shown(row, dates.say)
    address = f"{pair.href}/agreement"
    return page(
        request,
        "coordinator/agreement.html",
        visitor,
        place=links.RELATIONSHIPS,
        pair=pair,
        text=read.text,
        text_language=read.language,
        digest=shown.digest_in(read.language),
        version=shown.version,
        facts=_signatures(shown, dates, pair.href, here.shown.subject.state),
        others=[
            Link(links.with_query(address, version=each), dates.say("papers.version", number=each))
            for each in read.numbers
            if each != shown.version
        ],
        texts=[
            Link(
                links.with_query(address, version=shown.version, language=each.language),
                dates.say(f"papers.languages.{each.language}"),
            )
            for each in shown.texts
            if each.language != read.language
        ],
        names=(
            row["mentee_name"] or dates.say("parts.unseen"),
            row["mentor_name"] or dates.say("parts.unseen"),
        ),
        sign=await signature_on_paper(office, visitor, here, shown, read.language),
    )


def _signatures(version: Version, dates: Dates, pair: str, state: Any) -> list[Fact]:
    say = dates.say
    facts = [
        Fact(term=say("papers.status"), text=_status(version, dates, state)),
        Fact(term=say("papers.drafted"), when=dates.on(version.drafted_at)),
    ]
    if version.in_force_since:
        facts.append(Fact(term=say("papers.in_force"), when=dates.on(version.in_force_since)))
    for each in version.signatures:
        signed = Fact(term=say(f"papers.signed.{each.side.value}"), when=dates.on(each.signed_at))
        if each.scan:
            signed = replace(signed, text=say("papers.on_paper"), href=f"{pair}/scans/{each.scan}")
        facts.append(signed)
    return facts


def _status(version: Version, dates: Dates, state: Any) -> str:
    """Return what a version is; where both have signed it on paper, until when it can be objected to."""
    say = dates.say
    agreement = state.agreement if isinstance(state, Relationship) else None
    drafted = agreement.draft.version if agreement and agreement.draft else 0
    told = version.version == drafted and {each.side for each in version.signatures} == set(Side)
    if told and (until := objection_until(state)):
        return say("papers.held", day=dates.long(dates.local(until).date()))
    return say(f"papers.statuses.{version.status}")


@router.get("/relationships/{subject}/notes")
async def notes(request: Request, visitor: StaffVisitor, office: Parts, subject: Reference) -> HTMLResponse:
    """Show the notes about a pair with their texts; reading a note of somebody else is an event."""
    row = await visible_relationship(office.reads, visitor.caller, subject)
    reader = visitor.caller.acting((Role.COORDINATOR, Role.ADMIN))
    found = await office.reads.documents.notes(visitor.caller.sight, row["id"], reader)
    if found is None:
        raise Problem(404, "not_found")
    dates = await dates_of(office, visitor)
    shown = [
        {
            "when": dates.at(note["written_at"]),
            "by": note["written_by"] or dates.say("parts.unseen"),
            "text": note["text"],
            "look": dates.day(note["look_on"]),
        }
        for note in reversed(found)
    ]
    pair = pair_shown(row, dates.say)
    return page(request, "coordinator/notes.html", visitor, place=links.RELATIONSHIPS, pair=pair, notes=shown)


@router.get("/relationships/{subject}/special-application")
async def special_application(
    request: Request, visitor: StaffVisitor, office: Parts, subject: Reference
) -> HTMLResponse:
    """Show the text of a special application to the one person who took it on. Each reading is an event."""
    row = await visible_relationship(office.reads, visitor.caller, subject)
    found = await read_special_application(office.reads.documents, office.intake, visitor.caller, row["id"])
    dates = await dates_of(office, visitor)
    return page(
        request,
        "coordinator/special_application.html",
        visitor,
        place=links.RELATIONSHIPS,
        pair=pair_shown(row, dates.say),
        text=str(found.get("circumstances", "")).strip(),
    )


@router.get("/emails/{notice}")
async def email(request: Request, visitor: StaffVisitor, office: Parts, notice: Subject) -> HTMLResponse:
    """Show an email as it was sent, with names in place of secrets. Each reading is an event."""
    reader = visitor.caller.acting(visitor.caller.roles)
    found = words_as_sent(await office.reads.kept_emails.notice(visitor.caller.sight, notice, reader))
    dates = await dates_of(office, visitor)
    sent = [{**each, "when": dates.at(each["sent_at"])} for each in found["emails"]]
    row = await office.reads.notices.one(visitor.caller.sight, notice)
    acts: list[Link] = []
    if row is not None and row["relationship"]:
        acts = [*email_acts(row, row["pair_region"], visitor.caller, dates.now, dates.say)]
    return page(request, "coordinator/email.html", visitor, place=links.RELATIONSHIPS, emails=sent, acts=acts)
