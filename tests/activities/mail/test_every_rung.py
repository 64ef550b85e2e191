"""Every rung that a program file may name has words, for each of its readers and in each language."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import NoticeToSend, Person
from domain.actors import Side
from domain.forms.model import Filler
from domain.languages import Language
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship.any_stage import reminders
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.parts.forms import OwedForm
from domain.relationship.state import Relationship
from domain.rules.checks import ladders
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.program import DeadlineKind, Rules
from domain.rules.program_file import ProgramFile
from tests.activities.mail.rendered import CONTACT, MENTEE, MENTOR, OTHER_CONTACT, every_notice, notice_of
from tests.domain.builders import START, TIMER, Case

PROGRAMS = load_programs()
WORDS = MailWords(PROGRAMS, "https://office.example.org")
BEFORE_THE_MATCH = (
    DeadlineKind.SPECIAL_DECISION,
    DeadlineKind.REFUSAL,
    DeadlineKind.PRE_MATCH_CONTACT,
    DeadlineKind.MATCH,
    DeadlineKind.CONFIRMATION,
)
OF_TERMS = (
    NoticeKind.MONTHLY_RECORD_DUE,
    NoticeKind.LOG_CHECK_DUE,
    NoticeKind.TERM_SURVEY_OPEN,
    NoticeKind.TERM_SURVEY_DUE,
    NoticeKind.TERM_TASK,
)


def legal_reminders(rules: Rules) -> Iterator[tuple[DeadlineKind, Audience]]:
    """Yield each subject and audience of a reminder that the check of program files lets pass."""
    for subject in DeadlineKind:
        if subject in ladders.ACTS_ITSELF:
            continue
        for to in Audience:
            rungs = (
                Rung(after_days=1, step=StepKind.REMIND, to=to),
                Rung(after_days=2, step=StepKind.ESCALATE, to=Audience.COORDINATOR),
            )
            faults = ladders.faults(replace(rules, ladders={**rules.ladders, subject.value: rungs}))
            if not any(fault.path.startswith(f"ladders.{subject.value}") for fault in faults):
                yield subject, to


def state_for(subject: DeadlineKind, matched: Relationship, form: str) -> Iterator[Relationship]:
    """Yield the states in which a subject can be due: for a form, one for each person who may owe it."""
    if subject in BEFORE_THE_MATCH:
        yield replace(matched, mentor="")
    elif subject is DeadlineKind.FORM:
        for by in (Filler.MENTOR, Filler.MENTEE, Filler.COORDINATOR):
            yield replace(matched, owed=(OwedForm(form=form, by=by),))
        yield replace(matched, mentor="", owed=(OwedForm(form=form, by=Filler.MENTEE),))
    else:
        yield matched


def to_send(notice: Notice, state: Relationship, program: str, language: Language) -> NoticeToSend:
    """Return a notice as the store returns it, to readers of one language."""
    known = {state.mentee: MENTEE, state.mentor: MENTOR} if state.mentor else {state.mentee: MENTEE}

    def reads(person: Person) -> Person:
        return replace(person, language=language.value)

    contacts = (reads(CONTACT), reads(OTHER_CONTACT))
    to = contacts[:1] if notice.region else (reads(known[notice.person]),)
    return replace(
        notice_of(notice.kind, to=to, about=notice.data["about"]),
        data=notice.data,
        program=program,
        mentor=reads(MENTOR) if state.mentor else None,
        mentee=reads(MENTEE),
        to_region=notice.region,
        contacts=contacts,
    )


def worded(each: NoticeToSend, file: ProgramFile, language: Language) -> str:
    """Return the whole text of a notice's one email; fail if a template misses a word."""
    [email] = WORDS.emails(each)
    assert email.language == (language if language in file.languages else file.languages[0]).value
    wording = email.wording
    assert 10 <= len(wording.subject) <= 100
    for words in (wording.subject, wording.text, wording.html):
        assert "None" not in words
        assert "{" not in words.partition("</style>")[2] or words is not wording.html
    return f"{wording.subject}\n{wording.text}"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("file", PROGRAMS.values(), ids=PROGRAMS)
def test_c24_every_rung_that_a_program_may_name_has_words_for_each_reader(
    file: ProgramFile, language: Language
) -> None:
    matched = Case().matched().state
    stamp = Stamp(seq=9, at=START, actor=TIMER)
    form = next(use.form for use in file.rules.forms if use.by is Filler.MENTEE)
    seen: set[tuple[DeadlineKind, Audience]] = set()
    for subject, to in legal_reminders(file.rules):
        for state in state_for(subject, matched, form):
            about = form if subject is DeadlineKind.FORM else ""
            for rung in (1, 2, 3):
                nudge = NudgeDue(subject=subject, rung=rung, to=to, about=about)
                for notice in reminders.notices(state, nudge, stamp):
                    text = worded(to_send(notice, state, file.program, language), file, language)
                    if notice.region:
                        assert "you and" not in text.lower().replace("\n", " ")
                        assert " usted y " not in text.replace("\n", " ")
                    seen.add((subject, to))
            late = Escalated(subject=subject, rung=4, about=about)
            for notice in reminders.notices(state, late, stamp):
                worded(to_send(notice, state, file.program, language), file, language)
    assert seen >= {
        (subject, Audience.COORDINATOR) for subject, _ in seen if subject is not DeadlineKind.FORM
    }
    of_pair = (DeadlineKind.FIRST_CONTACT, DeadlineKind.AGREEMENT, DeadlineKind.MEETING, DeadlineKind.SURVEY)
    readers = (Audience.MENTOR, Audience.MENTEE, Audience.BOTH, Audience.COORDINATOR)
    assert seen >= {(subject, to) for subject in of_pair for to in readers}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("file", PROGRAMS.values(), ids=PROGRAMS)
def test_c24_every_rung_of_a_term_has_words_for_each_reader(file: ProgramFile, language: Language) -> None:
    for each in every_notice():
        if each.kind in OF_TERMS:
            to = tuple(replace(person, language=language.value) for person in each.to)
            worded(replace(each, to=to, program=file.program), file, language)


def test_c24_a_reminder_to_the_region_tells_nobody_which_of_the_two_has_answered() -> None:
    case = Case().matched()
    stamp = Stamp(seq=9, at=START, actor=TIMER)
    nudge = NudgeDue(subject=DeadlineKind.SURVEY, rung=1, to=Audience.COORDINATOR)
    texts = []
    for answered in ((), (Side.MENTOR,)):
        state = replace(case.state, survey=replace(case.state.survey, answered=answered))
        [notice] = reminders.notices(state, nudge, stamp)
        texts.append(worded(to_send(notice, state, "masa", Language.EN), PROGRAMS["masa"], Language.EN))
    assert texts[0] == texts[1]
