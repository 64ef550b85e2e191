"""Imports as proposals: the files are kept sealed, read again with each answer, and compared with the office."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from activities.adapters.files.roster.column_map import HEADINGS
from activities.adapters.files.roster.day_column import DATE_ORDER
from activities.adapters.files.short_forms import short_forms
from activities.adapters.postgres.database import Connection, Database
from activities.adapters.postgres.facts.import_scope import ImportScope, import_scope
from activities.adapters.postgres.facts.known_days import known_days
from activities.adapters.postgres.facts.known_office import known_office
from activities.adapters.postgres.reads.terms import TermReads
from activities.adapters.postgres.writes.discarded_imports import CONTENT, discard, mark_others
from activities.adapters.postgres.writes.imports import KEPT, ImportRows, StoredImport
from api_gateway.services.caller import Caller
from api_gateway.services.imports.answer_checks import as_kept, fault_of, faults_of, what_is_wrong
from api_gateway.services.imports.carried import answers_about_rows, carried_answers, used_answers
from api_gateway.services.imports.file_questions import CODES, answers_to_keep, kept_answers
from api_gateway.services.imports.follows import what_follows
from api_gateway.services.imports.labels import codes_by_label
from api_gateway.services.imports.lists import read_lists
from api_gateway.services.imports.reading import ReadLists
from api_gateway.services.imports.refusals import NO_MEMBERSHIPS
from api_gateway.services.imports.remembered import kept_rows
from api_gateway.services.imports.shown import as_seen_by, counts_of, kept_shown, shown
from api_gateway.services.imports.waiting import PREVIEW, content_mark, waiting_rows
from api_gateway.services.known_codes import known_terms
from api_gateway.services.problem import Problem, one_of
from api_gateway.services.programs import program_of, programs
from api_gateway.services.writer import WRITERS
from domain.actors import Actor, Role
from domain.codec import from_plain, to_plain
from domain.ids import derive
from domain.people.proposal.digest import proposal_digest
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lapses import UNKNOWN_IN_COMPLETE
from domain.people.proposal.likely import with_likely_changes
from domain.people.proposal.lists import Complete
from domain.people.proposal.named import with_numbers_of_names
from domain.people.proposal.outcomes import ImportProposal, OutcomeKind, RowRefusal
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import (
    EACH,
    Answered,
    ImportQuestion,
    about_digest,
)

MOST_WAITING: Final = 50
"""The most imports in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """What somebody sends: files by name, what they are about, and what is said of them.

    A ``preview`` is looked at, and waits for nobody.
    """

    content: Mapping[str, bytes]
    kinds: Mapping[str, str]
    term: str = ""
    association: str = ""
    complete: Complete | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal with its digest, and what it was made from."""

    proposal: ImportProposal
    digest: str
    read: ReadLists
    scope: ImportScope
    office: KnownOffice
    importer: Actor
    answers: Mapping[str, Answered]
    kept: Sequence[Mapping[str, Any]]

    @property
    def shown(self) -> dict[str, Any]:
        """The proposal as people read it, with what rows that wait would come to, and what would follow."""
        follows = what_follows(self.proposal.writes, self.office, self.scope.rules, self.scope.dates)
        likely = with_likely_changes(self.proposal, self.read.lists, self.office, self.importer, self.answers)
        return {
            **shown(replace(self.proposal, outcomes=likely)),
            "kept": self.kept,
            "unread": {file: list(headings) for file, headings in self.read.not_read.items() if headings},
            "follows": follows,
        }

    @property
    def counts(self) -> dict[str, int]:
        """How many rows come to what."""
        return counts_of(self.proposal)


class Proposals:
    """The proposals of imports."""

    def __init__(self, database: Database, rows: ImportRows, terms: TermReads) -> None:
        self._database = database
        self._rows = rows
        self._terms = terms

    async def begin(self, new: NewImport, *, caller: Caller, command: str) -> dict[str, Any]:
        """Keep files and propose what they would change."""
        actor = caller.acting(WRITERS)
        program, association = await self._about(new, caller)
        complete = await self._complete(new.complete, association, actor)
        id = derive("import", command)
        stored = StoredImport(
            id=id,
            association=association,
            program=program,
            term=new.term,
            actor=actor,
            content=new.content,
            settings=_settings(new, complete),
            proposal={},
            digest="",
            answers={},
            state="proposed",
        )
        stored = await self._as_answered_before(await self._proposed(stored))
        if not await self._rows.add(stored):
            return await self.one(caller, id)  # the same request has kept it before
        return _body(stored, actor)

    async def _as_answered_before(self, new: StoredImport) -> StoredImport:
        """Return an import with the answers to the same questions of the newest one that was not taken over."""
        before = await self._rows.answered_before(new.association, new.actor.id)
        if before is None:
            return new
        if about_rows := answers_about_rows(before[1]):
            new = await self._proposed(replace(new, answers=about_rows))
            new = replace(new, answers=used_answers(new.proposal, about_rows))
        while more := carried_answers(new.proposal, new.answers, *before):
            new = await self._proposed(replace(new, answers={**new.answers, **more}))
        return new

    async def _proposed(self, new: StoredImport) -> StoredImport:
        """Return an import with what it would do. What that was made from is no longer needed when it is stored."""
        proposed = await self.propose(new)
        _demand_complete(proposed.proposal)
        return replace(new, proposal=proposed.shown, digest=proposed.digest)

    async def one(self, caller: Caller, id: str) -> dict[str, Any]:
        """Return an import as it was proposed last; 404 for one that the caller may not see."""
        return _body(await self.stored(caller, id), caller.acting(WRITERS))

    async def waiting(self, caller: Caller) -> dict[str, Any]:
        """Return the imports that wait and that a caller may see, with the questions that the caller can answer."""
        actor = caller.acting(WRITERS)
        proposed = await self._rows.proposed(caller.association.code, MOST_WAITING)
        found = [each for each in proposed if may_see(caller, each.association, each.actor)]
        return {"data": waiting_rows(found, actor)}

    async def discard(self, caller: Caller, id: str) -> None:
        """Discard an import that nobody has taken over; its files are removed at once."""
        caller.acting(WRITERS)
        demand_proposed(await self.stored(caller, id))
        async with self._database.transaction() as connection:
            if not await discard(connection, id):
                raise Problem(409, "import_taken_over")

    async def mark_others(self, stored: StoredImport) -> None:
        """Mark the other proposals of the same files, of which one is taken over: they wait for nobody."""
        async with self._database.transaction() as connection:
            if content := stored.settings.get(CONTENT):
                await mark_others(connection, stored.id, stored.actor.id, content)

    async def stored(self, caller: Caller, id: str) -> StoredImport:
        """Return the import of a caller, or any for the state office and administrators; 404 for others."""
        found = await self._rows.one(id)
        if found is None or not may_see(caller, found.association, found.actor):
            raise Problem(
                404, "not_found", "No import of yours has this id. Check it, or import the list again."
            )
        return found

    async def answer(self, caller: Caller, id: str, answers: Mapping[str, str]) -> dict[str, Any]:
        """Answer questions and propose again; an answer that its question does not take is refused."""
        actor = caller.acting(WRITERS)
        stored = await self.stored(caller, id)
        demand_proposed(stored)
        asked = {
            question["id"]: question
            for part in ("questions", "kept")
            for question in stored.proposal.get(part, ())
        }
        answers = {name: as_kept(value, asked.get(name)) for name, value in answers.items()}
        errors = [
            error
            for name, value in answers.items()
            for error in faults_of(asked.get(name), name, value, actor)
        ]
        if errors:
            raise Problem(422, "answers_not_taken", errors=errors)
        given = {
            name: {
                "value": value,
                "actor": to_plain(actor),
                "about": about_digest(asked[name].get("about", ())),
                "covers": asked[name].get("covers", []),
            }
            for name, value in answers.items()
        }
        said = {name: value for name, value in answers.items() if asked[name]["code"] == HEADINGS}
        answered = replace(stored, answers={**stored.answers, **given})
        read = await self._with_headings(answered, said) if said else None
        changed = await self._rows.add_answers(id, given)
        while changed is not None and changed.state == "proposed":
            proposed = await self.propose(changed, read if changed.answers == answered.answers else None)
            shown = proposed.shown
            if await self._rows.show(id, shown, proposed.digest, changed.answers):
                return _body(replace(changed, proposal=shown, digest=proposed.digest), actor)
            changed = await self._rows.one(id)  # somebody else answered meanwhile
        return await self.one(caller, id)

    async def propose(self, stored: StoredImport, read: ReadLists | None = None) -> Proposed:
        """Return what an import would do now; ``read`` are its lists if they were read with these answers already."""
        async with self._database.transaction() as connection:
            scope, office = await self._met(connection, stored)
        read = await self.read(stored, office.by_key) if read is None else read
        return _proposed(stored, read, scope, office)

    async def propose_in(self, connection: Connection, stored: StoredImport, read: ReadLists) -> Proposed:
        """Return what an import would do, as the caller's transaction sees the office."""
        return _proposed(stored, read, *await self._met(connection, stored))

    async def _met(self, connection: Connection, stored: StoredImport) -> tuple[ImportScope, KnownOffice]:
        """Return what an import is about, and the office as it meets it."""
        rules = [file.rules for file in programs().values() if file.association == stored.association]
        scope = await import_scope(connection, stored.association, stored.term, rules)
        labels = codes_by_label(stored.association, stored.program)
        office = await known_office(connection, scope)
        return scope, replace(office, labels=labels, short_forms=short_forms())

    async def read(self, stored: StoredImport, numbers: Mapping[str, str] | None = None) -> ReadLists:
        """Return the rows of an import's files; ``numbers`` are the member numbers if they are looked up already."""
        if numbers is None:
            numbers = await self._rows.numbers(stored.association)
        remembered = await self._rows.column_maps(stored.association)
        complete = stored.settings.get("complete")
        reading = partial(
            read_lists,
            stored.content,
            kinds=stored.settings.get("kinds", {}),
            answers=_given(stored.answers),
            remembered=remembered,
            keys=numbers,
            regions=await self._rows.regions(stored.association),
            complete=None if complete is None else from_plain(Complete, complete),
            has_term=bool(stored.term),
        )
        read = reading()
        if any(each.code == DATE_ORDER and not each.answer for each in read.questions) or any(
            each.code == DATE_ORDER for each, _ in read.kept
        ):
            async with self._database.one_statement() as connection:
                read = reading(days=await known_days(connection, stored.association))
        known = {
            id: each
            for row in remembered
            if row["file"] == CODES
            for id, each in kept_answers(row).items()
            if each.value != EACH  # somebody who once asked about each row is not asked so again
        }
        return replace(read, known=known)

    async def _with_headings(self, answered: StoredImport, said: Mapping[str, str]) -> ReadLists:
        """Return the lists as they are read with answers about headings; refuse answers that cannot be carried out."""
        read = await self.read(answered)
        errors = [
            fault_of(id, "not_an_answer", what_is_wrong(fault, said[id]))
            for id, faults in read.wrong.items()
            if id in said
            for fault in faults
        ]
        if errors:
            raise Problem(422, "answers_not_taken", errors=errors)
        return read

    @staticmethod
    def to_keep(stored: StoredImport, read: ReadLists) -> Sequence[Mapping[str, Any]]:
        """Return the rows of column maps that a landed import leaves: each list's columns, and what codes mean.

        An answer comes with whoever gave it. A list about which nobody has answered anything new leaves what was kept.
        """
        own = {"association": stored.association}
        rows = [{**own, **row} for row in kept_rows(read.maps)]
        given = dict(
            said for id, each in _given(stored.answers).items() for said in answers_to_keep(id, each)
        )
        if given:
            rows.append({**own, "file": CODES, "headings_digest": CODES, "map": {}, "answers": given})
        return rows

    async def _complete(self, said: Complete | None, association: str, actor: Actor) -> Complete | None:
        """Return of what a list is complete: where no region is named, of all that the actor serves in it."""
        if said is None or said.regions:
            if said is not None and not all(map(actor.covers, said.regions)):
                raise Problem(404, "unknown_region", one_of(actor.regions))
            return said
        served = tuple(sorted(filter(actor.covers, await self._rows.regions(association))))
        if not served:
            raise Problem(404, "unknown_region", f"You serve no region of the association {association}.")
        return replace(said, regions=served)

    async def _about(self, new: NewImport, caller: Caller) -> tuple[str, str]:
        """Return the program and the association of an import; 404 for a term that the association does not have."""
        if not new.term:
            return "", new.association
        term = await self._terms.one(caller.sight, new.term)
        if term is None:
            raise Problem(404, "unknown_term", await known_terms(self._terms, caller))
        return str(term["program"]), program_of(term["program"], caller.association.code).association


