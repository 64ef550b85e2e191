"""Imports by pages: lists are uploaded, read, answered and taken over in a browser."""

import re

from domain.actors import Role
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, roster
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to, forms_in
from tests.api_gateway.pages.reading import plain, section, text_of


async def uploaded(browser: Browser, files: dict[str, str], term: str = "") -> str:
    """Upload lists from the page; return the address of the proposal."""
    page = (await browser.get("/imports")).text
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key is not None
    sent = [("files", (f"{name}.csv", text.encode())) for name, text in files.items()]
    answer = await browser.post("/imports", {"key": key[1], "term": term}, files=sent)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_lists_are_read_shown_and_taken_over(client: Client, sign_in: SignIn) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    path = await uploaded(ada, dict(GOOD), await open_term(client))
    page = (await ada.get(path)).text
    assert "Nothing is stored yet." in text_of(page)
    while asked := re.findall(
        r'name="(answer_[^"]+)" type="radio" value="([^"]+)" checked', section(page, "questions")
    ):
        answered = await ada.post(f"{path}/answers", dict(asked))
        assert answered.status_code == 303, answered.text
        page = (await ada.get(path)).text
    assert "new" in plain(section(page, "counts"))
    assert "Ann A" in plain(section(page, "rows"))
    assert path in (await ada.get("/imports")).text
    hidden = dict(re.findall(r'name="(key|digest)" value="(\w+)"', section(page, "take-over")))
    boxes = {f"without_{part}": "yes" for part in ("refused", "questions") if f"without_{part}" in page}
    begun = await ada.post(f"{path}/take-over", hidden | boxes)
    assert begun.status_code == 303, begun.text
    again = await ada.post(f"{path}/take-over", hidden | boxes)
    assert again.headers["location"] == begun.headers["location"]
    shown = (await ada.get(begun.headers["location"])).text
    assert f'hx-get="{begun.headers["location"]}" hx-trigger="every 3s"' in shown
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in shown
    while await client.office.take_overs.land_next():
        pass
    shown = (await ada.get(begun.headers["location"])).text
    assert "The lists were taken over" in text_of(shown)
    assert "1 of 1 applications opened" in text_of(shown)
    new = section(shown, "new")
    assert (plain(new), new.count('href="/people/')) == ("New people Ann A Ben B", 2)
    assert "Ann A" in (await ada.get("/people")).text


async def test_an_upload_without_a_file_says_so_at_its_field(sign_in: SignIn) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    answer = await ada.post("/imports", {"key": "a" * 32})
    assert answer.status_code == 422
    assert '<a href="#files">Choose at least one file</a>' in answer.text


async def test_who_may_not_import_has_no_such_page(sign_in: SignIn) -> None:
    olga = await sign_in("Olga", Role.AUDITOR)
    assert (await olga.get("/imports")).status_code == 403
    assert 'href="/imports"' not in (await olga.get("/")).text


PEOPLE = "Nr,Who,E-Mail,Cargo,Fax\nP-1,Ann Aas,ann@post.example,principal,1\nP-2,Bo Berg,bo@post.example,principal,2\n"


async def test_the_columns_of_a_list_are_shown_corrected_and_remembered(
    client: Client, sign_in: SignIn
) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    path = await uploaded(ada, {"people": PEOPLE})
    page = (await ada.get(path)).text
    form = form_to(page, f"{path}/columns")
    assert [form.values[f"column_{number}"] for number in range(5)] == [
        ["key"],
        ["name"],
        ["email"],
        ["role_title"],
        ["nothing"],
    ]
    assert "phone" in form.choices["column_4"]
    asked = [each for each in forms_in(page) if each.action == f"{path}/answers"]
    assert all(not name.endswith(":columns") for each in asked for name in each.asked), (
        "apart from the questions"
    )
    twice = await ada.post(f"{path}/columns", form.filled(column_4="name"))
    assert (twice.status_code, "There is a problem" in twice.text) == (422, True)
    assert form_to(twice.text, f"{path}/columns").values["column_4"] == ["name"], "what was chosen stays"
    done = await ada.post(f"{path}/columns", form.filled(column_4="phone"))
    assert done.headers["location"] == f"{path}?done=import_answers"
    page = (await ada.get(path)).text
    assert "confirmed" in plain(section(page, "columns"))
    assert form_to(page, f"{path}/columns").values["column_4"] == ["phone"]
    while asked := re.findall(
        r'name="(answer_[^"]+)" type="radio" value="([^"]+)" checked', section(page, "questions")
    ):
        await ada.post(f"{path}/answers", dict(asked))
        page = (await ada.get(path)).text
    hidden = dict(re.findall(r'name="(key|digest)" value="(\w+)"', section(page, "take-over")))
    boxes = {f"without_{part}": "yes" for part in ("refused", "questions") if f"without_{part}" in page}
    await ada.post(f"{path}/take-over", hidden | boxes)
    while await client.office.take_overs.land_next():
        pass
    again = (await ada.get(await uploaded(ada, {"people": PEOPLE.replace("Bo Berg", "Bo Borg")}))).text
    assert "confirmed today" in plain(section(again, "columns")), "it is not asked again"


