"""Lists that have names in capitals: nobody is renamed."""

from tests.domain.people.proposal.lists_of import OFFICE, after, kinds, lists, person, proposed

ZOE = person("zoe", name="Zoe Hart-Miller", email="zoe.hart@example.org")
KIT = person("kit", name="Kit Wong", email="kit.wong@example.org")


def test_names_in_capitals_rename_nobody_and_are_one_remark() -> None:
    capitals = [{**ZOE, "name": "HART-MILLER, Zoe"}, {**KIT, "name": "WONG, Kit"}]
    proposal = proposed(lists(people=capitals), after(ZOE, KIT))
    assert (kinds(proposal), proposal.writes.people) == (["unchanged", "unchanged"], ())
    of_case = [each for each in proposal.remarks if "upper and lower case" in each]
    assert of_case == [
        "people.csv, rows 2 and 3: names that differ from the office's in upper and lower case alone, and nothing is "
        "changed. To write one otherwise, use the person's page or `mentorflow send people/NUMBER/change --body "
        """'{"name": "TEXT"}'`."""
    ]


def test_a_name_that_differs_in_more_than_case_is_changed() -> None:
    proposal = proposed(lists(people=[{**ZOE, "name": "ZOË HART-MILLER"}]), after(ZOE))
    assert kinds(proposal) == ["changed"]
    assert not any("upper and lower case" in each for each in proposal.remarks)


def test_a_new_person_has_the_name_of_the_list() -> None:
    [write] = proposed(lists(people=[{**ZOE, "name": "HART-MILLER, Zoe"}]), OFFICE).writes.people
    assert write.values["name"] == "Zoe HART-MILLER"
