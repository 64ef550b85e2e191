"""The check of sign-ins: which account is whose, and who confirmed or ended it, is what events say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.replay import KeptTie, SqlReplay
from domain.actors import MACHINE_OPERATOR, Actor
from domain.journal import Envelope, decode
from domain.visibility import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A tie as its events say it. ``by`` are those who may be in its row as who tied it; nobody if none is known."""

    person: str
    by: frozenset[str] = frozenset()
    second: bool = False
    confirmed_by: str = ""
    ended_by: str = ""

    def fits(self, kept: KeptTie) -> bool:
        """Return whether a row is what the events say."""
        said = (self.person, self.second, self.confirmed_by, self.ended_by)
        return said == (kept.person, kept.second, kept.confirmed_by, kept.ended_by) and (
            not self.by or kept.tied_by in self.by
        )


@dataclass(slots=True)
class _Fold:
    """The ties of a stream. The first events of ties name no tie: ``unnamed`` has who was tied by whom then."""

    said: dict[str, _Said] = field(default_factory=dict)
    unnamed: list[_Said] = field(default_factory=list)

    def hear(self, event: Envelope) -> None:
        """Hear one event; those about other things say nothing here."""
        id, person = event.body.get("sign_in", ""), event.body.get("person", "")
        made = _Said(person=person, by=_tied_by(event.actor, person))
        match event.type:
            case "SignInTied" if not id:
                self.unnamed.append(made)
            case "SignInTied":
                self.said[id] = made
            case "SignInWaits":
                self.said[id] = replace(self.known(id, person) or made, second=True)
            case "SignInConfirmed":
                self.said[id] = replace(self.known(id, person) or made, confirmed_by=event.actor.id)
            case "SignInUntied":
                self.said[id] = replace(self.known(id, person) or made, ended_by=event.actor.id)

    def known(self, id: str, person: str) -> _Said | None:
        """Return a tie that an event has told of; one without a name gets it here."""
        found = self.said.get(id) or next((each for each in self.unnamed if each.person == person), None)
        if found in self.unnamed and id not in self.said:
            self.unnamed.remove(found)
        return found


def _tied_by(actor: Actor, person: str) -> frozenset[str]:
    """Return who may be in a row as who tied it: people who use an invitation tie their own account."""
    return frozenset((actor.id, person) if actor.id == MACHINE_OPERATOR.id else (actor.id,))


@dataclass(frozen=True, slots=True, kw_only=True)
class TieTally:
    """How many ties were looked at, and what failed: id of the tie, check, code."""

    ties: int
    faults: tuple[tuple[str, str, str], ...]


async def check_ties(database: Database, sight: Sight) -> TieTally:
    """Compare the table of ties with the fold of their events, whose chain the check of grants looks at."""
    journal = SqlReplay(database)
    _, entries = await journal.installation(sight)
    kept = {each.id: each for each in await journal.ties(sight)}
    return TieTally(ties=len(kept), faults=tuple(tie_faults(kept, (decode(each) for _, _, each in entries))))


def tie_faults(kept: Mapping[str, KeptTie], events: Iterable[Envelope]) -> Iterator[tuple[str, str, str]]:
    """Yield where rows are not what events say: id of the tie, check, code."""
    fold = _Fold()
    for event in events:
        fold.hear(event)
    for id in sorted(kept.keys() - fold.said.keys()):
        if (found := fold.known(id, kept[id].person)) is not None:
            fold.said[id] = found
    for id in sorted(fold.said.keys() | kept.keys()):
        if id not in kept:
            yield id, "sign_in", "sign_in_missing"
        elif id not in fold.said:
            yield id, "sign_in", "sign_in_without_event"
        elif not fold.said[id].fits(kept[id]):
            yield id, "sign_in", "sign_in_changed_without_event"