async def test_headings_that_are_the_offices_own_need_no_confirmation(sign_in: SignIn) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    own = "key,name,email,role_title,region\nP-1,Ann Aas,ann@post.example,principal,r1\n"
    page = (await ada.get(await uploaded(ada, {"people": own}))).text
    assert 'id="columns"' not in page


async def test_questions_of_an_import_are_asked_in_the_language_of_the_visitor(sign_in: SignIn) -> None:
    list_ = "key,name,email,role_title,region\nP-1,Ann Aas,ann@post.example,principal,r1\n"
    eva = await sign_in("Eva", Role.ADMIN, language="es")
    page = (await eva.get(await uploaded(eva, {"people": list_}))).text
    asked = plain(section(page, "questions"))
    assert "Estos puestos vienen con la primera lista: principal (1)." in asked
    assert "Are they all right" not in page
    assert "Sí" in asked


async def test_what_is_left_out_is_on_the_page(sign_in: SignIn) -> None:
    list_ = (
        "key,name,email,role_title,region\n1042.0,Ann Aas,ann@post.example,principal,r1\n"
        "1043.0,Bo Berg,bo at post.example,principal,r1\nTotal,2,,,\n"
    )
    ada = await sign_in("Ada", Role.ADMIN)
    page = (await ada.get(await uploaded(ada, {"people": list_}))).text
    remarks = plain(section(page, "remarks"))
    assert "people.csv, row 4 (“Total”): left out, since it holds totals and is about nobody." in remarks
    assert "“1042.0” in row 2 as “1042”" in remarks
    assert "people.csv: 3 · Bo Berg · email" in plain(section(page, "refused"))
    eva = await sign_in("Eva", Role.ADMIN, language="es")
    said = section((await eva.get(await uploaded(eva, {"people": list_}))).text, "remarks")
    assert (
        "people.csv, fila 4 («Total»): se deja fuera, porque contiene totales y no trata de nadie."
        in plain(said)
    )
    assert "«1042.0» en la fila 2 como «1042»" in plain(said)
    assert 'lang="en"' not in said


async def test_why_rows_are_refused_is_said_in_the_language_of_the_visitor(sign_in: SignIn) -> None:
    list_ = (
        "key,name,email,role_title,region,phone,language\n"
        "P-1,Ann Aas,ann.post.example,principal,r1,,\n"
        "P-2,Bo Berg,bo@post.example,principal,r1,call me,fr\n"
    )
    eva = await sign_in("Eva", Role.ADMIN, language="es")
    page = (await eva.get(await uploaded(eva, {"people": list_}))).text
    refused = section(page, "refused")
    assert 'lang="en"' not in refused
    words = plain(refused)
    assert "«ann.post.example»: Esto no es una dirección de correo. No tiene @. Escriba una como" in words
    assert "«call me»: Esto no es un número de teléfono." in words
    assert "La oficina no escribe en este idioma. Se admite: en (English), es (Spanish)." in words
    ada = await sign_in("Ada", Role.ADMIN)
    english = plain(section((await ada.get(await uploaded(ada, {"people": list_}))).text, "refused"))
    assert "“ann.post.example”: This is not an email address. It has no @. Write one such as" in english


async def test_a_take_over_that_leaves_nothing_out_shows_the_proposal_again_and_names_the_box(
    client: Client, sign_in: SignIn
) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    first = "key,membership,first,last\nann,active,,\nben,active,2020-01-01,\n"
    path = await uploaded(ada, {"people": GOOD["people"], "memberships": first}, await open_term(client))
    page = (await ada.get(path)).text
    while asked := re.findall(
        r'name="(answer_[^"]+)" type="radio" value="([^"]+)" checked', section(page, "questions")
    ):
        await ada.post(f"{path}/answers", dict(asked))
        page = (await ada.get(path)).text
    refused = plain(section(page, "refused"))
    assert "A new record needs “first day”. Fill it in." in refused
    assert "memberships.csv: 2 · Ann A, ann · first day" in refused
    hidden = dict(re.findall(r'name="(key|digest)" value="(\w+)"', section(page, "take-over")))
    answer = await ada.post(f"{path}/take-over", hidden)
    assert answer.status_code == 409
    assert '<a href="#without_refused">Some rows are refused' in answer.text
    assert 'id="without_refused"' in answer.text
    assert "Choose “Leave out the refused rows” next to the button" in text_of(answer.text)
    assert "command line" not in answer.text
    assert "--without" not in answer.text
    taken = await ada.post(f"{path}/take-over", hidden | {"without_refused": "yes"})
    assert taken.status_code == 303
    while await client.office.take_overs.land_next():
        pass
    assert "Ann A" in (await ada.get("/people")).text


