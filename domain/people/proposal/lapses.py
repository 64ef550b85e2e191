"""Who is missing in a list that says it is complete: proposed as lapsed, never without a person's yes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Final

from domain.actors import Role
from domain.people.entry import Entry, Membership
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lapsed_in_pairs import touched_words
from domain.people.proposal.lists import At, Complete, ListKind, ListRow
from domain.people.proposal.membership_rows import MembershipRows
from domain.people.proposal.outcomes import FieldChange, MembershipWrite, OutcomeKind
from domain.people.proposal.questions import (
    EACH,
    MANY_MISSING,
    NO,
    YES,
    Answerer,
    Days,
    day_of,
    short_digest,
)
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import with_number
from domain.told import Told, counted, joined, told

MOST_MISSING: Final = 5
"""The most percent of a class in a region that may be missing without a question about the list itself."""
MISSING: Final = "missing_members"
LAPSES: Final = "lapses"
LAPSES_OF_STAFF: Final = "lapses_of_staff"
LAPSE: Final = "lapse"
UNKNOWN_IN_COMPLETE: Final = "unknown_in_complete"
_MOST_NAMED: Final = 20
"""The most memberships that a remark names."""
_AHEAD: Final = told(
    "ends_later", "A membership that ends later cannot be answered here: write its last day into the list."
)
_CLASS: Final = told("class_of_membership", "class of membership")
_REGION: Final = told("region_of_association", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A membership that a complete list must have; ``owner`` is the entry of the human that holds it."""

    human: Entry
    owner: str
    held: Membership

    @property
    def name(self) -> Told:
        """Whose it is, the member number, the class, and since when."""
        return told(
            "member_since",
            "{person}, {name} since {first}",
            person=with_number(self.human),
            name=self.held.name,
            first=self.held.first,
        )


def lapses(
    builder: ProposalBuilder, complete: Complete, listed: MembershipRows, people: WhoIsWho
) -> Iterator[MembershipWrite]:
    """Yield the memberships to end, and note each.

    Whose row is refused or waits is on the list, whatever the row says. So is whoever the list has with another class
    that goes on: somebody said that the person has both. Without a list of memberships nobody is missing.
    """
    if ListKind.MEMBERSHIPS not in builder.lists.files or _refuse_unknown(builder, complete):
        return
    file = builder.lists.files[ListKind.MEMBERSHIPS]
    members = tuple(_open(builder, complete))
    untaken = {id for number in chain(*builder.lists.unread.values()) for id in people.maybe(number)}
    for row in (*builder.untaken(ListKind.MEMBERSHIPS), *builder.lists.faulty):
        untaken |= people.maybe_of(row)
    missing = tuple(
        each
        for each in members
        if (each.human.id, each.held.name) not in listed.present and each.human.id not in untaken
    )
    _remark_others(builder, file, [each for each in missing if each.human.id in listed.going_on])
    missing = tuple(each for each in missing if each.human.id not in listed.going_on)
    _remark_without_number(builder, file, [each for each in missing if not each.human.keys])
    missing = tuple(each for each in missing if each.human.keys)
    sure, unsure, asked, days = _of_complete_lists(builder, file, members, missing)
    for each in (*unsure, *(sure if asked else ())):
        _note(builder, each, file, OutcomeKind.QUESTION, asked)
    if asked:
        return
    staff_too = builder.office.staff if builder.actor.role is not Role.ADMIN else frozenset[str]()
    for each in sure:
        if (day := days.get(_pair(each))) is not None and each.human.id not in staff_too:
            yield from _lapsed(builder, file, each, day)
    sure = [each for each in sure if _pair(each) not in days or each.human.id in staff_too]
    for staff in (False, True):
        of_these = tuple(each for each in sure if (each.human.id in staff_too) is staff)
        if of_these:
            yield from _ended(builder, file, of_these, staff=staff)


def _remark_others(builder: ProposalBuilder, file: str, kept: Sequence[_Member]) -> None:
    """Say which memberships go on although the list has another class of these people alone."""
    if kept:
        said = told(
            "other_class_beside",
            "{file}: the list has another class for these people, and this membership goes on beside it: {members}. "
            "If one has ended, add a row with its last day.",
            file=file,
            members=_names(kept),
        )
        builder.remarks.append(said)


def _remark_without_number(builder: ProposalBuilder, file: str, kept: Sequence[_Member]) -> None:
    """Say which memberships go on although the list has no row about them, because it could not name these people."""
    if kept:
        said = told(
            "without_number_goes_on",
            "{file}: these people have no member number, so a list may leave them out, and these memberships go on: "
            "{members}. If one has ended, enter its last day for the person.",
            file=file,
            members=_names(kept),
        )
        builder.remarks.append(said)


def _names(kept: Sequence[_Member]) -> Told:
    rest = len(kept) - _MOST_NAMED
    more = told("and_more_members", "and {count} more", count=rest) if rest > 0 else ""
    return joined((*(each.name for each in kept[:_MOST_NAMED]), more), "; ")


