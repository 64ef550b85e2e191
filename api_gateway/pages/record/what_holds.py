"""What holds about a relationship: agreement, money, forms and surveys, people, what came before and after."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import amount_in_words, time_in_words
from api_gateway.pages import links
from api_gateway.pages.parts import Fact
from api_gateway.pages.people import district_of, nobody_yet, pair_shown, position_of
from api_gateway.pages.record.meetings_part import rhythm_in_words
from api_gateway.pages.record.relationship_record import RelationshipRecord
from api_gateway.pages.words import Say
from api_gateway.services.money_words import word_of_money
from domain.actors import Side
from domain.languages import Language
from domain.relationship.objections import objection_until
from domain.visibility import Data

_SINCE: Final = {"approved": "order_approved_at", "sent": "order_sent_at", "paid": "order_settled_at"}
"""The column with the moment of each word."""


def agreement_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield the version in force with its rhythm, and the draft with who has signed."""
    agreement, say, dates = record.state.agreement, record.say, record.dates
    if agreement.in_force and agreement.terms:
        terms, language = agreement.terms, Language(dates.language)
        since = dates.on(record.state.meetings_since).words
        yield Fact(
            term=say("relationship.version"),
            text=say("relationship.version_since", version=agreement.in_force, day=since),
        )
        rhythm = f"{rhythm_in_words(terms.rhythm, record)}, {time_in_words(terms.minutes, language)}"
        ways = ", ".join(record.label(mode) for mode in terms.modes)
        yield Fact(term=say("relationship.rhythm_term"), text=rhythm, small=ways)
        yield Fact(term=say("relationship.goals"), text=say("relationship.goals_private"))
    if agreement.draft and record.sees(Data.ONE_SIDE) and (until := objection_until(record.state)):
        yield Fact(
            term=say("relationship.draft_held"),
            text=say("relationship.draft_version", version=agreement.draft.version),
            small=say("relationship.draft_from", day=dates.long(dates.local(until).date())),
        )
    elif agreement.draft:
        signed = [
            record.mentee if side is Side.MENTEE else record.mentor for side in agreement.draft.signed_by
        ]
        told = ", ".join(signed) if signed and record.sees(Data.ONE_SIDE) else ""
        yield Fact(
            term=say("relationship.draft"),
            text=say("relationship.draft_version", version=agreement.draft.version),
            small=say("relationship.signed_by", names=told) if told else say("relationship.not_signed"),
        )


def money_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield what is owed, to whom, and its state in one of four words with its day."""
    say, dates, language = record.say, record.dates, Language(record.dates.language)
    for owed in record.money:
        state = (
            owed["order_state"] if owed["order_state"] not in (None, "failed", "returned") else owed["state"]
        )
        word = word_of_money(state)
        at = _SINCE.get(word, "accrued_at")
        amount = amount_in_words(owed["amount_minor"], owed["currency"], language)
        reference = owed["order_reference"] or ""
        small = say("relationship.reference", reference=reference) if reference else ""
        small = small or (say("relationship.claimed_means") if word == "claimed" else "")
        payee, mentor = owed["payee_name"] or owed["region"], owed["mentor_name"] or say("parts.unseen")
        yield Fact(
            term=record.label(owed["kind"]).capitalize(),
            text=say("relationship.amount_to", amount=amount, payee=payee, mentor=mentor),
        )
        yield Fact(
            term=say("relationship.state"),
            status=say(f"relationship.money.{word}"),
            kind="done" if word == "paid" else "",
            when=dates.on(owed[at]) if owed[at] else None,
            small=small,
        )
    for claim in record.state.claims if not record.money else ():
        word = word_of_money(claim.heard)
        yield Fact(
            term=record.label(claim.kind).capitalize(),
            status=say(f"relationship.money.{'withdrawn' if claim.withdrawn else word}"),
            kind="done" if word == "paid" else "",
        )


def money_word(state: str, say: Say) -> str:
    """Return the word for the state of money."""
    return say(f"relationship.money.{word_of_money(state)}")


def form_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield each form that was handed in or is owed, and the closing survey: done or not."""
    state, say, dates = record.state, record.say, record.dates
    for filed in state.filed:
        if filed.valid:
            yield Fact(
                term=form_title(filed.form, dates.language),
                status=say("relationship.done"),
                kind="done",
                text=say("relationship.by", name=record.name(filed.person)),
                when=dates.on(filed.at),
            )
    for owed in state.owed:
        timer = next((each for each in state.timers if each.about == owed.form), None)
        late = timer is not None and dates.days_late(timer.due) > 0
        yield Fact(
            term=form_title(owed.form, dates.language),
            status=say("relationship.not_done"),
            kind="late" if late else "soon",
            text=say("relationship.from", name=_filler(owed.by.value, record)),
            when=dates.due(timer.due) if timer else None,
        )
    if state.survey.answered and record.sees(Data.ONE_SIDE):
        names = ", ".join(
            record.mentee if side is Side.MENTEE else record.mentor for side in state.survey.answered
        )
        yield Fact(term=say("relationship.survey"), status=say("relationship.done"), kind="done", text=names)


