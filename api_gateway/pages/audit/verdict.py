"""The verdict of the last check, about the whole office and about one relationship, and the button that checks now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import fault_in_words
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference, Subject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.csv_file import csv_answer
from api_gateway.pages.dates import Dates
from api_gateway.pages.own_forms import SaysDone, done, said
from api_gateway.pages.parts import Fact
from api_gateway.pages.people import pair_shown
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem
from api_gateway.services.verdict import (
    CheckAnswer,
    CheckReply,
    JournalVerdict,
    NamedFault,
    verdict_of_office,
    verdict_of_stream,
)
from api_gateway.services.visible import whole_id
from domain.actors import Role
from domain.journal import Kind
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
AuditVisitor = Annotated[Visitor, Depends(visitor_with(Role.AUDITOR))]
AUDIT: Final = "/audit"
BEGUN: Final = "checking"
"""What the page says after a check was asked for."""
_KINDS: Final = {CheckAnswer.HOLDS: "done", CheckAnswer.FAILS: "late", CheckAnswer.CANNOT_TELL: "soon"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFault:
    """A fault, ready to print: what it is about, what is wrong, and the first event in question."""

    about: str
    href: str
    what: str
    event: str = ""
    event_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReply:
    """One of the three answers, ready to print."""

    title: str
    answer: str
    kind: str
    means: str
    faults: Sequence[ShownFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVerdict:
    """A verdict, ready to print: about the whole office or, with its id and title, about one relationship."""

    answers: Sequence[ShownReply]
    facts: Sequence[Fact]
    running: str
    dates: Dates
    id: str = ""
    title: str = ""


FILE_COLUMNS: Final = ("question", "answer", "meaning", "about", "fault", "event")


@router.get(AUDIT, operation_id="pages.audit", dependencies=[SaysDone])
async def audit(request: Request, visitor: AuditVisitor, office: Parts) -> HTMLResponse:
    """Show what the last check of the journal says about the whole office."""
    shown = await _of_office(office, visitor)
    say = shown.dates.say
    return page(
        request, "audit/audit.html", visitor, message=said(request, say, "audit", (BEGUN,)), shown=shown
    )


@router.get(f"{AUDIT}.csv", operation_id="pages.audit.csv")
async def audit_file(visitor: AuditVisitor, office: Parts) -> Response:
    """Return the verdict about the whole office as a file: what the page shows."""
    return _file("audit", await _of_office(office, visitor))


@router.get(
    "/relationships/{subject}/verdict", operation_id="pages.relationship.verdict", dependencies=[SaysDone]
)
async def verdict(request: Request, visitor: AuditVisitor, office: Parts, subject: Reference) -> HTMLResponse:
    """Show what the last check of the journal says about one relationship."""
    shown = await _of_pair(office, visitor, subject)
    say = shown.dates.say
    return page(
        request,
        "audit/verdict.html",
        visitor,
        place=links.RELATIONSHIPS,
        message=said(request, say, "audit", (BEGUN,)),
        shown=shown,
    )


@router.get("/relationships/{subject}/verdict.csv", operation_id="pages.relationship.verdict.csv")
async def verdict_file(visitor: AuditVisitor, office: Parts, subject: Reference) -> Response:
    """Return the verdict about one relationship as a file: what the page shows."""
    shown = await _of_pair(office, visitor, subject)
    return _file(f"verdict-{shown.id[:8]}", shown)


@router.post(f"{AUDIT}/check", operation_id="pages.audit.check")
async def check_now(visitor: AuditVisitor, office: Parts) -> Response:
    """Have a worker check the whole journal now."""
    await office.starter.check_journal()
    return done(AUDIT, BEGUN)


@router.post("/relationships/{subject}/verdict", operation_id="pages.relationship.verdict.check")
async def check_now_from_pair(visitor: AuditVisitor, office: Parts, subject: Subject) -> Response:
    """Have a worker check the whole journal now, and come back to the page of one relationship."""
    if await office.reads.relationships.head(visitor.caller.sight, subject) is None:
        raise Problem(404, "not_found")
    await office.starter.check_journal()
    return done(links.verdict(subject), BEGUN)


async def _of_office(office: Office, visitor: Visitor) -> ShownVerdict:
    dates = await dates_of(office, visitor)
    verdict = await verdict_of_office(office.reads.night_checks, office.reads.history, visitor.caller)
    streams = {fault.stream for reply in verdict.replies for fault in reply.faults}
    named = await _named(office, visitor, streams, dates.say)
    return _shown(verdict, named, dates, await _asked_at(office))


async def _of_pair(office: Office, visitor: Visitor, subject: str) -> ShownVerdict:
    """Return the verdict about a relationship that the visitor sees; 404 for any other."""
    reads = office.reads
    id = await whole_id(reads.relationships.ids, visitor.caller, subject)
    row = await reads.relationships.head(visitor.caller.sight, id)
    if row is None:
        raise Problem(404, "not_found")
    dates = await dates_of(office, visitor)
    found = await verdict_of_stream(reads.night_checks, reads.history, visitor.caller, id)
    pair = pair_shown(row, dates.say)
    shown = _shown(found, {id: ("", links.relationship(id))}, dates, await _asked_at(office))
    return replace(shown, id=id, title=f"{pair.name} {pair.rest}")


async def _asked_at(office: Office) -> datetime | None:
    """Return when the check was asked for that has not ended yet, in the office's time; None without one."""
    asked = await office.starter.check_asked_at()
    return None if asked is None else asked + await office.clock.offset()


