"""A relationship at a moment of its past, its agreement, its notes, and the list of all relationships."""

import codecs
import csv
import re
from collections.abc import Mapping

import pytest
import pytest_asyncio

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.pages.csv_file import csv_text
from domain.actors import Role
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import MENTEES, REGION, NamedPair, fill
from tests.api_gateway.pages.statements import counted


@pytest_asyncio.fixture
async def pairs(client: Client, worker: Database) -> Mapping[str, NamedPair]:
    """Record the sample office and return its pairs by the name of the mentee."""
    return dict(zip(MENTEES, await fill(client, worker), strict=True))


@pytest_asyncio.fixture
async def carla(pairs: Mapping[str, NamedPair], sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_a_moment_of_the_past_is_framed_and_shows_what_was_known_then(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    pair = pairs["Ida Holm"]
    signed = pair.decided["AgreementInForce"]
    page = (await carla.get(f"/relationships/{pair.id}/at", params={"moment": signed.isoformat()})).text
    text = text_of(page)
    assert "This is the past:" in text
    assert "Last event: Version 1 of the agreement is in force." in text
    assert "They have not met yet." in text
    newest = text_of((await carla.get(f"/relationships/{pair.id}/at")).text)
    assert not re.search(r"\b(today|yesterday|tomorrow)\b", newest[newest.index("This is the past:") - 400 :])
    assert 'method="post"' not in page[page.index("<main") :]
    earlier, later = (link for link in links(page) if "moment=" in link and "corrected" not in link)
    assert "The mentor signed version 1" not in text
    assert "1 meeting, 60 minutes together" in text_of((await carla.get(later)).text)
    assert "Last event:" in text_of((await carla.get(earlier)).text)


async def test_a_slider_goes_through_the_moments_without_script(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    pair = pairs["Ida Holm"]
    path = f"/relationships/{pair.id}/at"
    newest = (await carla.get(path)).text
    found = re.search(r'name="step" min="1" max="(\d+)" value="(\d+)"', newest)
    assert found is not None
    assert found[1] == found[2]
    assert 'rel="next"' not in newest
    main = newest[newest.index("<main") :]
    said = [text_of(each) for each in re.findall(r"<button[^>]*>(.*?)</button>", main)]
    assert said == ["Show this moment", "Show this day and hour"], "each button names what it shows"
    first = (await carla.get(f"{path}?step=1")).text
    assert "The application was accepted." in text_of(first)
    assert 'rel="prev"' not in first
    [later] = [link for link in links(first) if "moment=" in link and "corrected" not in link]
    second = (await carla.get(later)).text
    assert f'max="{found[1]}" value="2"' in second
    assert text_of(second) == text_of((await carla.get(f"{path}?step=2")).text)
    assert text_of((await carla.get(f"{path}?step=9999")).text) == text_of(newest)
    assert (await carla.get(f"{path}?step=0")).status_code == 422


async def test_a_moment_is_shown_as_known_then_and_as_corrected_since(
    carla: Browser, pairs: Mapping[str, NamedPair], worker: Database
) -> None:
    pair = pairs["Ida Holm"]
    meeting, known = pair.state.meetings.log[0].id, pair.now
    pair.days(1)
    pair.do(CorrectMeeting, pair.mentor, meeting=meeting, minutes=45)
    pair.do(ConfirmMeeting, pair.mentee, meeting=meeting, version=2)
    await pair.store(SqlRecords(worker))
    path = f"/relationships/{pair.id}/at"
    then = (await carla.get(path, params={"moment": known.isoformat()})).text
    assert "45 minutes" not in section(then, "meetings")
    [other] = [link for link in links(then) if "corrected=yes" in link]
    since = (await carla.get(other)).text
    assert "45 minutes" in section(since, "meetings")
    assert "with the meetings as they have been corrected since" in text_of(since)
    before = pair.decided["AgreementInForce"].isoformat()
    early = (await carla.get(path, params={"moment": before, "corrected": "yes"})).text
    assert "They have not met yet." in text_of(early), "what took place later is not of this moment"


async def test_before_the_application_there_was_nothing_and_a_wrong_moment_is_worded(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    path = f"/relationships/{pairs['Ida Holm'].id}/at"
    assert "There was no application yet." in text_of(
        (await carla.get(f"{path}?moment=2020-01-01T10:00")).text
    )
    wrong = await carla.get(f"{path}?moment=yesterday")
    assert "Choose a day and an hour" in text_of(wrong.text)


async def test_an_agreement_is_read_word_by_word_with_its_digest_and_prints_with_lines_to_sign(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    page = (await carla.get(f"/relationships/{pairs['Ida Holm'].id}/agreement")).text
    assert "Letter of Understanding" in page
    assert "Mentee signed Aug" in plain(section(page, "facts"))
    assert len(plain(section(page, "digest")).split()[1]) == 64
    assert page.count("Signature".lower()) >= 2
    none = await carla.get(f"/relationships/{pairs['Ana Ruiz'].id}/agreement")
    assert none.status_code == 404


async def test_a_pair_without_notes_says_so(carla: Browser, pairs: Mapping[str, NamedPair]) -> None:
    page = (await carla.get(f"/relationships/{pairs['Ida Holm'].id}/notes")).text
    assert "Nobody has written a note about this pair." in text_of(page)


async def test_a_list_is_searched_filtered_and_ordered_by_its_address(carla: Browser) -> None:
    everything = (await carla.get("/relationships")).text
    assert len(rows(everything[everything.index("<tbody>") : everything.index("</tbody>")])) == 24
    found = (await carla.get("/relationships?q=nanez")).text
    assert "María José Ñáñez" in found
    assert "1 relationship" in text_of(found)
    assert '<a class="chip" href="/relationships">' in found
    matching = (await carla.get("/relationships?stage=matching&order=-name")).text
    named = rows(matching[matching.index("<tbody>") : matching.index("</tbody>")])
    assert [row.split()[0] for row in named] == sorted((row.split()[0] for row in named), reverse=True)
    assert all(" Matching " in row for row in named)
    late = (await carla.get("/relationships?late=yes&stage=matching")).text
    assert [row.split(" no ")[0] for row in rows(late[late.index("<tbody>") : late.index("</tbody>")])] == [
        "Bea Lowe",
        "Theo Hall",
    ]
    assert "/relationships?stage=matching" in links(late)
    assert (await carla.get("/relationships?stage=wedding")).status_code == 422


async def test_no_order_tells_of_names_that_the_reader_does_not_see(carla: Browser, sign_in: SignIn) -> None:
    pam = await sign_in("Pam", Role.PAYMENT_STAFF)
    for order in ("name", "-name"):
        page = (await pam.get("/relationships", params={"order": order})).text
        shown = [each for each in links(page) if re.fullmatch(r"/relationships/[0-9a-f]{32}", each)]
        assert len(shown) == 24
        assert shown == sorted(shown), "without a name, by id"


async def test_a_list_says_what_to_do_when_nothing_is_found(carla: Browser) -> None:
    page = (await carla.get("/relationships?q=nobody")).text
    assert "No relationship matches this search." in text_of(page)


async def test_the_list_takes_six_statements_at_most(carla: Browser, client: Client) -> None:
    with counted(client.office.database) as sent:
        await carla.get("/relationships?late=yes&q=a&region=r1")
    assert len(sent) <= 6, sent


async def test_the_file_of_a_list_has_the_same_rows(carla: Browser) -> None:
    answer = await carla.get("/relationships.csv?stage=matching&order=name")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(codecs.BOM_UTF8)
    read = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    page = (await carla.get("/relationships?stage=matching&order=name")).text
    assert [row["Mentee"] for row in read] == [
        name for name in (row["Mentee"] for row in read) if name in page
    ]
    assert len(read) == len(rows(page[page.index("<tbody>") : page.index("</tbody>")]))
    assert all(len(row["Since"]) == 10 for row in read)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@a", "|a", "%a", "\t=1", " =1", "\u00a0=1", "\n=1", "＝1", "'=1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_neutralized(cell: str) -> None:
    written = csv_text(["head"], [[cell]]).decode("utf-8-sig")
    (_, (read,)) = list(csv.reader(written.splitlines(keepends=True)))
    assert read == (cell if cell.startswith("'") else f"'{cell}")


def test_a_number_stays_a_number_and_a_name_stays_itself() -> None:
    assert csv_text(["a", "b"], [[-5, "O'Neil"]]).decode("utf-8-sig") == "a,b\r\n-5,O'Neil\r\n"
