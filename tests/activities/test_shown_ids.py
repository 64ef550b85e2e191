"""Ids that follow from the journal leave the office as keyed digests, and come back as what they were (C58)."""

import base64
import json
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.keyring import Keyring
from activities.adapters.shown_ids import AS_THEY_ARE, ShownIds
from domain.ids import derive, is_id

KEYS = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("k1", "k2")}


def ids(folder: Path, *names: str, current: str = "k1") -> ShownIds:
    file = folder / f"{'-'.join(names)}-{current}"
    file.write_text(json.dumps({"current": current, "keys": {name: KEYS[name] for name in names}}))
    return ShownIds(Keyring(file))


@given(st.binary(min_size=16, max_size=16))
def test_an_id_comes_back_as_it_was_and_has_the_same_form(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    here, id = ids(tmp_path_factory.getbasetemp(), "k1"), content.hex()
    shown = here.shown(id)
    assert is_id(shown)
    assert (here.inner(shown), shown == id) == (id, False)


def test_nobody_without_the_key_can_compare_a_shown_id_with_a_guess(tmp_path: Path) -> None:
    one, other = ids(tmp_path, "k1"), ids(tmp_path, "k2", current="k2")
    guess = derive("task", derive("pair"), "12", "handle_complaint", "")
    assert len({guess, one.shown(guess), other.shown(guess)}) == 3
    assert one.of_email(f"{guess}.2.es") == f"{one.shown(guess)}.2.es"


def test_a_new_key_changes_no_link(tmp_path: Path) -> None:
    before, after = ids(tmp_path, "k1"), ids(tmp_path, "k1", "k2", current="k2")
    id = derive("notice")
    assert (before.shown(id), before.of_email(id)) == (after.shown(id), after.of_email(id))


def test_what_is_no_id_stays_as_it_is(tmp_path: Path) -> None:
    here = ids(tmp_path, "k1")
    for text in ("", "late", derive("x")[:-1], derive("x").upper()):
        assert here.shown(text) == here.inner(text) == text
    assert AS_THEY_ARE.shown(derive("x")) == AS_THEY_ARE.inner(derive("x")) == derive("x")
