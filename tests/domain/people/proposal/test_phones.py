"""Phone numbers of a list that differ from those of the office in how they are written alone."""

import pytest

from domain.people.identity import phone_said
from tests.domain.people.proposal.lists_of import after, kinds, lists, person, proposed


@pytest.mark.parametrize("said", ["16125550120", "6125550120", "1 612 555 0120", "+16125550120"])
def test_a_1_before_ten_digits_of_a_north_american_number_changes_nothing(said: str) -> None:
    office = after(person("m1", phone="+1 (612) 555-0120"))
    assert kinds(proposed(lists(people=[person("m1", phone=said)]), office)) == ["unchanged"]


def test_other_numbers_stay_apart() -> None:
    assert phone_said("+47 22 33 44 55") != phone_said("47 22 33 44 55")
    assert phone_said("+1 612 555 0120 ext. 2") != phone_said("612 555 0120")
    assert phone_said("1 123 555 0120") != phone_said("123 555 0120")
