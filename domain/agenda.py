"""What one of a pair has to do by when: the running deadlines of a relationship that are the person's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import Calendar
from domain.program import Subject
from domain.relationship import Relationship

# The pair's own. Everything else that runs is the region's work or a stage's.
OF_THE_PAIR = (Subject.FIRST_CONTACT, Subject.AGREEMENT, Subject.MEETING, Subject.SURVEY, Subject.CLOSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One thing to do, by the end of a day of the program's calendar."""

    subject: Subject
    day: date


def deadlines(state: Relationship, person: str, calendar: Calendar) -> Iterator[Deadline]:
    """The open deadlines of a mentor or mentee; none for anybody else, and none while nothing runs."""
    if state.ended or state.pause or person not in (state.mentor, state.mentee):
        return
    answered = [state.person_of(side) for side in state.survey.answered]
    for timer in state.timers:
        if timer.subject not in OF_THE_PAIR or (timer.subject is Subject.SURVEY and person in answered):
            continue
        # A deadline at midnight is that of the day that is just over.
        day = calendar.local_date(timer.due - timedelta(seconds=1))
        yield Deadline(subject=timer.subject, day=day)
