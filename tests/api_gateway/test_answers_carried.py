"""A list that was corrected and sent again: what was answered for it before is not asked again."""

from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster, take_over

ALIKE = "key,name,email,role_title,district,region\nx1,Ann A,ann2@example.org,principal,D1,r1\n"
WRONG = "x2,Dan D,dan@example.org,principal,D2,nowhere\n"


async def test_an_answer_to_the_same_question_holds_for_the_corrected_list(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    first = (await propose(client, term, {"people": ALIKE + WRONG}, key="first")).json()
    [question] = first["questions"]
    assert (question["code"], len(first["refused"])) == ("alike_people", 1)
    await answer(client, first, {question["id"]: "two"})
    corrected = "Number;Name;Email;Job Title;District;Region\n;;;;;\n" + (
        ALIKE.partition("\n")[2].replace(",", ";") + WRONG.replace("nowhere", "r2").replace(",", ";")
    )
    again = (await propose(client, term, {"people": corrected}, key="again")).json()
    [alike] = [each for each in again["questions"] if each["code"] == "alike_people"]
    assert (alike["answer"], alike["rows"]) == ("different", {"people.csv": [3]})
    other = corrected.replace("Ann A", "Anna Aa")
    changed = (await propose(client, term, {"people": other}, key="other")).json()
    assert [each["answer"] for each in changed["questions"] if each["code"] == "alike_people"] in ([], [""])


async def test_whether_somebody_has_lapsed_is_asked_again_of_each_list(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    part = {"memberships": "key,membership,first\nann,active,2020-01-01\n"}
    first = (await propose(client, term, part, key="first", complete_classes="active")).json()
    await answer(client, first, {first["questions"][0]["id"]: "yes"})
    again = (await propose(client, term, part, key="again", complete_classes="active")).json()
    assert [each["answer"] for each in again["questions"]] == [""]


CID = "cid,Cid C,cid@example.org,principal,D1,r1,ann\n"
THREE = {
    "people": GOOD["people"] + CID,
    "memberships": "key,membership,first\nann,active,2020-01-01\nben,active,2020-01-01\ncid,active,2020-01-01\n",
}
SECOND = "key,membership,first\n"
ANN, BEN, OF_CID = (f"{key},retired,2026-06-01\n" for key in ("ann", "ben", "cid"))


# C10
async def test_answers_stay_where_another_list_was_taken_over_and_where_rows_have_moved(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, THREE)
    big = (await propose(client, term, {"memberships": SECOND + ANN + BEN + OF_CID}, key="big")).json()
    [group] = big["questions"]
    assert (len(group["about"]), "covers" in group) == (3, False)
    each = await answer(client, big, {group["id"]: "each"})
    of_ben = next(
        one for one in each["questions"] if one["rows"] == {"memberships.csv": [3]} and not one["answer"]
    )
    answered = await answer(client, each, {of_ben["id"]: "both"})
    assert answered["counts"]["question"] == 2
    small = (await propose(client, term, {"memberships": SECOND + ANN}, key="small")).json()
    done = await take_over(client, await answer(client, small, {small["questions"][0]["id"]: "ends"}))
    assert done.json()["state"] == "done"
    path = f"/v1/imports/{big['id']}/answers"
    now = (await client.send("admin", "POST", path, key="go on", json={"answers": {}})).json()
    assert (now["counts"]["question"], now["counts"]["new"]) == (1, 1), "only the row of cid waits, as before"
    moved = (await propose(client, term, {"memberships": SECOND + OF_CID + BEN}, key="moved")).json()
    assert [(row["row"], row["outcome"]) for row in moved["rows"]] == [(2, "question"), (3, "new")]


async def test_a_list_that_asks_nothing_of_it_leaves_the_answers_to_the_next_one(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, THREE)
    first = (await propose(client, term, {"memberships": SECOND + ANN + BEN}, key="first")).json()
    await answer(client, first, {first["questions"][0]["id"]: "both"})
    between = (await propose(client, term, {"memberships": THREE["memberships"]}, key="between")).json()
    assert between["questions"] == []
    again = (await propose(client, term, {"memberships": SECOND + BEN}, key="again")).json()
    assert [each["answer"] for each in again["questions"]] == ["both"]


async def test_a_wrong_same_about_two_new_rows_is_listed_in_a_new_import_too_and_can_be_given_otherwise(
    client: Client,
) -> None:
    """Rows 2 and 3 of s3.csv: both were refused, the answer stood nowhere, and nothing was asked any more."""
    term = await open_term(client)
    await roster(client, term, GOOD)
    heading = GOOD["people"].partition("\n")[0] + "\n"
    rows = (
        "00921,Liv Aas,liv@post.example,principal,Iron Hills Schools,r1,\n"
        "00922,Lív Aas,liv2@post.example,principal,Iron Hills Schools,r1,\n"
    )
    first = (await propose(client, term, {"people": heading + rows}, key="first")).json()
    [alike] = first["questions"]
    corrected = rows.replace("liv2@", "liv3@").replace("Iron Hills Schools,r1,\n", "Iron Hills,r1,\n")
    third = (await propose(client, term, {"people": heading + corrected}, key="corrected")).json()
    assert alike["id"] in [each["id"] for each in third["questions"]], "two numbers are two numbers"
    wrong = await answer(client, first, {alike["id"]: "same"})
    answers = [each["answer"] for each in wrong["questions"]]
    assert (wrong["counts"]["question"], wrong["counts"]["refused"], answers) == (2, 0, ["same", ""])
    again = (await propose(client, term, {"people": heading + rows}, key="again")).json()
    [same, which] = again["questions"]
    assert (same["id"], same["answer"], which["code"]) == (alike["id"], "same", "rows_differ")
    assert "because somebody answered same" in which["problem"]
    path = f"/v1/imports/{again['id']}/answers"
    sent = await client.send(
        "admin", "POST", path, key="otherwise", json={"answers": {alike["id"]: "different"}}
    )
    assert (sent.json()["counts"]["new"], sent.json()["refused"]) == (2, [])
