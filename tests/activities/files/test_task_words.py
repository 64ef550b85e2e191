"""What lists of tasks say to do: work of several people says that one of them is enough, and who agrees with whom."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.digest_words import MailDigests
from activities.ports.digests import DigestReader, DigestToSend
from activities.ports.notices import Person
from domain.digests import Digest, DigestLine, News
from domain.ids import derive
from domain.languages import Language
from domain.tasks import TaskKind
from domain.visibility import Sight

NINE = datetime(2027, 1, 12, 15, 0, tzinfo=UTC)
DAY = date(2027, 1, 12)
DIGESTS = MailDigests(load_programs(), "https://office.example.org")
ONE_IS_ENOUGH = {
    Language.EN: "It is enough if one person on the payment staff does it.",
    Language.ES: "Basta con que lo haga una persona del personal de pagos.",
}
AGREE_FIRST = {
    Language.EN: "Agree among the payment staff on who sends the money, so that nobody pays twice.",
    Language.ES: "Acuerde con el personal de pagos quién envía el dinero, para que no se pague dos veces.",
}


def digest_of(*kinds: TaskKind, language: Language, last: bool = True) -> DigestToSend:
    """Return a digest with one task of each kind, which is new to its reader or was told before."""
    reader = Person(id=derive("pat"), name="Pat Moe", email="pat@example.org", language=language.value)
    names = ("mentee_name", "mentor_name", "payee_name", "region_name", "person_name")
    task = {**dict.fromkeys(names), "program": "masa", "why": "", "about": "", "due_at": None, "now": NINE}
    task |= {"subject_kind": "obligation", "has_mentor": True, "mentor_name": "Ruth Olsen", "region": "r3"}
    task |= {"amount_minor": 50000, "currency": "USD", "payee_name": "Region 3", "day": DAY}
    task |= {"opened_at": "2027-01-09T15:00:00Z", "subject": "t"}
    lines = tuple(DigestLine(id=str(n), names=(), what=kind, since=DAY) for n, kind in enumerate(kinds))
    told = Digest(day=DAY, waiting=lines)
    return DigestToSend(
        id=derive("digest"),
        reader=DigestReader(person=reader, association="masa", sight=Sight(), last=told if last else None),
        digest=Digest(day=DAY, waiting=lines, news=tuple((each.id, News.NEW) for each in lines if not last)),
        tasks={str(n): {**task, "id": str(n), "kind": kind} for n, kind in enumerate(kinds)},
    )


def text_of(*kinds: TaskKind, language: Language) -> str:
    return " ".join(DIGESTS.email(digest_of(*kinds, language=language)).wording.text.split())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "kind",
    [
        TaskKind.PREPARE_STIPEND,
        TaskKind.APPROVE_STIPEND,
        TaskKind.CONFIRM_SETTLEMENT,
        TaskKind.CHECK_MEMBERSHIP,
        TaskKind.RESOLVE_RETURN,
        TaskKind.RESOLVE_PAID_TWICE,
        TaskKind.CHECK_ONE_HUMAN,
        TaskKind.CHECK_DEPARTURE,
    ],
)
def test_work_that_all_payment_staff_have_on_their_lists_says_that_one_of_them_is_enough(
    kind: TaskKind, language: Language
) -> None:
    assert ONE_IS_ENOUGH[language] in text_of(kind, language=language)


@pytest.mark.parametrize("language", Language)
def test_before_money_is_sent_they_agree_who_sends_it(language: Language) -> None:
    assert AGREE_FIRST[language] in text_of(TaskKind.SEND_STIPEND, language=language)


def test_a_month_is_written_as_in_each_language() -> None:
    for language, month in ((Language.EN, "in October 2026,"), (Language.ES, "en octubre de 2026 y")):
        digest = digest_of(TaskKind.CHECK_LOGS, language=language)
        tasks = {
            id: {**task, "about": "2026-10", "subject_kind": "term"} for id, task in digest.tasks.items()
        }
        assert month in " ".join(DIGESTS.email(replace(digest, tasks=tasks)).wording.text.split())


def test_several_lines_of_one_kind_say_it_once() -> None:
    text = text_of(TaskKind.PREPARE_STIPEND, TaskKind.PREPARE_STIPEND, language=Language.EN)
    assert text.count(ONE_IS_ENOUGH[Language.EN]) == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.EN, "It is enough if one person on the payment staff does each of these payment tasks."),
        (
            Language.ES,
            "Basta con que cada una de estas tareas de pago la haga una persona del personal de pagos.",
        ),
    ],
)
def test_a_list_of_several_payment_tasks_says_once_that_one_person_is_enough(
    language: Language, sentence: str
) -> None:
    text = text_of(TaskKind.PREPARE_STIPEND, TaskKind.APPROVE_STIPEND, language=language)
    assert text.count(sentence) == 1
    assert ONE_IS_ENOUGH[language] not in text


@pytest.mark.parametrize("language", Language)
def test_lines_without_a_day_stand_under_one_heading_that_says_so(language: Language) -> None:
    text = DIGESTS.email(digest_of(TaskKind.PREPARE_STIPEND, language=language)).wording.text
    assert {Language.EN: "\nNO DAY SET\n- 500.00", Language.ES: "\nSIN FECHA\n- 500.00"}[language] in text
    assert {Language.EN: "no day set", Language.ES: "sin fecha"}[language] not in text


@pytest.mark.parametrize(
    ("due", "news", "subject", "lead"),
    [
        (DAY, News.DUE_TODAY, "1 due today: Tuesday, January 12", ""),
        (DAY + timedelta(days=1), None, "1 this week: Tuesday, January 12", ""),
        (
            None,
            News.WIDER,
            "1 still open: Tuesday, January 12",
            "1 has been open for more than a week.",
        ),
    ],
)
def test_a_digest_says_why_it_came_today(
    due: date | None, news: News | None, subject: str, lead: str
) -> None:
    digest = digest_of(TaskKind.CHECK_LOGS, language=Language.EN)
    line = replace(digest.digest.lines[0], due=due)
    told = Digest(
        day=DAY,
        this_week=(line,) if due else (),
        waiting=() if due else (line,),
        news=((line.id, news),) if news else (),
    )
    wording = DIGESTS.email(replace(digest, digest=told)).wording
    assert wording.subject == subject
    assert lead in wording.text
    assert lead in wording.html


@pytest.mark.parametrize(
    ("number", "last", "subject"),
    [
        (1, True, "1 asunto pendiente: martes 12 de enero"),
        (2, True, "2 asuntos pendientes: martes 12 de enero"),
        (1, False, "1 asunto nuevo: martes 12 de enero"),
        (2, False, "2 asuntos nuevos: martes 12 de enero"),
    ],
)
def test_the_subject_of_a_spanish_digest_counts_one_and_several(
    number: int, last: bool, subject: str
) -> None:
    kinds = (TaskKind.PREPARE_STIPEND,) * number
    assert DIGESTS.email(digest_of(*kinds, language=Language.ES, last=last)).wording.subject == subject


@pytest.mark.parametrize(
    ("language", "hello"), [(Language.EN, "Hello Pat Moe,"), (Language.ES, "Hola, Pat Moe:")]
)
def test_a_digest_greets_its_reader(language: Language, hello: str) -> None:
    wording = DIGESTS.email(digest_of(TaskKind.PREPARE_STIPEND, language=language)).wording
    assert hello in wording.text
    assert hello in wording.html


@pytest.mark.parametrize(
    ("language", "contact", "why"),
    [
        (Language.EN, False, "You get this because you work for MASA. Reply to reach MASA."),
        (
            Language.EN,
            True,
            "You get this as regional contact of the MASA Mentor Program. Reply to reach MASA.",
        ),
        (Language.ES, False, "Recibe esta lista porque trabaja para MASA. Si responde, le atenderá MASA."),
        (Language.ES, True, "Recibe esta lista por su cargo de contacto regional en Mentoría MASA."),
    ],
)
def test_the_foot_of_a_digest_says_why_it_came_and_who_answers(
    language: Language, contact: bool, why: str
) -> None:
    digest = digest_of(TaskKind.PREPARE_STIPEND, language=language)
    for each in (digest, replace(digest, urgent=True)):
        wording = DIGESTS.email(replace(each, reader=replace(each.reader, contact=contact))).wording
        assert why in " ".join(wording.text.split())
        assert why in " ".join(wording.html.split())
