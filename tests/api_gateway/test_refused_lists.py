"""Lists that are refused: the words name what was sent."""

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
