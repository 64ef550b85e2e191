"""What follows from recorded facts about a mentor and a mentee."""

from domain.relationship.parts.slot import lowest_free
from domain.relationship.stages.matching.conflicts import conflicts_between
from domain.relationship.stages.matching.mentor_fitness import share_mailbox


def test_a_supervisor_has_a_conflict_that_nobody_needs_to_record() -> None:
    assert conflicts_between("m", "m", ("family",)) == ("family", "supervisor")
    assert conflicts_between("m", "s", ("family", "family")) == ("family",)
    assert conflicts_between("m", "", ()) == ()


def test_the_lowest_free_slot_is_taken_and_none_beyond_the_capacity() -> None:
    assert lowest_free(3, [1, 3]) == 2
    assert lowest_free(2, [1, 2]) == lowest_free(0, []) == 0


def test_two_people_with_one_email_address_are_recognized_in_any_case() -> None:
    assert share_mailbox("Ann@example.org", "ann@EXAMPLE.org")
    assert not share_mailbox("ann@example.org", "tom@example.org")
    assert not share_mailbox(None, "ann@example.org")
