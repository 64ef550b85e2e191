"""My page: what a mentor or mentee who signed in sees and can do."""

from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from activities.adapters.postgres.reads.own_page import OwnPage
from api_gateway.door.acts import OF_PAIR, OwnAct, PairHere, pair_of, possible_here
from api_gateway.door.all_acts import by_heading
from api_gateway.door.complaints_shown import complaint_in_words, own_complaints
from api_gateway.door.contact_word import contact_word
from api_gateway.door.group_log import group_act
from api_gateway.door.handed_in import records_handed_in
from api_gateway.door.office import Door
from api_gateway.door.own_address import own_address
from api_gateway.door.pair_shown import PairShown, term_todo, urgency
from api_gateway.door.proofs import FormAsked
from api_gateway.door.sessions import MY, InSession, SignedIn
from api_gateway.door.view import door_page
from api_gateway.door.who_reads import who_reads
from api_gateway.pages.words import Say
from api_gateway.services.agreements import ReadAgreement, own_agreement, own_changes
from api_gateway.services.own_settings import oneself
from api_gateway.services.problem import Problem
from domain.languages import Language
from domain.relationship.stages.meetings.groups import LogGroupMeeting

router = APIRouter(include_in_schema=False)
Subject = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get(MY, operation_id="door.my_page")
async def my_page(request: Request, me: InSession) -> Response:
    """Show the person's own page: what is left to do first, then each pair."""
    page = await _door(request).office.reads.own_page.of(me.caller.sight)
    pairs = pairs_of(page, me)
    todo = [each for pair in pairs for each in pair.todo()]
    todo += [term_todo(row, me.language, page.now) for row in page.terms]
    todo.sort(key=urgency)
    programs = {pair.row["program"] for pair in pairs}
    return door_page(
        request,
        "door/my.html",
        me.language,
        program=_only(pairs),
        me=me,
        first=me.name.split()[0],
        pairs=pairs,
        todo=todo,
        over=bool(pairs) and all(pair.state.ended for pair in pairs),
        records=records_handed_in(page.records, me.language, page.now),
        waits=[pair for pair in pairs if pair.waits_for_signature()],
        reads=who_reads(
            Say(Language(me.language)), _only_partner(pairs), contact_word(programs, me.language)
        ),
        others=[each for each in Language if each.value != me.language],
    )


@router.get("/my/agreement/{about}", operation_id="door.my_agreement")
async def agreement(
    request: Request, me: InSession, about: Subject, version: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """Show the exact text of a version of the agreement, with who signed it on which day.

    Without a number it is the one in force, or the newest before there is one.
    """
    page = await _door(request).office.reads.own_page.pair(me.caller.sight, about)
    pair = next(iter(pairs_of(page, me)), None)
    if pair is None:
        raise Problem(404, "not_found")
    version = version or pair.state.agreement.in_force or None
    found = own_agreement(me.caller, page.pairs[0], version=version, otherwise=me.language)
    signed, in_force = pair.signatures(found.version.signatures), pair.state.agreement.in_force
    changed = own_changes(me.caller, page.pairs[0], read=found, in_force=in_force, otherwise=me.language)
    return door_page(
        request,
        "door/agreement.html",
        me.language,
        program=pair.program,
        me=me,
        pair=pair,
        found=found,
        signed=signed,
        signed_in=_signed_elsewhere(found),
        changed=changed,
        others=[number for number in found.numbers if number != found.version.version],
    )


@router.get("/my/more/{about}", operation_id="door.my_more")
async def more(request: Request, me: InSession, about: Subject) -> Response:
    """Show every act about a pair that the person can do now."""
    door = _door(request)
    here = await pair_of(door, _asked(next(iter(OF_PAIR)), about, me))
    acts = [await possible_here(door, _asked(name, about, me), here) for name in OF_PAIR]
    possible = [act for act in acts if act.possible]
    possible = [act for act in possible if act.kind is not LogGroupMeeting or await _of_several(door, act)]
    return door_page(
        request,
        "door/more.html",
        me.language,
        program=possible[0].program if possible else "",
        partner=possible[0].partner if possible else "",
        over=here.state.ended,
        acts=by_heading(possible),
        complaints=_complaints(me, here),
    )


def _signed_elsewhere(found: ReadAgreement) -> list[str]:
    """Return the languages of the signed texts of a version, if they are not the one that is shown."""
    signed = [each.digest for each in found.version.signatures]
    languages = [each.language for each in found.version.texts if each.digest in signed]
    return [each for each in languages if each != found.language]


def _complaints(me: SignedIn, here: PairHere) -> list[tuple[str, str]]:
    """Return what the person complained of in a pair, each with how that stands."""
    shown = PairShown(here.pair, me.caller.ids, me.language, here.shown.subject.now)
    cases = own_complaints(here.pair)
    return [(shown.label(case["about"]), complaint_in_words(case, shown.dates)) for case in cases]


@router.post("/my/language", operation_id="door.my_language")
async def language(
    request: Request, me: InSession, language: Annotated[str, Form(pattern=r"^[a-z]{2}$")]
) -> Response:
    """Have the pages of this session speak another language at once, and emails as soon as the gateway has noted it."""
    if language not in [each.value for each in Language]:
        raise Problem(404, "not_found")
    door = _door(request)
    await door.session_writes.read_in(me.id, language)
    await door.left.leave(token_hex(16), "OwnLanguage", {"language": language}, oneself(me.caller))
    return RedirectResponse(MY, status_code=303)


async def _of_several(door: Door, act: OwnAct) -> bool:
    """Return whether the person is a mentor of as many pairs as a log of several takes."""
    try:
        return (await group_act(door, act.asked)).possible
    except Problem:
        return False


def pairs_of(page: OwnPage, me: SignedIn) -> list[PairShown]:
    """Return the pairs of a page as their person reads them; those that ended stand last."""
    return [PairShown(pair, me.caller.ids, me.language, page.now) for pair in page.pairs]


def _asked(act: str, about: str, me: SignedIn) -> FormAsked:
    return FormAsked(act=act, subject=about, chosen={}, visitor=me.visitor, address=own_address(act, about))


def _only(pairs: list[PairShown]) -> str:
    """Return the name of the program if all pairs are of one."""
    names = {pair.program for pair in pairs}
    return names.pop() if len(names) == 1 else ""


def _only_partner(pairs: list[PairShown]) -> str:
    """Return the first names of those with whom the person is a pair; empty if there is nobody."""
    names = [pair.partner for pair in pairs if pair.partner and not pair.state.ended]
    return names[0] if len(names) == 1 else "" if not names else ", ".join(names)


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
