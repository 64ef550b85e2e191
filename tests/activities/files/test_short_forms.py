"""Short forms of first names, English and Spanish."""

import pytest

from activities.adapters.files.short_forms import short_forms
from domain.people.near_names import nearly_one_name


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("sam", "samuel"),
        ("theo", "theodore"),
        ("beth", "elizabeth"),
        ("bob", "robert"),
        ("peggy", "margaret"),
        ("pepe", "jose"),
        ("paco", "francisco"),
        ("lupita", "guadalupe"),
        ("nacho", "ignacio"),
    ],
)
def test_a_short_form_is_found_from_either_side(short: str, whole: str) -> None:
    found = short_forms()
    assert whole in found[short]
    assert whole in found[whole], "a whole name stands for itself, so that the two are found together"
    assert nearly_one_name(f"{short} ortiz", f"{whole} ortiz", found)
    assert nearly_one_name(f"{whole} ortiz", f"{short} ortiz", found)


def test_whole_names_are_in_one_order_and_as_names_are_compared() -> None:
    assert all(list(wholes) == sorted({*wholes}) for wholes in short_forms().values())
    assert all(name == name.lower() and name.isascii() for name in short_forms())
