"""The verdict of the last check of the journal: three answers, each with the first event in question."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from activities.adapters.postgres.reads.history import HistoryReads
from activities.adapters.postgres.reads.night_checks import NightCheckReads
from api_gateway.services.caller import Caller


class CheckQuestion(StrEnum):
    """What a check asks: are the events whole, do the tables follow from them, would the code decide so again."""

    CHAIN = "chain"
    FOLD = "fold"
    REPLAY = "replay"


class CheckAnswer(StrEnum):
    """What the check says."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_TELL = "cannot_tell"


class WhyUnknown(StrEnum):
    """WhyUnknown a check cannot tell."""

    NEVER = "never"
    NOT_THERE = "not_there"
    CHAIN = "chain"
    NO_HISTORY = "no_history"
    UNNAMED = "unnamed"


_CHECKS: Final[Mapping[CheckQuestion, Collection[str]]] = {
    CheckQuestion.CHAIN: ("chain",),
    CheckQuestion.FOLD: ("projection", "entry", "answer", "grant", "sign_in"),
    CheckQuestion.REPLAY: ("replay", "join"),
}
"""The checks of `domain.night_checks` that answer each question."""
_NO_HISTORY: Final = "no_history"
"""The code of a stream whose run the engine no longer knows: that is no fault of the decisions."""
_AT: Final = re.compile(r"_(\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFault:
    """A fault: the stream, the check and its code; ``event`` is the first event in question, where one is known."""

    stream: str
    check: str
    code: str
    event: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReply:
    """An answer to one question, with the faults behind it, or with why there is none."""

    question: CheckQuestion
    answer: CheckAnswer
    why: WhyUnknown | None = None
    faults: Sequence[NamedFault] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalVerdict:
    """The three answers of the newest check that has ended, up to which event it looked, and what came since.

    ``check`` is its row, None if none has ended yet; ``running`` is one that has begun since.
    """

    replies: Sequence[CheckReply]
    check: Mapping[str, Any] | None
    running: Mapping[str, Any] | None
    head: Mapping[str, Any] | None = None
    since: int = 0


async def verdict_of_office(checks: NightCheckReads, history: HistoryReads, caller: Caller) -> JournalVerdict:
    """Return the verdict about everything that an auditor sees."""
    check = await _newest(checks, caller)
    faults = [] if check is None else await _found(history, caller, check["faults"])
    since = 0 if check is None else await checks.events_since(caller.sight, check["journal_until"])
    return JournalVerdict(
        replies=[*replies(check, faults)],
        check=check,
        running=await checks.running(caller.sight),
        since=since,
    )


async def verdict_of_stream(
    checks: NightCheckReads, history: HistoryReads, caller: Caller, stream: str
) -> JournalVerdict:
    """Return the verdict about one stream."""
    check, head, since = await _newest(checks, caller), None, 0
    faults: list[NamedFault] = []
    if check is not None:
        own = [fault for fault in check["faults"] if fault["stream"] == stream]
        faults = await _found(history, caller, own)
        head = await checks.head_at(caller.sight, stream, check["journal_until"])
        since = await checks.since(caller.sight, stream, check["journal_until"])
    return JournalVerdict(
        replies=[*replies(check, faults, there=head is not None)],
        check=check,
        running=await checks.running(caller.sight),
        head=head,
        since=since,
    )


def replies(
    check: Mapping[str, Any] | None, faults: Sequence[NamedFault], *, there: bool = True
) -> Iterator[CheckReply]:
    """Yield the three answers; ``there`` says whether there was anything to check at the time."""
    broken = any(each.check in _CHECKS[CheckQuestion.CHAIN] for each in faults)
    for question, names in _CHECKS.items():
        own = [each for each in faults if each.check in names]
        lost = [each for each in own if each.code == _NO_HISTORY]
        why = None
        if check is None:
            why = WhyUnknown.NEVER
        elif not there and not own:
            why = WhyUnknown.NOT_THERE
        elif len(own) > len(lost):
            yield CheckReply(question=question, answer=CheckAnswer.FAILS, faults=own)
            continue
        elif broken:
            # Nobody folds or replays events of a broken chain.
            why = WhyUnknown.CHAIN
        elif lost:
            why = WhyUnknown.NO_HISTORY
        elif check["unnamed"]:
            why = WhyUnknown.UNNAMED
        answer = CheckAnswer.HOLDS if why is None else CheckAnswer.CANNOT_TELL
        yield CheckReply(question=question, answer=answer, why=why, faults=own)


async def _newest(checks: NightCheckReads, caller: Caller) -> Mapping[str, Any] | None:
    """Return the newest check that has ended."""
    return next((each for each in await checks.last(caller.sight) if each["ended_at"]), None)


async def _found(
    history: HistoryReads, caller: Caller, faults: Sequence[Mapping[str, str]]
) -> list[NamedFault]:
    """Return faults with the first event in question of each."""
    found = []
    for fault in faults:
        at = _AT.search(fault["code"]) if fault["check"] in _CHECKS[CheckQuestion.CHAIN] else None
        event = await history.event(caller.sight, fault["stream"], int(at[1])) if at else None
        found.append(NamedFault(**fault, event=event))
    return found