def _settings(new: NewImport, complete: Complete | None) -> dict[str, Any]:
    said = {"complete": to_plain(complete)} if complete else {}
    mark = content_mark(new.content, sorted(new.kinds.items()), new.term, said)
    return {"kinds": dict(new.kinds), **said, CONTENT: mark, **({PREVIEW: True} if new.preview else {})}


def may_see(caller: Caller, association: str, actor: Actor) -> bool:
    """Return whether a caller may see an import: its maker, and its association's state office and administrators."""
    statewide = Role.COORDINATOR in caller.roles and not caller.regions
    staff = statewide or Role.ADMIN in caller.roles
    return association == caller.association.code and (staff or caller.person == actor.id)


def _proposed(stored: StoredImport, read: ReadLists, scope: ImportScope, office: KnownOffice) -> Proposed:
    known = {id: Answered(value=each.value, actor=stored.actor) for id, each in read.known.items()}
    answers = {**known, **_given(stored.answers)}
    proposal = propose(read.lists, office, stored.actor, answers)
    before = {
        each.id: read.known[single[0]]
        for each in proposal.questions
        if each.answer and each.id not in stored.answers
        for single in ((each.id,), each.covers)
        if single and read.known.keys() >= {*single} and stored.answers.keys().isdisjoint(single)
    }
    of_words = ((each, before[each.id]) for each in proposal.questions if each.id in before)
    kept = [kept_shown(*each, office, stored.actor) for each in (*read.kept, *of_words)]
    proposal = replace(
        proposal,
        outcomes=(*read.outcomes, *proposal.outcomes),
        remarks=(*read.remarks, *proposal.remarks),
        refusals=_by_row(
            (
                *with_numbers_of_names(read.refusals, read.lists, office, stored.actor),
                *proposal.refusals,
            )
        ),
        questions=(*read.questions, *(each for each in proposal.questions if each.id not in before)),
    )
    proposal = replace(proposal, questions=tuple(_that_matter(proposal)))
    return Proposed(
        proposal=proposal,
        digest=proposal_digest(proposal),
        read=read,
        scope=scope,
        office=office,
        importer=stored.actor,
        answers=answers,
        kept=kept,
    )


