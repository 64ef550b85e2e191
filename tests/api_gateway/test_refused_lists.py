"""Lists that are refused: the words name what was sent."""

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.write import write_template
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import PEOPLE, propose


async def test_a_list_with_headings_alone_is_refused(client: Client) -> None:
    term = await open_term(client)
    sent = await propose(client, term, {"people": PEOPLE, "mentors": "key,capacity\n"})
    assert [(each["file"], each["code"], each["rows"]) for each in sent.json()["refused"]] == [
        ("people.csv", "no_rows", []),
        ("mentors.csv", "no_rows", []),
    ]


async def test_memberships_alone_with_an_unknown_number_name_no_list_of_people(client: Client) -> None:
    term = await open_term(client)
    rows = "zoe,active,2020-01-01,\nzoe,active,2020-13-01,\n"
    sent = await propose(client, term, {"memberships": "key,membership,first,last\n" + rows})
    refused = {each["code"]: each["problem"] for each in sent.json()["refused"]}
    assert "unknown_key" in refused
    assert "person_refused" not in refused
    assert refused["unknown_key"].startswith("Nobody has this member number.")


# C8
async def test_the_example_row_of_an_empty_list_is_left_out_and_a_line_says_so(client: Client) -> None:
    term = await open_term(client)
    example = write_template(RosterKind.PEOPLE).decode("utf-8-sig").replace("\r\n", "\n")
    own = "ann,Ann A,ann@example.org,principal,D1,r1,,,\n"
    sent = (await propose(client, term, {"people": example + own}, key="own")).json()
    assert (sent["refused"], sent["counts"]["refused"], sent["rows"][0]["row"]) == ([], 0, 3)
    assert sent["remarks"] == [
        "people.csv, row 2: this is the example row of the empty list, about nobody. It is left out."
    ]
    alone = (await propose(client, term, {"people": example}, key="alone")).json()
    assert [each["code"] for each in alone["refused"]] == ["no_rows"]
