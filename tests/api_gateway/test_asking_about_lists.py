"""What an import asks about its lists: of which regions they are complete, what their headings mean, and the answers."""

from api_gateway.services.programs import programs
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, propose, roster
from tests.conftest import PROGRAM


# C5
async def test_a_complete_list_without_regions_is_one_of_the_association_where_its_sender_serves(
    client: Client,
) -> None:
    term = await open_term(client)
    north = GOOD["people"] + "cid,Cid C,cid@example.org,principal,D2,r2,\n"
    await roster(
        client,
        term,
        {**GOOD, "people": north, "memberships": GOOD["memberships"] + "cid,active,2020-01-01,\n"},
    )
    other = next(
        name for name, file in programs().items() if file.association != programs()[PROGRAM].association
    )
    far = {"code": "far", "name": "Far", "program": other}
    assert (await client.send("admin", "POST", "/v1/regions", key="far", json=far)).status_code == 201
    nobody = {"memberships": "key,membership,first\nann,active,2020-01-01\n"}
    for name, regions in (("admin", {"r1", "r2"}), ("coordinator", {"r1"}), ("elsewhere", {"r2"})):
        sent = await propose(client, term, nobody, name=name, key=name, complete_classes="active")
        assert sent.status_code == 201, sent.text
        asked = {each["id"].split(":")[2] for each in sent.json()["questions"]}
        assert asked == regions, name
