"""Imports by pages: lists are uploaded, read, answered and taken over in a browser."""

import re

from domain.actors import Role
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD
from tests.api_gateway.pages.conftest import Browser, SignIn
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
    assert 'http-equiv="refresh"' in shown
    while await client.office.take_overs.land_next():
        pass
    assert "2 new people" in text_of((await ada.get(begun.headers["location"])).text)
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
