"""Faults in the table `meetings` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.values import slower
from domain.rules.meetings import RhythmSource
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with what counts as a meeting, and with how many are enough."""
    policy = rules.meetings
    if policy.shortest_minutes < 1:
        yield Fault("meetings.shortest_minutes", "write at least 1")
    if policy.longest_minutes < policy.shortest_minutes:
        yield Fault("meetings.longest_minutes", "less than shortest_minutes; write at least that")
    if policy.minimum < 1:
        yield Fault("meetings.minimum", "write at least 1: there is no mentoring without a meeting")
    if not 0 <= policy.minimum_face_to_face <= policy.minimum:
        yield Fault("meetings.minimum_face_to_face", "write a number from 0 to minimum")
    for number, mode in enumerate(policy.face_to_face_modes):
        if mode not in policy.modes:
            yield Fault(
                f"meetings.face_to_face_modes[{number}]", f"{mode} is not in modes; write one that is"
            )
    if policy.minimum_face_to_face > 0 and not policy.face_to_face_modes:
        yield Fault("meetings.face_to_face_modes", "empty, but minimum_face_to_face requires some; write one")
    for number, topic in enumerate(rules.meetings.first_meeting_only):
        if topic not in rules.meetings.topics:
            here = f"meetings.first_meeting_only[{number}]"
            yield Fault(here, f"{topic} is not in topics; write one that is")
    if rules.meetings.topics and set(rules.meetings.topics) <= set(rules.meetings.first_meeting_only):
        yield Fault("meetings.first_meeting_only", "leaves no topic for later meetings; remove some")


def rhythm_faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the rhythm of the program or region; the calendar must have no faults."""
    source, rhythm = rules.meetings.rhythm_source, rules.meetings.rhythm
    if source is RhythmSource.SIGNED:
        if rhythm is not None:
            yield Fault("meetings.rhythm", "the signed rhythm applies; remove this one")
        return
    if rhythm is None:
        yield Fault("meetings.rhythm", f"missing, but the {source.value} sets it; write how often pairs meet")
        return
    if not 1 <= rhythm.every <= 365:
        yield Fault("meetings.rhythm.every", "write a number from 1 to 365")
        return
    if slower(rhythm, rules.agreement.slowest_rhythm):
        yield Fault("meetings.rhythm", "slower than agreement.slowest_rhythm; write one that is not")
    if slower(rules.agreement.suggested_rhythm, rhythm):
        yield Fault("agreement.suggested_rhythm", "slower than meetings.rhythm; write one that is not")
    try:
        for pause in rules.calendar.breaks:
            rules.calendar.next_by(pause.first, rhythm)
    except ValueError:
        yield Fault("meetings.rhythm", "falls only in breaks; shorten the breaks or write a slower one")