async def test_the_page_after_a_take_over_of_people_alone_names_them_and_what_was_left_out(
    client: Client, sign_in: SignIn
) -> None:
    """It said “0 of 0 applications opened”, and led to the applications alone."""
    await roster(client, await open_term(client), {"people": GOOD["people"]})
    ada = await sign_in("Ada", Role.ADMIN)
    head = GOOD["people"].splitlines()[0]
    lines = ("ann,Ann A,ann@new.example,principal,D1,r1,", "x1,Xi X,xi at post.example,principal,D1,r1,")
    path = await uploaded(ada, {"people": "\n".join((head, *lines))})
    hidden = dict(
        re.findall(r'name="(key|digest)" value="(\w+)"', section((await ada.get(path)).text, "take-over"))
    )
    begun = await ada.post(f"{path}/take-over", hidden | {"without_refused": "yes"})
    address = begun.headers["location"]
    under_way = (await ada.get(address)).text
    assert "Storing" in text_of(under_way)
    while await client.office.take_overs.land_next():
        pass
    shown = (await ada.get(address)).text
    for page in (under_way, shown):
        assert "applications" not in text_of(page[page.index("<main") :])
    others = section(shown, "others")
    assert plain(others) == "People of whom something changed Ann A"
    assert re.search(r'<a href="/people/\w{32}"><bdi>Ann A', others)
    assert "refused 1 people.csv: 3" in plain(section(shown, "left-out"))
    assert '<a class="act first" href="/people">Go to the people</a>' in shown
    listed = section((await ada.get("/imports")).text, "recent")
    assert f'<a href="{address}"><bdi>people.csv</bdi></a>' in listed
    assert "people.csv · today · Done · 1 row left out people.csv · today · Done" in plain(listed)
    other = await sign_in("Cora", Role.COORDINATOR, regions=("r2",))
    assert 'id="recent"' not in (await other.get("/imports")).text, (
        "an import is its maker's, and the state office's"
    )


async def test_unfinished_proposals_of_the_reader_are_listed_with_their_files_and_state(
    client: Client, sign_in: SignIn
) -> None:
    ada = await sign_in("Ada", Role.ADMIN)
    path = await uploaded(ada, {"people": GOOD["people"] + "x1,Xi X,xi at post.example,principal,D1,r1,\n"})
    listed = section((await ada.get("/imports")).text, "waiting")
    assert f'<a href="{path}"><bdi>people.csv</bdi></a>' in listed
    assert plain(listed).endswith("people.csv · by you · today · 1 open question · 1 refused row")


async def test_a_list_may_be_said_to_be_complete_on_the_page(client: Client, sign_in: SignIn) -> None:
    await roster(client, await open_term(client), GOOD)
    ada = await sign_in("Ada", Role.ADMIN)
    form = form_to((await ada.get("/imports")).text, "/imports")
    assert {"active", "retired"} <= {*form.choices["complete"]}
    assert {*form.choices["complete_region"]} == {"r1", "r2"}
    only_ann = [("files", ("memberships.csv", b"key,membership,first\nann,active,2020-01-01\n"))]
    key = {"key": form.values["key"][0], "term": ""}
    no_class = await ada.post("/imports", {**key, "complete_region": "r1"}, files=only_ann)
    assert (no_class.status_code, '<a href="#complete">Choose the classes' in no_class.text) == (422, True)
    people = [("files", ("people.csv", GOOD["people"].encode()))]
    no_list = await ada.post("/imports", {**key, "complete": "active"}, files=people)
    assert no_list.status_code == 422
    assert 'value="active" checked' in no_list.text, "what was chosen stays"
    sent = await ada.post("/imports", {**key, "complete": "active", "complete_region": "r1"}, files=only_ann)
    asked = plain(section((await ada.get(sent.headers["location"])).text, "questions"))
    assert "1 of 2 members of the class active in the region r1 is not in the list" in asked
    assert "Ben B, number ben" in asked