def _refuse_unknown(builder: ProposalBuilder, complete: Complete) -> bool:
    """Refuse a complete list of a class or of a region that nobody knows; return whether there is one."""
    office = builder.office
    held = {each.name for entry in office.people.values() for each in entry.memberships}
    known = {
        _CLASS: (complete.classes, sorted({*office.classes, *held})),
        _REGION: (complete.regions, sorted(office.regions)),
    }
    found = [
        (what, name, allowed)
        for what, (named, allowed) in known.items()
        for name in named
        if name not in allowed
    ]
    for what, name, allowed in found:
        problem = told(
            "unknown_in_complete",
            "The list is said to be complete for “{name}”, but there is no {what} of that name.",
            name=name,
            what=what,
        )
        builder.refuse_all(UNKNOWN_IN_COMPLETE, problem, allowed=tuple(allowed))
    return bool(found)


def _of_complete_lists(
    builder: ProposalBuilder, file: str, members: Sequence[_Member], missing: Sequence[_Member]
) -> tuple[list[_Member], list[_Member], tuple[str, ...], Mapping[tuple[str, str], date]]:
    """Return who is missing for certain and who is not, the open questions, and the days that were said at once.

    Each class of a region counts alone.
    """
    groups: dict[tuple[str, str], list[_Member]] = {}
    for each in missing:
        groups.setdefault(_pair(each), []).append(each)
    people: dict[tuple[str, str], set[str]] = {}
    for each in members:
        people.setdefault(_pair(each), set()).add(each.human.id)
    sure: list[_Member] = []
    unsure: list[_Member] = []
    asked: list[str] = []
    days: dict[tuple[str, str], date] = {}
    for pair, group in groups.items():
        lacking, total = len({each.human.id for each in group}), len(people[pair])
        if lacking * 100 <= total * MOST_MISSING:
            sure.extend(group)
            continue
        id = f"{MISSING}:{pair[0]}:{pair[1]}:{_digest(group)}"
        problem = joined(
            (
                _many_words(lacking, total, *pair, _yesterday(builder)),
                *touched_words(builder, (each.human.id for each in group)),
            )
        )
        answer = builder.ask(
            id,
            MANY_MISSING,
            problem,
            (YES, NO),
            [At(file, 0)],
            never_by_itself=True,
            about=(each.name for each in group),
            days=_days(builder, group),
            covers=(f"{MISSING}:{each.held.record}" for each in group),
        )
        if (day := day_of(answer)) is not None:
            days[pair] = day
        if answer == YES or day is not None:
            sure.extend(group)
        elif not answer:
            unsure.extend(group)
            asked.append(id)
    return sure, unsure, tuple(asked), days


def _ended(
    builder: ProposalBuilder, file: str, missing: Sequence[_Member], *, staff: bool
) -> Iterator[MembershipWrite]:
    """Ask whether memberships have ended, and yield those that have, each with its last day."""
    id = f"{LAPSES_OF_STAFF if staff else LAPSES}:{_digest(missing)}"
    day = _default(builder, missing[0]) if len(missing) == 1 else _yesterday(builder)
    gone = tuple(each for each in missing if _gone_on(each) is not None)
    parts = [
        _did_it_end(builder, _these(len(missing)), missing, day),
        *_gone_words(builder, gone, len(missing)),
        *touched_words(builder, (each.human.id for each in missing)),
    ]
    if len(missing) > 1:
        parts.append(
            told(
                "answer_each_of_missing",
                "If they did not all end on one day, answer each, and you are asked about one after the other.",
            )
        )
    problem = joined(parts)
    answer = builder.ask(
        id,
        "members_missing",
        problem,
        (YES, NO, EACH) if len(missing) > 1 else (YES, NO),
        [At(file, 0)],
        who=Answerer.ADMIN if staff else Answerer.IMPORTER,
        never_by_itself=True,
        about=(each.name for each in missing),
        days=_days(builder, missing),
        covers=(_id_of_one(each) for each in missing),
    )
    for each in missing:
        question, said = (_ask_of_one(builder, file, each, staff=staff)) if answer == EACH else (id, answer)
        if not said:
            _note(builder, each, file, OutcomeKind.QUESTION, (question,), _default(builder, each))
        elif said != NO:
            last = _default(builder, each) if said == YES else day_of(said)
            if last is not None:
                yield from _lapsed(builder, file, each, last)


def _lapsed(builder: ProposalBuilder, file: str, member: _Member, last: date) -> Iterator[MembershipWrite]:
    """Yield that a membership ends on a day, and note it; nothing where the office knows that day already."""
    if last != member.held.last:
        _note(builder, member, file, OutcomeKind.LAPSED, day=last)
        yield MembershipWrite.of(member.owner, member.held, last)


def _ask_of_one(builder: ProposalBuilder, file: str, member: _Member, *, staff: bool) -> tuple[str, str]:
    """Ask whether one membership has ended, and return the question with its answer."""
    id = _id_of_one(member)
    day = _default(builder, member)
    who = told("this_one_is_missing", "{member}, is not in the complete list.", member=member.name)
    problem = joined((_did_it_end(builder, who, [member], day), *touched_words(builder, (member.human.id,))))
    answer = builder.ask(
        id,
        "member_missing",
        problem,
        (YES, NO),
        [At(file, 0)],
        who=Answerer.ADMIN if staff else Answerer.IMPORTER,
        never_by_itself=True,
        about=(member.name,),
        days=_days(builder, [member]),
    )
    return id, answer