def _shown(
    verdict: JournalVerdict, named: Mapping[str, tuple[str, str]], dates: Dates, asked: datetime | None
) -> ShownVerdict:
    return ShownVerdict(
        answers=[_reply(each, named, dates) for each in verdict.replies],
        facts=[*_facts(verdict, dates)],
        running=_running(verdict, dates, asked),
        dates=dates,
    )


def _file(name: str, shown: ShownVerdict) -> Response:
    """Return the answers, each with its faults, and below them what the check looked at."""
    say = shown.dates.say
    heads = [say(f"audit.file.{each}") for each in FILE_COLUMNS]
    rows: list[Sequence[str]] = []
    for each in shown.answers:
        reply = (each.title, each.answer, each.means)
        faults = [(fault.about, fault.what, fault.event) for fault in each.faults] or [("", "", "")]
        rows += [(*reply, *fault) for fault in faults]
    for fact in shown.facts:
        value = fact.when.iso if fact.when else fact.text
        rows.append((fact.term, value, fact.small, "", "", ""))
    return csv_answer(name, heads, rows)


def _reply(reply: CheckReply, named: Mapping[str, tuple[str, str]], dates: Dates) -> ShownReply:
    say, question = dates.say, reply.question.value
    means = say(f"audit.means.{question}") if reply.why is None else say(f"audit.why.{reply.why.value}")
    return ShownReply(
        title=say(f"audit.questions.{question}"),
        answer=say(f"audit.answers.{reply.answer.value}"),
        kind=_KINDS[reply.answer],
        means=say(f"audit.broken.{question}") if reply.answer is CheckAnswer.FAILS else means,
        faults=[_fault(each, named, dates) for each in reply.faults],
    )


def _fault(fault: NamedFault, named: Mapping[str, tuple[str, str]], dates: Dates) -> ShownFault:
    say, event, language = dates.say, fault.event, Language(dates.language)
    about, href = named.get(fault.stream, (fault.stream, ""))
    in_words = ""
    if event is not None:
        in_words = say("audit.event", number=event["seq"], kind=event["type"])
    return ShownFault(
        about=about,
        href=href,
        what=say(
            "audit.fault",
            check=say(f"audit.checks.{fault.check}"),
            code=fault_in_words(fault.code, language),
        ),
        event=in_words,
        event_href=_event_href(fault, href),
    )


def _event_href(fault: NamedFault, href: str) -> str:
    """Return the first event in question where everything that is recorded stands; of money, the page of that."""
    if fault.event is None or not href.startswith(links.RELATIONSHIPS):
        return href
    return f"{links.history(fault.stream)}#event-{fault.event['seq']}"


def _facts(verdict: JournalVerdict, dates: Dates) -> Iterator[Fact]:
    say, check = dates.say, verdict.check
    if check is None:
        return
    yield Fact(term=say("audit.checked"), when=dates.at(check["begun_at"]))
    if verdict.head is not None:
        yield Fact(
            term=say("audit.up_to"),
            text=say("audit.head", number=verdict.head["number"]),
            small=verdict.head["hash"],
        )
    yield Fact(term=say("audit.since"), text=say("audit.events", count=verdict.since))
    yield Fact(term=say("audit.code"), text=check["code"] or say("audit.code_unknown"))
    if verdict.head is None and check["counts"]:
        counts = (say(f"audit.counts.{noun}", count=count) for noun, count in sorted(check["counts"].items()))
        yield Fact(term=say("audit.looked_at"), text=", ".join(counts))


def _running(verdict: JournalVerdict, dates: Dates, asked: datetime | None) -> str:
    """Return since when a check is asked for or running that has not ended; nothing without one."""
    if asked is not None:
        return dates.say("audit.asked", when=dates.at(asked).words)
    if verdict.running is None:
        return ""
    return dates.say("audit.running", when=dates.at(verdict.running["begun_at"]).words)


async def _named(
    office: Office, visitor: Visitor, streams: set[str], say: Say
) -> Mapping[str, tuple[str, str]]:
    """Return what to call each stream, and its page."""
    sight, reads = visitor.caller.sight, office.reads
    kinds = await reads.night_checks.kinds(sight, streams)
    named: dict[str, tuple[str, str]] = {}
    for row in await reads.relationships.named(sight, [*streams]):
        pair = pair_shown(row, say)
        named[row["id"]] = (f"{pair.name} {pair.rest}", links.verdict(row["id"]))
    for stream, kind in kinds.items():
        if kind == Kind.OBLIGATION:
            named[stream] = (say("audit.money"), links.payment(stream))
        elif kind == Kind.TERM:
            named[stream] = (say("audit.term"), "")
    people = streams - named.keys()
    for person, name in (await reads.people.names(sight, [*people])).items() if people else ():
        named[person] = (name, links.person(person))
    return named
