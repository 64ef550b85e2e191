"""A list that was corrected and sent again: what was answered for it before is not asked again."""

from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster

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