def _filler(by: str, record: RelationshipRecord) -> str:
    return {"mentee": record.mentee, "mentor": record.mentor}.get(by) or record.say("relationship.staff")


def people_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield the two people with address, phone and position, as far as the reader sees them."""
    row = record.row
    for side, name, id in (
        ("mentee", record.mentee, row["mentee"]),
        ("mentor", record.mentor, row["mentor"] or row["proposed_mentor"]),
    ):
        if not id:
            continue
        email = row[f"{side}_email"] or ""
        place = ", ".join(text for text in position_and_district(row, side) if text)
        small = " · ".join(text for text in (row[f"{side}_phone"] or "", place) if text)
        yield Fact(
            term=record.say(f"relationships.{side}"),
            text=name,
            href=links.person(id) if record.row[f"{side}_email"] is not None else "",
            small=" · ".join(text for text in (email, small) if text),
        )


def helper_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield the helpers who were named."""
    for helper in record.state.helpers:
        yield Fact(
            term=record.label(helper.topic).capitalize(),
            text=record.name(helper.person),
            status=record.say(f"relationship.helper.{helper.status}"),
            kind="done" if helper.status == "agreed" else "",
        )


def lineage_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield the relationships that came before and after this one."""
    state, say = record.state, record.say
    before = {state.predecessor: "relationship.before", state.successor: "relationship.after"}
    for row in record.others:
        shown = pair_shown(row, say)
        yield Fact(
            term=say(before.get(row["id"], "relationship.earlier")),
            text=" ".join(text for text in (shown.name, shown.rest) if text),
            href=shown.href,
        )


def note_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield who wrote a note and when; its text is on the page of notes."""
    say, dates = record.say, record.dates
    for note in sorted(record.state.notes, key=lambda each: each.written_at, reverse=True):
        yield Fact(
            term=dates.on(note.written_at).words,
            text=record.name(note.by),
            small=say("relationship.look_on", day=dates.day(note.look_on).words),
            href=f"{links.relationship(record.id)}/notes",
        )


def position_and_district(row: Mapping[str, Any], side: str) -> tuple[str, str]:
    """Return position and district of one of the pair in words; each may be empty."""
    person = {name: row[f"{side}_{name}"] or "" for name in ("role_title", "district")}
    return position_of(person), district_of(person)


def accepted_on(record: RelationshipRecord) -> str:
    """Return on which day the proposed mentor accepted; empty if there is no proposal, or none that was accepted."""
    proposal = record.state.open_proposal
    at = proposal.accepted_at if proposal else None
    return record.dates.long(record.dates.local(at).date()) if at else ""


def title_facts(record: RelationshipRecord) -> Mapping[str, Any]:
    """Return the head of the page: names, and in one line who the mentee is, the program and the region."""
    row, say = record.row, record.say
    position = ", ".join(text for text in position_and_district(row, "mentee") if text)
    program = record.file.title if record.file else row["program"]
    rest = nobody_yet(say)
    if record.mentor:
        accepted = accepted_on(record)
        only = "parts.with_accepted" if accepted else "parts.with_proposed"
        rest = say("parts.with" if row["mentor"] else only, name=record.mentor)
    line = " · ".join(text for text in (position, program, row["region_name"] or row["region"]) if text)
    return {"title": f"{record.mentee} {rest}", "line": line}
