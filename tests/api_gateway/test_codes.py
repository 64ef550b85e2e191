"""Nobody has to guess a code: each code that a command accepts is listed with its words, by the rules in force."""

import pytest

from activities.adapters.files.program_files import load_programs
from api_gateway.services.problem import broken_rule
from domain.rules.choices import choices, limits
from tests.api_gateway.conftest import Client, reader_of
from tests.api_gateway.recorded import recorded_pair

PROGRAMS = load_programs()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(("language", "further"), [("en", False), ("es", True)])
async def test_a_program_lists_its_codes_with_words(
    client: Client, program: str, language: str, further: bool
) -> None:
    reader = await reader_of(client, program)
    answer = await client.send(reader, "GET", f"/v1/programs/{program}/codes?language={language}")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language
    file = PROGRAMS[program]
    for path in ("meetings.modes", "matching.needs", "agreement.ground_rules", "ending_reasons"):
        listed = answer.json()["codes"][path]
        assert [each["code"] for each in listed] == list(choices(file.rules)[path])
        for each in listed:
            assert each["label"] == file.label(each["code"], language)
            assert not further or each["label"] != file.label(each["code"], "en") or "_" not in each["code"]
    told = answer.json()["limits"]
    assert told["meetings.shortest_minutes"] == file.rules.meetings.shortest_minutes


async def test_an_unknown_program_has_no_codes(client: Client) -> None:
    assert (await client.send("mentee", "GET", "/v1/programs/none/codes")).json()["code"] == "unknown_program"


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_list_of_codes_of_a_program_is_a_choice(program: str) -> None:
    rules = PROGRAMS[program].rules
    assert choices(rules)["meetings.topics"] == rules.meetings.topics
    if rules.log_check is not None:
        assert choices(rules)["log_check.evidence"] == rules.log_check.evidence
    assert not any(path.startswith(("calendar", "money")) for path in (*choices(rules), *limits(rules)))


@pytest.mark.parametrize("code", ["unknown_mode", "minutes_out_of_range"])
def test_a_refusal_of_a_code_or_number_says_where_the_valid_ones_are_listed(code: str) -> None:
    assert "`mentorflow show relationships/ID/codes`" in broken_rule(code, "mode").body()["detail"]
    told = broken_rule("meeting_in_future", "began_at").body()
    assert told["detail"].startswith("The meeting is in the future. Log it after")
    assert told["errors"][0]["detail"] == f"began_at: {told['detail']}"


async def test_a_pair_sees_the_codes_of_the_rules_that_it_runs_under(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        told = await client.send("the mentee", "GET", f"{pair.path}/codes")
        assert told.status_code == 200, told.text
        modes = [each["code"] for each in told.json()["codes"]["meetings.modes"]]
        assert modes == list(pair.case.rules.meetings.modes)
        listed = {path: [each["code"] for each in codes] for path, codes in told.json()["codes"].items()}
        assert listed["meetings.dispute_reasons"] == list(pair.case.rules.meetings.dispute_reasons)
        assert listed["matching.decline_reasons"] == list(pair.case.rules.matching.decline_reasons)
        assert (await client.send("elsewhere", "GET", f"{pair.path}/codes")).status_code == 404