def _many_words(lacking: int, total: int, name: str, region: str, day: date) -> Told:
    """Return the question whether a list is complete in which many members are missing."""
    whole = counted("of_members", total, one="{count} member", other="{count} members")
    missing = counted(
        "many_missing",
        lacking,
        one="{count} of {members} of the class {name} in the region {region} is not in the list that is said to be "
        "complete. Is the list complete? After a yes a second question follows: whether this membership ended, and on "
        "which day. If you know the day, answer with it at once, such as {day}. If the list is only a part, say no, "
        "and nobody lapses.",
        other="{count} of {members} of the class {name} in the region {region} are not in the list that is said to be "
        "complete. Is the list complete? After a yes a second question follows: whether their memberships ended, and "
        "on which day. If all of them ended on one day, answer with it at once, such as {day}. If the list is only a "
        "part, say no, and none of them lapses.",
        members=whole,
        day=day,
        name=name,
        region=region,
    )
    return missing


def _did_it_end(builder: ProposalBuilder, who: Told, missing: Sequence[_Member], day: date) -> Told:
    """Return the question whether memberships ended, and on which day; ``who`` is missing stands before it."""
    left = len(missing) == 1 and _gone_on(missing[0]) is not None
    when = (
        told("when_left", "on the day on which the person left, on {day}", day=day)
        if left
        else told("when_yesterday", "yesterday by the office's clock, on {day}", day=day)
    )
    if not left and day != _yesterday(builder):
        when = told("when_today", "on {day}", day=day)  # the membership began today
    asks = counted(
        "did_it_end",
        len(missing),
        one="Did this membership end {when} (yes), on another day (write it, such as {day}), or not (no)?",
        other="Did their memberships end {when} (yes), on another day (write it, such as {day}), or not (no)?",
        when=when,
        day=day,
    )
    return joined((who, asks, _AHEAD))


def _id_of_one(member: _Member) -> str:
    return f"{LAPSE}:{member.held.record}"


def _these(count: int) -> Told:
    return counted(
        "these_are_missing",
        count,
        one="This member is not in the complete list.",
        other="These members are not in the complete list.",
    )


def _pair(member: _Member) -> tuple[str, str]:
    return member.held.name, member.human.region


def _digest(members: Iterable[_Member]) -> str:
    """Return what changes with the memberships in question, so that an answer holds for these alone."""
    records = sorted(f"{each.owner}/{each.held.record}" for each in members)
    return short_digest(records)


def _yesterday(builder: ProposalBuilder) -> date:
    return builder.office.today - timedelta(days=1)


def _default(builder: ProposalBuilder, member: _Member) -> date:
    """Return the day that a yes means: the one on which the person left, else yesterday."""
    gone = _gone_on(member)
    last = _yesterday(builder) if gone is None else min(gone, _yesterday(builder))
    return max(last, member.held.first)


def _gone_on(member: _Member) -> date | None:
    """Return the day on which a person left or died, if the office knows one."""
    return min((day for day in (member.human.left_on, member.human.died_on) if day is not None), default=None)


def _gone_words(builder: ProposalBuilder, gone: Sequence[_Member], asked: int) -> tuple[Told, ...]:
    """Return what a yes means for those of several who have left."""
    if not gone or asked == 1:
        return ()
    days = (
        told("member_and_day", "{member}: {day}", member=each.name, day=_default(builder, each))
        for each in gone[:_MOST_NAMED]
    )
    return (
        told(
            "yes_for_who_left",
            "For who has left, a yes means the day on which the person left: {days}.",
            days=joined(days, "; "),
        ),
    )


def _days(builder: ProposalBuilder, members: Sequence[_Member]) -> Days:
    """Return the first and the last day on which all of these memberships may have ended: none of them ended before."""
    return max(each.held.first for each in members), builder.office.today


def _open(builder: ProposalBuilder, complete: Complete) -> Iterator[_Member]:
    """Yield the memberships that a complete list must have: of its classes and regions, and not ended.

    The memberships of an alias are those of the human, who belongs to the region of the entry that stands.
    """
    office = builder.office
    for human in office.people.values():
        if human.alias_of is None and human.region in complete.regions:
            for owner, held in office.memberships_of(human.id):
                is_open = held.first <= office.today and (held.last is None or held.last >= office.today)
                if held.name in complete.classes and is_open:
                    yield _Member(human=human, owner=owner, held=held)


def _note(
    builder: ProposalBuilder,
    member: _Member,
    file: str,
    outcome: OutcomeKind,
    questions: tuple[str, ...] = (),
    day: date | None = None,
) -> None:
    row = ListRow(kind=ListKind.MEMBERSHIPS, at=At(file, 0), name=member.human.name, values={})
    change = FieldChange(field=f"membership {member.held.name} until", before=member.held.last, after=day)
    builder.note(row, outcome, member.human.id, () if day is None else (change,), questions)
