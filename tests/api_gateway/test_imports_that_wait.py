"""An import that waits: it is compared with the office as it is now, and can be thrown away."""

from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, propose, roster, take_over


async def test_an_import_without_new_answers_is_compared_with_the_office_as_it_is_now(client: Client) -> None:
    term = await open_term(client)
    first = (await propose(client, term, {"people": GOOD["people"]})).json()
    path = f"/v1/imports/{first['id']}/answers"
    assert (await roster(client, term, {"people": GOOD["people"]}, key="other")).json()["state"] == "done"
    again = await client.send("admin", "POST", path, key="go on", json={"answers": {}})
    assert (again.status_code, again.json()["counts"]["unchanged"]) == (200, 2)
    assert (await take_over(client, again.json())).json()["state"] == "done"
    over = await client.send("admin", "POST", path, key="go on after", json={"answers": {}})
    assert (over.status_code, over.json()["code"]) == (409, "import_landed")


async def test_a_preview_waits_for_nobody_and_an_import_can_be_discarded(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    changed = {"people": GOOD["people"].replace("Ann A", "Ann B")}
    await propose(client, term, changed, key="look", preview="yes")
    made = (await propose(client, term, changed, key="real")).json()
    listed = (await client.send("admin", "GET", "/v1/imports")).json()["data"]
    assert [(each["id"], each["waits_for"], bool(each["made_at"])) for each in listed] == [
        (made["id"], [], True)
    ]
    path = f"/v1/imports/{made['id']}/discard"
    assert (await client.send("admin", "POST", path, key="d")).json() == {"id": made["id"]}
    assert (await client.send("admin", "GET", "/v1/imports")).json()["data"] == []
    again = await client.send("admin", "POST", path, key="e")
    assert (again.status_code, again.json()["code"]) == (409, "import_expired")