async def test_answers_that_are_saved_are_shown_and_can_be_changed(client: Client, sign_in: SignIn) -> None:
    await roster(client, await open_term(client), {"people": GOOD["people"]})
    ada = await sign_in("Ada", Role.ADMIN)
    path = await uploaded(ada, {"people": PEOPLE_AGAIN})
    page = (await ada.get(path)).text
    [name] = re.findall(r'name="(answer_alike:[^"]+)" type="radio" value="same"', section(page, "questions"))
    done = await ada.post(f"{path}/answers", {name: "different"})
    saved = (await ada.get(done.headers["location"])).text
    assert '<p class="told" role="status">Your answers are saved.</p>' in saved
    assert "Different people" in plain(section(saved, "given"))
    assert 'id="questions"' not in saved
    await ada.post(f"{path}/answers", {name: "same"})
    page = (await ada.get(path)).text
    assert "answers are saved" not in page
    assert f'name="{name}" type="radio" value="same" checked' in section(page, "given")
    assert "email address: ann@example.org → ann2@example.org" in plain(section(page, "rows"))


PEOPLE_AGAIN = "key,name,email,role_title,district,region\nx1,Ann A,ann2@example.org,principal,D1,r1\n"


async def test_a_new_person_and_a_membership_that_ends_say_what_changes(
    client: Client, sign_in: SignIn
) -> None:
    await roster(client, await open_term(client), GOOD)
    ada = await sign_in("Ada", Role.ADMIN)
    new = "key,name,email,role_title,district,region\nx9,Zoe Zed,zoe@example.org,principal,D9,r1\n"
    rows = plain(section((await ada.get(await uploaded(ada, {"people": new}))).text, "rows"))
    assert "full name: Zoe Zed; email address: zoe@example.org; position: principal" in rows
    form = form_to((await ada.get("/imports")).text, "/imports")
    key = {"key": form.values["key"][0], "term": ""}
    only_ann = [("files", ("memberships.csv", b"key,membership,first\nann,active,2020-01-01\n"))]
    sent = await ada.post("/imports", {**key, "complete": "active", "complete_region": "r1"}, files=only_ann)
    path = sent.headers["location"]
    for answer in ("yes", "2026-09-30"):
        page = (await ada.get(path)).text
        names = re.findall(r'name="answer_([^"]+)" type="radio"', section(page, "questions"))
        await ada.post(f"{path}/answers", {f"answer_{id}": answer for id in names})
    rows = plain(section((await ada.get(path)).text, "rows"))
    assert "memberships.csv: not in the list" in rows
    assert "2026-09-30" in rows


async def test_a_question_for_others_says_who_answers_and_offers_nothing_to_save(
    client: Client, sign_in: SignIn
) -> None:
    await roster(client, await open_term(client), {"people": GOOD["people"]})
    cora = await sign_in("Cora", Role.COORDINATOR, regions=("r1",))
    stan = await sign_in("Stan State", Role.COORDINATOR)
    move = "key,name,email,role_title,district,region\nann,Ann A,ann@example.org,principal,D1,r2\n"
    path = await uploaded(cora, {"people": move})
    page = (await cora.get(path)).text
    asked = section(page, "questions")
    assert "The state office answers this: Stan State." in plain(asked)
    assert "Save the answers" not in asked
    listed = plain(section((await cora.get("/imports")).text, "waiting"))
    assert listed.endswith("people.csv · by you · today · no open question · waits for the state office")
    own = await uploaded(stan, {"people": GOOD["people"] + "x1,Xi X,xi at post.example,principal,D1,r1,\n"})
    listed = section((await stan.get("/imports")).text, "waiting")
    assert "Waits for your answer people.csv · Cora · today · 1 open question" in plain(listed)
    assert listed.index(path) < listed.index(own), "what others wait for is on top"


async def test_a_proposal_can_be_thrown_away_and_one_of_the_same_files_as_taken_over_waits_no_more(
    client: Client, sign_in: SignIn
) -> None:
    await roster(client, await open_term(client), {"people": GOOD["people"]})
    ada = await sign_in("Ada", Role.ADMIN)
    changed = {"people": GOOD["people"].replace("Ann A", "Ann B")}
    first, second = await uploaded(ada, changed), await uploaded(ada, changed)
    other = await uploaded(ada, {"people": GOOD["people"].replace("Ben B", "Ben C")})
    gone = await ada.post(f"{other}/discard", {})
    page = (await ada.get(gone.headers["location"])).text
    assert "The lists are thrown away. Nothing of them was stored." in page
    assert {each for each in (first, second, other) if each in page} == {first, second}
    assert (await ada.get(other)).headers["location"] == "/imports"
    hidden = dict(
        re.findall(r'name="(key|digest)" value="(\w+)"', section((await ada.get(second)).text, "take-over"))
    )
    await ada.post(f"{second}/take-over", hidden)
    assert first not in (await ada.get("/imports")).text
    again = await ada.post(f"{second}/discard", {})
    assert again.status_code == 409
