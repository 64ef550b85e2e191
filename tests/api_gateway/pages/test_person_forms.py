"""The forms that change what the office has about a person: each as a coordinator fills it in."""

import re
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.pages.person.change import FormAbout, PersonForm
from api_gateway.pages.person.changes import CHANGES
from api_gateway.pages.words import page_words
from api_gateway.services.programs import programs
from domain.actors import Role
from domain.ids import derive
from domain.languages import Language
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import PageForm, form_to, forms_in
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import REGION, fill
from tests.api_gateway.test_tokens import events
from tests.conftest import NOW

HAL_ID, IDA_ID = derive("person", "Hal Dorn"), derive("person", "Ida Holm")
HAL = f"/people/{HAL_ID}"
DAY = "2026-01-05"


@pytest_asyncio.fixture
async def carla(client: Client, worker: Database, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of two regions of the sample office, where Hal Dorn is."""
    await fill(client, worker, (8,))
    async with client.office.database.transaction() as connection:
        days = [{"person": id, "region": REGION, "since": NOW.date()} for id in (HAL_ID, IDA_ID)]
        await connection.execute(insert(tables.person_regions), days)
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION, "r2"))


async def opened(browser: Browser, change: str, query: str = "", person: str = HAL) -> PageForm:
    page = await browser.get(f"{person}/change/{change}{query}")
    assert page.status_code == 200, page.text
    return form_to(page.text, f"{person}/change/{change}")


async def confirmed(browser: Browser, form: PageForm, **given: Any) -> tuple[str, Any]:
    """Send a form and say that it is right; return what was to be confirmed, and the answer."""
    asked = await browser.post(form.action, form.filled(**given))
    assert asked.status_code == 200, text_of(asked.text)
    [again] = [each for each in forms_in(asked.text) if each.action == form.action]
    assert again.buttons[1:] == ["Change something"]
    done = await browser.post(again.action, again.filled())
    assert done.status_code == 303, text_of(done.text)
    assert done.headers["location"].endswith(f"?changed={form.action.rpartition('/')[2]}")
    # Sent twice, it has happened once.
    assert (await browser.post(again.action, again.filled())).headers["location"] == done.headers["location"]
    return text_of(asked.text), done


async def saved(browser: Browser, form: PageForm, **given: Any) -> str:
    """Send a form that asks nothing further; return the text of the person's page."""
    done = await browser.post(form.action, form.filled(**given))
    assert done.status_code == 303, text_of(done.text)
    return (await browser.get(done.headers["location"])).text


def record_in(page: str, change: str) -> str:
    """Return the query by which a person's page leads to a change of a record."""
    [link] = [each for each in links(page) if f"/change/{change}?record=" in each]
    return f"?{link.partition('?')[2]}"


async def test_contact_and_position_are_corrected_and_the_rest_stays(carla: Browser) -> None:
    assert f"{HAL}/change/entry" in links((await carla.get(HAL)).text)
    form = await opened(carla, "entry")
    sent = form.filled(phone="555 0100", district="Lake", role_title="Vice Principal")
    answer = await carla.post(form.action, sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HAL}?changed=entry")
    page = (await carla.get(answer.headers["location"])).text
    assert "The entry was changed." in page
    assert "vice principal · Lake" in text_of(page)
    assert "hal@district.example" in plain(section(page, "contact"))
    assert "555" in plain(section(page, "contact"))
    form = await opened(carla, "entry")
    assert form.values["role_title"] == ["vice principal"], "a code is shown in words"
    assert "Position vice principal" in text_of((await carla.get(form.action)).text)
    await saved(carla, form, phone="555 0101")
    assert "vice principal · Lake" in text_of((await carla.get(HAL)).text), "what stays is not sent"
    assert (await carla.post(form.action, sent)).status_code == 303, "sent twice, it has happened once"


async def test_what_does_not_fit_comes_back_with_what_was_typed(carla: Browser) -> None:
    form = await opened(carla, "entry")
    answer = await carla.post(form.action, form.filled(email="no address", name=""))
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert "Email: Write an email address, such as ann@example.org." in text_of(answer.text)
    assert answer.text.count("govuk-error-message") >= 2


async def test_somebody_left_on_a_day_and_a_day_to_come_is_refused(carla: Browser, client: Client) -> None:
    form = await opened(carla, "left")
    asked = await carla.post(form.action, form.filled(day="2099-01-01"))
    refused = await carla.post(form.action, form_to(asked.text, form.action).filled())
    assert refused.status_code == 409
    assert 'value="2099-01-01"' in refused.text
    told, done = await confirmed(carla, form_to(refused.text, form.action), day="2026-06-30")
    assert "Last day in the association none June 30, 2026" in told
    assert "Left on June 30, 2026" in text_of((await carla.get(done.headers["location"])).text)
    async with client.office.database.transaction() as connection:
        people = tables.people.c
        found = await connection.scalar(select(people.left_on).where(people.id == HAL_ID))
    assert str(found) == "2026-06-30"
    back, done = await confirmed(carla, await opened(carla, "left"), day="")
    assert "Last day in the association June 30, 2026 none" in back
    assert ("Tasks appear" in told, "Tasks appear" in back) == (True, False)
    assert "Left on" not in text_of((await carla.get(done.headers["location"])).text)


async def test_what_is_to_be_confirmed_can_be_changed_once_more(carla: Browser) -> None:
    form = await opened(carla, "died")
    asked = form_to((await carla.post(form.action, form.filled(day=DAY))).text, form.action)
    again = await carla.post(form.action, asked.filled() | {"again": "yes"})
    assert (again.status_code, f'value="{DAY}"' in again.text) == (200, True)
    assert "Died on" not in text_of((await carla.get(HAL)).text)


async def test_an_entry_that_somebody_else_changed_meanwhile_is_shown_in_both_versions(
    carla: Browser, sign_in: SignIn
) -> None:
    eva = await sign_in("Eva", Role.ADMIN)
    mine, hers = await opened(carla, "entry"), await opened(eva, "entry")
    await saved(eva, hers, phone="555 0199")
    stale = await carla.post(mine.action, mine.filled(name="Hal B. Dorn"))
    assert stale.status_code == 409
    assert "Phone – 555 0199" in text_of(stale.text)
    assert 'value="Hal B. Dorn"' in stale.text, "what was typed is kept"
    page = await saved(carla, form_to(stale.text, mine.action))
    assert "Hal B. Dorn" in page


async def test_the_language_of_emails_is_chosen_for_somebody(carla: Browser) -> None:
    form = await opened(carla, "language")
    assert form.values["language"] == ["en"]
    assert "Language Spanish" in plain(section(await saved(carla, form, language="es"), "contact"))


async def test_a_move_is_confirmed_in_words_and_shown_with_its_day(carla: Browser) -> None:
    form = await opened(carla, "move")
    assert form.choices["region"] == ["r2"]
    told, done = await confirmed(carla, form, region="r2", since=NOW.date().isoformat())
    assert "Current relationships stay in their region." in told
    page = (await carla.get(done.headers["location"])).text
    assert plain(section(page, "regions")).startswith("Regions R2 since")


async def test_a_region_is_corrected_and_withdrawn(carla: Browser) -> None:
    page = (await carla.get(HAL)).text
    assert "/change/withdraw-region" not in page, "there is no other"
    form = await opened(carla, "correct-region", record_in(page, "correct-region"))
    told, done = await confirmed(carla, form, since=DAY)
    assert "R1, since January 5, 2026" in told
    move = await opened(carla, "move")
    await confirmed(carla, move, region="r2", since="2026-02-01")
    page = (await carla.get(done.headers["location"])).text
    [first, _] = [each for each in links(page) if "/change/withdraw-region?record=" in each]
    assert first.endswith("record=2026-02-01")
    told, done = await confirmed(carla, await opened(carla, "withdraw-region", "?record=2026-02-01"))
    assert "Region today R2 R1" in told
    page = (await carla.get(done.headers["location"])).text
    assert "R2" not in section(page, "regions")


async def test_a_membership_is_added_ended_corrected_and_withdrawn(carla: Browser) -> None:
    form = await opened(carla, "membership")
    page = await saved(carla, form, membership="active", first=DAY)
    assert "since January 5, 2026" in plain(section(page, "memberships"))
    form = await opened(carla, "end-membership", record_in(page, "end-membership"))
    told, done = await confirmed(carla, form, last="2026-06-30")
    assert "Active member, since January 5, 2026 Active member, January 5, 2026 to June 30, 2026" in told
    page = (await carla.get(done.headers["location"])).text
    assert "/change/end-membership" not in page
    assert "over January 5, 2026 to June 30, 2026" in plain(section(page, "memberships"))
    form = await opened(carla, "correct-membership", record_in(page, "correct-membership"))
    wrong = await carla.post(form.action, form.filled(first="2026-07-01"))
    assert wrong.status_code == 422
    assert "The last day is before the first." in text_of(wrong.text)
    told, done = await confirmed(carla, form, first="2026-02-01", last="")
    assert "since February 1, 2026" in told
    page = (await carla.get(done.headers["location"])).text
    form = await opened(carla, "withdraw-membership", record_in(page, "withdraw-membership"))
    told, done = await confirmed(carla, form)
    assert "withdrawn; it no longer counts" in told
    page = (await carla.get(done.headers["location"])).text
    assert "No membership is known." in plain(section(page, "memberships"))
    assert len(rows(section(page, "changes"))) == 4, "who changed what"


async def test_a_refusal_after_the_confirmation_shows_the_form_again(carla: Browser) -> None:
    for first, last in ((DAY, "2026-03-31"), ("2026-05-01", "2026-06-30")):
        form = await opened(carla, "membership")
        page = await saved(carla, form, membership="active", first=first, last=last)
    records = [each for each in links(page) if "/change/correct-membership?record=" in each]
    form = form_to((await carla.get(records[0])).text, f"{HAL}/change/correct-membership")
    asked = await carla.post(form.action, form.filled(first="2026-03-01"))
    refused = await carla.post(form.action, form_to(asked.text, form.action).filled())
    assert refused.status_code == 409
    assert "on some of these days" in text_of(refused.text)
    assert 'value="2026-03-01"' in refused.text


async def test_a_member_number_is_added_and_taken_off(carla: Browser) -> None:
    page = await saved(carla, await opened(carla, "number"), key="00712")
    assert "Member numbers 00712 Remove" in plain(section(page, "contact"))
    told, done = await confirmed(carla, await opened(carla, "take-off-number"), reason="other_person")
    assert "Member number 00712 free for another person" in told
    assert "00712" not in (await carla.get(done.headers["location"])).text


async def test_a_mentors_places_and_days_are_set_and_the_places_taken_are_counted(carla: Browser) -> None:
    form = await opened(carla, "mentor")
    page = await saved(carla, form, capacity="3", trained_on=DAY, credential_until="2029-06-30")
    told = plain(section(page, "mentor"))
    assert re.search(r"Places \d of 3 taken Trained on January 5, 2026", told), told
    form = await opened(carla, "mentor")
    assert form.values["capacity"] == ["3"]
    page = await saved(carla, form, credential_until="")
    assert "Credential" not in plain(section(page, "mentor"))


async def test_whoever_is_no_mentor_is_made_one_by_a_form_that_says_so(carla: Browser) -> None:
    page = (await carla.get(HAL)).text
    assert "Make Hal Dorn a mentor" in unmarked(plain(section(page, "mentor")))
    form = await opened(carla, "mentor")
    shown = unmarked(text_of((await carla.get(form.action)).text))
    assert "Saving this makes Hal Dorn a mentor" in shown
    usual = programs()["masa"].mentor_capacity
    assert f"If you leave it empty, the program's number is used: {usual}." in shown
    page = await saved(carla, form)
    told = unmarked(plain(section(page, "mentor")))
    assert re.search(rf"Change Places \d of {usual} taken$", told), told
    assert "Places and dates of a mentor" in (await carla.get(form.action)).text


def unmarked(text: str) -> str:
    """Return a text without the marks that keep the direction of names apart."""
    return text.replace("\u2068", "").replace("\u2069", "")


async def test_a_conflict_of_interest_is_declared_with_somebody_who_is_looked_for_and_withdrawn(
    carla: Browser,
) -> None:
    found = (await carla.get(f"{HAL}/change/conflict?q=Holm")).text
    [other] = [each for each in links(found) if "?other=" in each]
    assert other == f"{HAL}/change/conflict?other={IDA_ID}"
    form = await opened(carla, "conflict", f"?other={IDA_ID}")
    page = await saved(carla, form, kind="family")
    assert "Family Ida Holm Withdraw" in plain(section(page, "conflicts"))
    assert "Hal Dorn" in section((await carla.get(f"/people/{IDA_ID}")).text, "conflicts")
    form = await opened(carla, "withdraw-conflict", record_in(page, "withdraw-conflict"))
    told, done = await confirmed(carla, form)
    assert "Family, Ida Holm" in told
    page = (await carla.get(done.headers["location"])).text
    assert "None declared." in plain(section(page, "conflicts"))


async def test_a_supervisor_is_chosen(carla: Browser) -> None:
    told, done = await confirmed(carla, await opened(carla, "supervisor", f"?other={IDA_ID}"))
    assert "Supervisor none Ida Holm" in told
    assert "Supervisor Ida Holm" in plain(
        section((await carla.get(done.headers["location"])).text, "contact")
    )


async def test_what_belongs_to_another_person_goes_to_that_entry(carla: Browser) -> None:
    await saved(carla, await opened(carla, "number"), key="00712")
    await saved(carla, await opened(carla, "membership"), membership="active", first=DAY)
    form = await opened(carla, "separate", f"?other={IDA_ID}")
    assert form.choices["keys"] == ["00712"]
    told, _ = await confirmed(carla, form, keys=["00712"], memberships=form.choices["memberships"])
    assert "Member number 00712 Hal Dorn Ida Holm" in told
    other = (await carla.get(f"/people/{IDA_ID}")).text
    assert "00712" in section(other, "contact")
    assert "since January 5, 2026" in plain(section(other, "memberships"))


async def test_an_entry_that_was_made_by_mistake_is_withdrawn_and_one_in_use_is_not(carla: Browser) -> None:
    asked = await opened(carla, "withdraw")
    sure = form_to((await carla.post(asked.action, asked.filled())).text, asked.action)
    refused = await carla.post(asked.action, sure.filled())
    assert refused.status_code == 409
    assert "The entry is used as a relationship" in text_of(refused.text)
    made = form_to((await carla.get("/people/new")).text, "/people/new")
    given = {"name": "Nora Neu", "email": "nora@post.example", "role_title": "principal", "region": "r1"}
    there = (await carla.post(made.action, made.filled(**given))).headers["location"].partition("?")[0]
    told, done = await confirmed(carla, await opened(carla, "withdraw", person=there))
    assert "Entry Nora Neu withdrawn; no longer in any list" in told
    page = (await carla.get(done.headers["location"])).text
    assert "Withdrawn on" in text_of(page)
    assert "/change/" not in page
    assert "Nora Neu" not in (await carla.get("/people")).text


async def test_a_person_is_entered_and_a_namesake_is_asked_about(carla: Browser) -> None:
    assert "/people/new" in links((await carla.get("/people")).text)
    form = form_to((await carla.get("/people/new")).text, "/people/new")
    empty = await carla.post(form.action, form.filled())
    assert (empty.status_code, empty.text.count("govuk-error-message") >= 3) == (422, True)
    given = {"name": "Hal Dorn", "email": "other@post.example", "role_title": "Principal", "region": "r2"}
    asked = await carla.post(form.action, form.filled(**given, key="0815"))
    assert asked.status_code == 409
    assert HAL in links(asked.text)
    assert "There is already somebody with this name" in text_of(asked.text)
    again = form_to(asked.text, form.action)
    done = await carla.post(form.action, again.filled())
    assert done.status_code == 303
    assert (await carla.post(form.action, again.filled())).headers["location"] == done.headers["location"]
    page = (await carla.get(done.headers["location"])).text
    assert "The person was entered." in page
    assert "principal · R2" in text_of(page)
    assert "0815" in section(page, "contact")


async def test_only_those_who_write_about_people_change_entries(carla: Browser, sign_in: SignIn) -> None:
    olga = await sign_in("Olga", Role.AUDITOR)
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    assert not [each for each in links((await olga.get(HAL)).text) if "/change/" in each]
    for change in CHANGES:
        assert (await olga.get(f"{HAL}/change/{change}")).status_code == 403
        assert (await nils.get(f"{HAL}/change/{change}")).status_code == 404
        sent = {"form_key": "k" * 16, "form_seen": "", "form_shown": ""}
        assert (await nils.post(f"{HAL}/change/{change}", sent)).status_code == 404
    assert (await olga.get("/people/new")).status_code == 403


async def test_an_unknown_change_record_or_other_person_is_not_found(carla: Browser) -> None:
    for path in (
        "no-such-change",
        "end-membership",
        "correct-membership?record=77",
        "correct-region?record=2001-01-01",
        f"withdraw-conflict?record={IDA_ID}.family",
        f"conflict?other={'0' * 32}",
    ):
        assert (await carla.get(f"{HAL}/change/{path}")).status_code == 404, path


async def test_the_entry_of_staff_is_changed_by_an_administrator_alone_and_its_page_says_so(
    carla: Browser, client: Client, sign_in: SignIn
) -> None:
    tom = await sign_in("Tom Ash", Role.COORDINATOR, regions=(REGION,), region=REGION)
    page = (await carla.get(f"/people/{tom.person}")).text
    assert "administrator" in text_of(page)
    assert not [each for each in links(page) if "/change/" in each]
    form = await opened(carla, "language", person=f"/people/{tom.person}")
    assert (await carla.post(form.action, form.filled(language="es"))).status_code == 403
    [refused] = await events(client, "CommandRefused")
    assert (refused.actor.id, refused.body["kind"]) == (carla.person, "ChooseLanguage")


@pytest.mark.parametrize("change", [*CHANGES.values()], ids=lambda change: change.name)
def test_each_change_has_its_words(change: PersonForm) -> None:
    known = page_words(Language.EN)
    wanted = {"link", "title", "lead", "button", "done"}
    wanted |= {"find"} if change.about is FormAbout.OTHER else set()
    assert [name for name in sorted(wanted) if f"person.changes.{change.name}.{name}" not in known] == []