def _that_matter(proposal: ImportProposal) -> Iterator[ImportQuestion]:
    """Yield the questions without those about the order of dates in rows that are all refused anyway."""
    refused = {
        (each.kind.value, each.at) for each in proposal.outcomes if each.outcome is OutcomeKind.REFUSED
    }
    for each in proposal.questions:
        kind = each.id.rpartition(f":{DATE_ORDER}:")[0].rpartition(":")[2]
        if each.code != DATE_ORDER or each.answer or not refused.issuperset((kind, at) for at in each.at):
            yield each


def _by_row(refusals: Sequence[RowRefusal]) -> tuple[RowRefusal, ...]:
    """Return refusals in the order of their first rows; those of a whole file before them, the files as they came."""
    files = {each.file: at for at, each in reversed(list(enumerate(refusals)))}
    return tuple(sorted(refusals, key=lambda each: (files[each.file], each.rows[:1])))


def _given(answers: Mapping[str, Any]) -> dict[str, Answered]:
    return {
        id: Answered(
            value=each["value"],
            actor=from_plain(Actor, each["actor"]),
            about=each.get("about", ""),
            covers=tuple(each.get("covers", ())),
        )
        for id, each in answers.items()
    }


def _demand_complete(proposal: ImportProposal) -> None:
    """Refuse an import that calls a list complete which is not there, or for what nobody knows."""
    errors = [
        {
            "pointer": "/files" if each.code == NO_MEMBERSHIPS else "/complete",
            "code": each.code,
            "detail": f"{each.problem} Known: {', '.join(each.allowed)}." if each.allowed else each.problem,
        }
        for each in proposal.refusals
        if each.code in (NO_MEMBERSHIPS, UNKNOWN_IN_COMPLETE)
    ]
    if errors:
        raise Problem(422, "complete_not_possible", errors=errors)


def demand_proposed(stored: StoredImport) -> None:
    """Refuse an import that is no longer a proposal."""
    if stored.state == "landed":
        raise Problem(409, "import_landed")
    if stored.state == "expired":
        raise Problem(409, "import_expired")
    if stored.state != "proposed":
        raise Problem(409, "import_taken_over")


def _body(stored: StoredImport, actor: Actor) -> dict[str, Any]:
    proposal = as_seen_by(actor, stored.proposal)
    return {
        "id": stored.id,
        "state": stored.state,
        "association": stored.association,
        "program": stored.program,
        "term": stored.term,
        "digest": stored.digest,
        "kept_hours": int(KEPT.total_seconds() // 3600),
        "used": sorted(used_answers(stored.proposal, stored.answers)) if proposal else [],
        **proposal,
    }
