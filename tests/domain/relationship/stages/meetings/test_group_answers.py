"""The answer to a group's log: refused for all because of one pair, or a line for each pair."""

from domain.ids import derive
from domain.relationship.stages.meetings.groups import (
    PairAnswer,
    PairCheck,
    group_faults,
    group_refusal,
    group_result,
    refusal_to_hear,
)


def test_one_pair_that_cannot_take_a_group_log_refuses_it_for_all() -> None:
    good = PairCheck(relationship="a", program="masa")
    broken = PairCheck(relationship="b", program="masa", code="minutes_out_of_range", field="minutes")
    assert group_faults([good, good]) == ()
    [fault] = group_faults([good, broken])
    assert (fault.relationship, fault.code) == ("b", "minutes_out_of_range")
    line = {"pointer": "/relationships/1", "detail": "minutes out of range", "code": "minutes_out_of_range"}
    assert group_refusal([fault]) == {
        "status": 422,
        "code": "group_refused",
        "errors": [{**line, "field": "/minutes"}],
    }


def test_a_group_is_of_one_program_and_says_nothing_about_pairs_of_other_regions() -> None:
    checks = (
        PairCheck(relationship="a"),
        PairCheck(relationship="b", program="masa", code="other_region"),
        PairCheck(relationship="c", program="mass"),
        PairCheck(relationship="d", program="masa"),
    )
    faults = group_faults(checks)
    assert [fault.code for fault in faults] == ["not_found", "other_region", "other_program"]
    assert [fault.line["code"] for fault in faults] == ["not_found", "not_found", "other_program"]


def test_the_result_has_a_line_for_each_pair_and_only_a_race_is_told_to_it() -> None:
    pending = PairAnswer(relationship="a", command="1")
    logged = PairAnswer(relationship="b", command="2", status=200)
    refused = PairAnswer(relationship="c", command="3", status=409, code="relationship_paused")
    gone = PairAnswer(relationship="d", command="4", status=404, code="not_found")
    result = group_result("g", (pending, logged, refused, gone))
    assert [line["status"] for line in result["results"]] == ["pending", "logged", "refused", "refused"]
    assert result["results"][1]["meeting"] == derive("meeting", "b", "2")
    told = [refusal_to_hear("g", each) for each in (pending, logged, refused, gone)]
    assert [command.code for command in told if command is not None] == ["relationship_paused"]
