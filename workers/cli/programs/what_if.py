"""`mentorflow programs what-if`: repeats every recorded decision under a draft of a program file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.replay import SqlReplay
from api_gateway.http.problem_words import catalog
from domain.codec import CodecError
from domain.journal import Envelope, decode
from domain.relationship.evolve import first_state
from domain.relationship.state import Relationship
from domain.relationship.what_if import Difference, what_if
from domain.rules.canonical_json import rules_from_text
from domain.rules.program import Rules
from domain.rules.program_file import ProgramFile
from domain.visibility import OPERATOR
from workers.settings import ProcessRole, Settings


class CannotAsk(ValueError):
    """A draft cannot be tried: a relationship, a term or a rule set does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """One relationship: how many of its decisions were repeated, and where the draft differs first."""

    relationship: str
    decisions: int
    found: tuple[Difference, ...]


async def walk(
    settings: Settings,
    draft: ProgramFile,
    *,
    program: str = "",
    relationship: str = "",
    role: ProcessRole = ProcessRole.WORKER,
) -> tuple[Walked, ...]:
    """Try the draft on one relationship, or on all of a program (by default the draft's own).

    Raises:
        CannotAsk: A relationship, its term or the rules that it was decided by do not exist.
    """
    database = Database(settings.database_url(role), size=1)
    try:
        journal = SqlReplay(database)
        wanted = (
            (relationship,)
            if relationship
            else await journal.relationships_of(OPERATOR, program or draft.program)
        )
        return tuple([await _walk(journal, draft, each) for each in wanted])
    finally:
        await database.close()


async def _walk(journal: SqlReplay, draft: ProgramFile, stream: str) -> Walked:
    envelopes = tuple(decode(encoded) for _, _, encoded in await journal.entries(OPERATOR, stream))
    state = await _start(journal, stream, envelopes)
    rules: dict[str, Rules] = {}
    for digest in dict.fromkeys(envelope.rules.digest for envelope in envelopes if envelope.rules):
        text = await journal.rules_text(digest)
        if text is None:
            raise CannotAsk(f"the rules {digest[:12]} of relationship {stream} do not exist")
        try:
            rules[digest] = rules_from_text(text)
        except ValueError:
            raise CannotAsk(
                f"the rules {digest[:12]} were written by an earlier version of the software"
            ) from None

    def of(envelope: Envelope) -> Rules:
        return rules[envelope.rules.digest if envelope.rules else ""]

    try:
        compared = what_if(state, envelopes, of, draft.rules_for(state.region))
    except CodecError:
        raise CannotAsk(f"relationship {stream} was recorded by an earlier version of the software") from None
    return Walked(relationship=stream, decisions=compared.decisions, found=compared.differences)


async def _start(journal: SqlReplay, stream: str, envelopes: tuple[Envelope, ...]) -> Relationship:
    if not envelopes or envelopes[0].type != "ApplicationReceived":
        raise CannotAsk(f"there is no relationship {stream}")
    dates = await journal.term_dates(envelopes[0].body["term"])
    if dates is None:
        raise CannotAsk(f"the term of relationship {stream} does not exist")
    return first_state(envelopes[0], dates)


def lines(walked: tuple[Walked, ...]) -> Iterator[str]:
    """Yield the differences as readable lines, and the counts."""
    for each in walked:
        for found in each.found:
            yield (
                f"{each.relationship}  {found.seq:>4}  {found.at:%Y-%m-%d}  {found.kind.value:<9}"
                f"{found.old}  ->  {_with_meaning(found.new)}"
            )
    differing = sum(bool(each.found) for each in walked)
    decisions = sum(each.decisions for each in walked)
    pairs = "1 relationship" if len(walked) == 1 else f"{len(walked)} relationships"
    yield f"{pairs}, {decisions} decisions repeated; {differing} with a difference"


def _with_meaning(new: str) -> str:
    """Return what the draft says; the code of a refusal is followed by its meaning."""
    _, sign, code = new.partition("refused: ")
    words = catalog().get(code) if sign else None
    return f"{new} ({words.what.removesuffix('.')})" if words else new
