"""A move says what stays where it is, and names the relationships that run."""

from dataclasses import replace

from domain.people.proposal.known import RunningPair
from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import NORTH, STATE, after, by_key, kinds, lists, person


def test_the_state_offices_move_names_the_pair_that_runs_on() -> None:
    office = after(person("m1", name="Ann"), person("m2", name="Bo"), person("m3", name="Cid"))
    pair = RunningPair(mentee=by_key(office, "m1").id, mentor=by_key(office, "m2").id, region="north")
    office = replace(office, pairs=(pair,))
    given = lists(
        people=[person("m1", name="Ann", region="central"), person("m3", name="Cid", region="central")]
    )
    proposal = propose(given, office, STATE, {})
    assert kinds(proposal) == ["moved", "moved"]
    assert proposal.remarks == (
        "people.csv, row 2: Ann belongs to region north, and the list says central. What runs stays where it is: the "
        "relationship of Ann and Bo in region north. What begins from now on begins in the new region.",
    )
    asked = propose(given, office, NORTH, {}).questions
    assert "the relationship of Ann and Bo in region north" in asked[0].problem
    assert asked[0].problem.endswith("Does the person move?")


def test_fewer_places_than_a_mentor_has_mentees_are_said() -> None:
    office = after(person("m1", name="Ann"), person("m2", name="Bo"), mentors=[{"key": "m2", "capacity": 2}])
    pair = RunningPair(mentee=by_key(office, "m1").id, mentor=by_key(office, "m2").id, region="north")
    office = replace(office, pairs=(pair,))
    proposal = propose(lists(mentors=[{"key": "m2", "name": "Bo", "capacity": 0}]), office, STATE, {})
    assert (kinds(proposal), proposal.remarks) == (
        ["changed"],
        (
            "mentors.csv, row 2: Bo has 1 mentee now, and 0 places from now on. The pairs stay as they are; nobody new "
            "is matched until there is a place.",
        ),
    )
    enough = propose(lists(mentors=[{"key": "m2", "name": "Bo", "capacity": 1}]), office, STATE, {})
    assert (kinds(enough), enough.remarks) == (["changed"], ())
