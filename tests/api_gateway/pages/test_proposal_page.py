"""What the page of a proposal says and shows: whole questions, columns by their words, and no terminal."""

import pytest

from domain.actors import Role
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import PEOPLE, roster
from tests.api_gateway.pages.conftest import SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import plain, section
from tests.api_gateway.pages.test_import_pages import uploaded

MANY = PEOPLE + "".join(f"k{at},Person Nr {at},k{at}@example.org,principal,D1,r1,\n" for at in range(20))
MEMBERS = "key,membership,first\n" + "".join(f"k{at},active,2020-01-01\n" for at in range(20))


async def test_everybody_whom_a_question_is_about_can_be_seen(client: Client, sign_in: SignIn) -> None:
    await roster(client, await open_term(client), {"people": MANY, "memberships": MEMBERS})
    ada = await sign_in("Ada", Role.ADMIN)
    form = form_to((await ada.get("/imports")).text, "/imports")
    sent = await ada.post(
        "/imports",
        {"key": form.values["key"][0], "term": "", "complete": "active", "complete_region": "r1"},
        files=[("files", ("memberships.csv", b"key,membership,first\nk0,active,2020-01-01\n"))],
    )
    page = (await ada.get(sent.headers["location"])).text
    asked = section(page, "questions")
    assert all(f"Person Nr {at}, number k{at}," in asked for at in range(1, 20))
    assert '<details class="small"><summary>and 7 more</summary>' in asked
    assert "List: memberships.csv" in plain(asked), "a question about a whole list has no row"
    rows = plain(section(page, "rows"))
    assert "last day" not in rows, "nothing is said to change before somebody has said the day"


async def test_what_a_row_lacks_is_named_as_people_say_it(sign_in: SignIn) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    path = await uploaded(
        ada, {"people": PEOPLE + "x1,Cid Ek,,,D1,r1,\nx2,Bo Ek,bo@example.org,principal,D1,r1,\n"}
    )
    refused = plain(section((await ada.get(path)).text, "refused"))
    assert "a new person needs “email address”, “position”. Fill it in." in refused


async def test_the_page_names_no_terminal(client: Client, sign_in: SignIn) -> None:
    await roster(client, await open_term(client), {"people": MANY})
    ada = await sign_in("Ada", Role.ADMIN)
    changed = (
        PEOPLE + "k1,Bo Ek,bo@example.org,principal,D1,r1,\nk2,PERSON NR 2,k2@example.org,principal,D1,r1,\n"
    )
    page = (await ada.get(await uploaded(ada, {"people": changed}))).text
    assert "take the number off the entry on the person&#39;s page. Then import the list again." in page
    assert "To write one otherwise, use the person&#39;s page." in page
    assert "mentorflow send" not in page


async def test_both_kinds_of_rows_can_be_left_out_in_one_group_of_boxes(
    client: Client, sign_in: SignIn
) -> None:
    await roster(client, await open_term(client), {"people": MANY})
    ada = await sign_in("Ada", Role.ADMIN)
    doubtful = PEOPLE + "x1,Person Nr 1,,principal,D1,r1,\nx2,Di Ek,d at x,principal,D1,r1,\n"
    page = (await ada.get(await uploaded(ada, {"people": doubtful}))).text
    boxes = section(page, "take-over")
    assert boxes.count('class="govuk-checkboxes ') == 1
    assert all(f'id="without_{each}" name="without_{each}"' in boxes for each in ("refused", "questions"))


@pytest.mark.parametrize(
    ("language", "same", "asks"),
    [
        (
            "en",
            "The same person: Ann Holt, h1@example.org, known under h1 (",
            "Is it one of them, or somebody else?",
        ),
        (
            "es",
            "La misma persona: Ann Holt, h1@example.org, con el número h1 (",
            "¿Es una de ellas, u otra persona?",
        ),
    ],
)
async def test_where_a_row_is_like_several_people_each_answer_names_one(
    client: Client, sign_in: SignIn, language: str, same: str, asks: str
) -> None:
    known = PEOPLE + "h1,Ann Holt,h1@example.org,principal,D1,r1,\nh2,Bo Ek,h2@example.org,principal,D1,r1,\n"
    await roster(client, await open_term(client), {"people": known})
    ada = await sign_in("Ada", Role.ADMIN, language=language)
    again = PEOPLE + "x1,Ann Holt,h2@example.org,principal,D1,r1,\n"
    asked = plain(section((await ada.get(await uploaded(ada, {"people": again}))).text, "questions"))
    assert same in asked
    assert asks in asked
    assert "same:" not in asked.replace(same, "")
