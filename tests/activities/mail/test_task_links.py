"""The links in emails to one of a pair: named in words, the same when sent again, and never kept."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from activities.adapters.files.form_files import form_title
from activities.adapters.files.program_files import load_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import Email, NoticeToSend
from api_gateway.door.acts import sent_by_participants
from domain.languages import Language
from domain.link_states import AFTER_THE_END
from domain.notices import NoticeKind as Kind
from domain.relationship.rooms import COMMANDS
from domain.task_links import (
    ASKS,
    LINKED_ACTS,
    NEEDS_CODE,
    TO_SIGN,
    UNWRITTEN,
    acts_asked,
    asked_by,
    token_hash,
)
from domain.term import decider
from tests.activities.mail.rendered import every_notice, sparse

_TERM_SURVEY: Final = r"Your answer (?:is|was) |do not have (?:the report|your answer)|Nobody has told us"
_TERM_SURVEY_ES: Final = r"Esperamos su respuesta|no tenemos (?:el informe|su respuesta)|Nadie nos ha contado"
_SIGN: Final = r"both sign\b|please sign|need your sign"
_SIGN_ES: Final = r"[Ff]irmen|fírmela|\bfirme el acuerdo|falte su"
IN_WORDS: Final = (
    (("PlanMeetings",), r"set a date|change the plan|plan it", r"fijen una fecha|cambien el plan|en el plan"),
    (("LogMeeting",), r"please record it\b", r"reg[ií]str\w+, por favor|regístrela otra vez"),
    (("ConfirmFirstContact",), r"please record the day|get in touch by", r"registre el día|[Pp]ónganse en contacto"),
    (("SignAgreement", "DraftAgreement"), _SIGN, _SIGN_ES),
    (("DraftAgreement",), r"a new version\.|writes it", r"escriban otra|lo redacta"),
    (("BookObservation",), r"set a time", r"Fijen la hora"),
    (("RequestCover",), r"ask for (it|cover)\b", r"pid\w+ (pronto|que alguien)|pídanlo|pedirlo"),
    (("ReportObservation",), r"one of you should record it", r"las dos personas la registra"),
    (("UseCover",), r"record how many minutes", r"registre cuántos minutos"),
    (("MoveObservation",), r"choose another hour", r"Elijan otra hora"),
    (("ConfirmMeeting",), r"please confirm it", r"confírmelo"),
    (("DisputeMeeting",), r"please say so", r"díganoslo(?:,| pronto,) y su"),
    (("ResumeRelationship",), r"can end the pause", r"puede terminarla"),
    (("AcceptMatch",), r"[Pp]lease accept", r"Acepte la propuesta"),
    (("DeclineMatch",), r"[Pp]lease decline", r"Rechácela si"),
    (("SubmitSurvey",), r"closing survey", r"encuesta final"),
    (("SubmitTermSurvey",), _TERM_SURVEY, _TERM_SURVEY_ES),
    (("SubmitMonthlyRecord",), r"one record covers", r"un solo registro"),
    (("SubmitForm",), r"fill in|Your form", r"Llene lo|le pide llenar|entregar su formulario"),
    (("AnswerContinuation",), r"Would you like to", r"Le gustaría"),
    (("AskForChange",), r"tell us again", r"vuelva a decírnoslo"),
    (("ContradictStaffAct", "ContradictMonthlyRecord"), r"wrong, please tell us by", r"es, díganoslo a más tardar"),
)  # fmt: skip
"""How emails ask for an act, in English and in Spanish."""
PROGRAMS = load_programs()
DOOR = "https://door.example.org"
NOTICES = [each for each in every_notice() if len(each.to) == 1 and not each.to_region]
ASKING = re.compile(r"\bplease (?!reply\b|turn to\b|tell us\b|check\b)", re.IGNORECASE)
"""How an email asks for something that a reply does not answer."""


def known_of(notice: NoticeToSend) -> dict[str, str]:
    now = {UNWRITTEN: notice.unwritten, TO_SIGN: notice.to_sign}
    return {**notice.data, **{name: "yes" for name, holds in now.items() if holds}}


LINKED = [each for each in NOTICES if acts_asked(each.kind, known_of(each))]
QUIET = [each for each in NOTICES if not acts_asked(each.kind, known_of(each))]


def name_of(notice: NoticeToSend) -> str:
    about = ",".join(notice.data.get(name, "") for name in ("about", "key", "entry", "change", "outcome"))
    return f"{notice.kind.value}-{about}-{notice.to[0].name[:4]}"


ASKED_OF_TERM = sent_by_participants(decider.COMMANDS)


@pytest.fixture
def words(tmp_path: Path) -> MailWords:
    file = tmp_path / "keys.json"
    key = base64.b64encode(b"k" * 32).decode()
    file.write_text(json.dumps({"current": "one", "keys": {"one": key}}))
    return MailWords(PROGRAMS, "https://office.example.org", TaskLinks(Keyring(file), DOOR))


def email_of(words: MailWords, notice: NoticeToSend, language: Language = Language.EN) -> Email:
    to = tuple(replace(person, language=language.value) for person in notice.to)
    [email] = words.emails(replace(notice, to=to))
    return email


def tokens(email: Email) -> list[str]:
    return [part.split()[0] for part in email.wording.text.split(f"{DOOR}/t#")[1:]]


def test_every_kind_says_what_it_asks_for_or_why_for_nothing() -> None:
    assert ASKS.keys() == {*Kind}
    for kind, asks in ASKS.items():
        assert not isinstance(asks, str) or asks.endswith("."), kind
    for notice in NOTICES:
        asked = asked_by(notice.kind, known_of(notice))
        assert asked, name_of(notice)
        assert not isinstance(asked, str) or asked.endswith("."), name_of(notice)


def test_every_linked_act_is_asked_for_and_is_one_of_a_participant() -> None:
    of_term = {*ASKED_OF_TERM}
    assert {act.act for each in LINKED for act in acts_asked(each.kind, known_of(each))} == LINKED_ACTS
    assert {*sent_by_participants(COMMANDS)} | of_term >= LINKED_ACTS
    assert NEEDS_CODE <= LINKED_ACTS


@pytest.mark.parametrize("notice", NOTICES, ids=name_of)
def test_the_foot_names_the_readers_own_page_and_to_staff_the_office(
    words: MailWords, notice: NoticeToSend
) -> None:
    [email, *_] = words.emails(notice)
    there, elsewhere = f"{DOOR}/my", "https://office.example.org"
    if notice.to_region:
        there, elsewhere = elsewhere, there
    named = there if notice.to_region else f"Your own page: {there}"
    assert email.wording.text.rstrip().endswith(f"· {named}")
    for text in (email.wording.text, email.wording.html, email.wording.calendar):
        assert elsewhere not in text


@pytest.mark.parametrize("notice", QUIET, ids=name_of)
def test_an_email_without_a_link_asks_for_nothing_but_a_reply(words: MailWords, notice: NoticeToSend) -> None:
    email = email_of(words, notice)
    assert not tokens(email)
    assert not ASKING.search(" ".join(email.wording.text.split())), email.wording.text


def asked_in_words(words: MailWords, notice: NoticeToSend, language: Language) -> set[tuple[str, ...]]:
    """Return which acts an email asks for by what it says."""
    bare = replace(notice, agreement="", digest="")
    email = email_of(words, bare, language).wording
    said = email.subject + " " + " ".join(email.text.partition("\n-- \n")[0].split())
    for link in re.findall(r"[^.?!]*: https://\S+", said):
        said = said.replace(link, " ")  # the names of the links are no words of the email
    column = 1 if language is Language.EN else 2
    return {each[0] for each in IN_WORDS if re.search(each[column], said)}


@pytest.mark.parametrize("language", Language)
def test_what_an_email_asks_for_in_words_has_a_link_and_each_link_is_asked_for(
    words: MailWords, language: Language
) -> None:
    unused = {each[0] for each in IN_WORDS}
    for notice in [*NOTICES, *map(sparse, NOTICES)]:
        links = {each.act for each in acts_asked(notice.kind, known_of(notice))}
        asked = asked_in_words(words, notice, language)
        unused -= asked
        assert [acts for acts in asked if links.isdisjoint(acts)] == [], name_of(notice)
        assert bool(asked) is bool(links), name_of(notice)
    assert unused == set()


@pytest.mark.parametrize("language", Language)
def test_an_email_that_asks_says_by_when_wherever_there_is_a_deadline(
    words: MailWords, language: Language
) -> None:
    day = {Language.EN: "September 3, 2027", Language.ES: "3 de septiembre de 2027"}[language]
    found = 0
    for notice in LINKED:
        if notice.due or {"due", "until"} & notice.data.keys():
            found += 1
            said = email_of(words, replace(notice, agreement="", digest=""), language).wording.text
            assert day in " ".join(said.split()), name_of(notice)
    assert found > 20


def test_an_email_about_a_pair_that_has_ended_has_links_only_to_what_is_still_possible(
    words: MailWords,
) -> None:
    for notice in LINKED:
        links = email_of(words, replace(notice, over=True)).links
        assert {link.act for link in links} <= AFTER_THE_END, name_of(notice)
    last = next(each for each in LINKED if each.kind is Kind.FORMS_ASKED and each.data["over"] == "yes")
    assert email_of(words, replace(last, over=True)).links


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", LINKED, ids=name_of)
def test_each_act_has_a_link_in_words_that_is_kept_by_its_name_alone(
    words: MailWords, notice: NoticeToSend, language: Language
) -> None:
    email = email_of(words, notice, language)
    asked = acts_asked(notice.kind, known_of(notice))
    assert [link.act for link in email.links] == [each.act for each in asked]
    assert len({link.hash for link in email.links}) == len(asked)
    first = {
        Language.EN: "We send a code to this mailbox first.",
        Language.ES: "Antes enviamos un código a este buzón.",
    }
    coded = sum(each.act in NEEDS_CODE for each in asked)
    assert [body.count(first[language]) for body in (email.wording.text, email.wording.html)] == [
        coded,
        coded,
    ]
    sent = tokens(email)
    assert [token_hash(token) for token in sent] == [link.hash for link in email.links]
    for token in sent:
        assert f'href="{DOOR}/t#{token}"' in email.wording.html
    kept = email.copy.wording
    name = {Language.EN: "[personal link]", Language.ES: "[enlace personal]"}[language]
    for body in (kept.text, kept.html):
        assert name in body
        assert f"{DOOR}/t" not in body
        assert not any(token in body for token in sent)


def test_an_email_under_its_message_id_has_the_same_link_and_one_sent_again_by_staff_or_elsewhere_has_not(
    words: MailWords,
) -> None:
    notice = LINKED[0]
    once, again = (replace(notice, again=number) for number in (0, 1))
    for each in (once, again):
        assert tokens(email_of(words, each)) == tokens(email_of(words, each))
        assert email_of(words, each).id == email_of(words, each).id
    assert email_of(words, once).id != email_of(words, again).id
    assert not {*tokens(email_of(words, once))} & {*tokens(email_of(words, again))}
    moved = replace(notice, to=(replace(notice.to[0], email="new@example.org"),))
    assert tokens(email_of(words, notice)) != tokens(email_of(words, moved))


def test_links_to_several_forms_are_several_and_named_by_the_forms(words: MailWords) -> None:
    two = next(each for each in LINKED if each.kind is Kind.FORMS_ASKED and "," in each.data["forms"])
    for language in Language:
        email = email_of(words, two, language)
        assert len({*tokens(email)}) == 2
        for form in two.data["forms"].split(","):
            assert form_title(form, language.value) in email.wording.text


def test_staff_get_no_link_of_the_door(words: MailWords) -> None:
    for notice in every_notice():
        if notice.to_region:
            assert all(email.links == () for email in words.emails(notice)), notice.kind
