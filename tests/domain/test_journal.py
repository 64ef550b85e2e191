"""The canonical bytes, the chain and the codec of the journal."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.codec import CodecError, from_plain
from domain.journal import (
    FIRST_PREV,
    Catalog,
    Cause,
    Envelope,
    Kind,
    NotCanonical,
    canonical,
    check_chain,
    decode,
    encode,
    seal,
)
from domain.relationship.rooms import EVENTS
from domain.relationship.stages.contact.first_contact import FirstContactMade

ENVELOPE = Envelope(
    type="Sample",
    origin="test/1",
    stream="a" * 32,
    kind=Kind.SIDE,
    seq=1,
    prev=FIRST_PREV,
    actor=SYSTEM,
    decided_at=datetime(2026, 8, 1, 12, tzinfo=UTC),
    cause=Cause(command="b" * 32),
    body={"count": 1},
)


def chain(length: int) -> list[tuple[int, str, bytes]]:
    entries: list[tuple[int, str, bytes]] = []
    prev = FIRST_PREV
    for seq in range(1, length + 1):
        encoded = encode(replace(ENVELOPE, seq=seq, prev=prev))
        prev = seal(encoded)
        entries.append((seq, prev, encoded))
    return entries


def test_an_envelope_reads_back_and_its_hash_is_known() -> None:
    encoded = encode(ENVELOPE)
    assert decode(encoded) == ENVELOPE
    assert seal(encoded) == seal(encode(decode(encoded)))
    assert encoded == json.dumps(json.loads(encoded), sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.5},
        {"a": None},
        {"a": "sp ace"},
        {"a": "é"},
        {"a": 2**53},
        {"": "x"},
        {"a": "x" * 65},
        {"a": "x" * 0},
    ],
)
def test_what_is_outside_the_alphabet_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace(b'"seq":1', b'"seq": 1'),
        lambda text: text.replace(b'"v":1', b'"v":1,"v":1'),
        lambda text: text.replace(b'"seq":1', b'"seq":1e0'),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text + b" ",
        lambda text: text.replace(b'"count":1', b'"count":-0'),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(damage: object) -> None:
    with pytest.raises(NotCanonical):
        decode(damage(encode(ENVELOPE)))


def test_an_event_that_is_too_large_is_refused() -> None:
    with pytest.raises(NotCanonical, match="8192"):
        canonical({"list": ["x" * 60] * 200})


def test_an_intact_chain_passes_and_every_kind_of_damage_is_found() -> None:
    entries = chain(5)
    assert check_chain(entries)[1] is None
    dropped = entries[:2] + entries[3:]
    assert check_chain(dropped)[1].code == "gap"
    swapped = [entries[1], entries[0], *entries[2:]]
    assert check_chain(swapped)[1].code == "gap"
    other = encode(replace(ENVELOPE, seq=2, prev="c" * 64))
    assert check_chain([entries[0], (2, seal(other), other)])[1].code == "prev_differs"
    wrong = [entries[0], (2, "d" * 64, entries[1][2])]
    assert check_chain(wrong)[1].code == "hash_differs"


@given(st.data())
def test_any_flipped_byte_breaks_the_chain(data: st.DataObject) -> None:
    entries = chain(3)
    which = data.draw(st.integers(0, 2))
    seq, stored, encoded = entries[which]
    place = data.draw(st.integers(0, len(encoded) - 1))
    bit = data.draw(st.integers(0, 7))
    damaged = bytearray(encoded)
    damaged[place] ^= 1 << bit
    entries[which] = (seq, stored, bytes(damaged))
    assert check_chain(entries)[1] is not None


def test_event_names_are_unique_and_unknown_ones_are_not_guessed() -> None:
    catalog = Catalog(*EVENTS)
    assert len(catalog.names()) == len(set(catalog.names())) == len(EVENTS)
    with pytest.raises(KeyError):
        catalog.read(ENVELOPE)


def test_a_body_with_a_wrong_field_names_the_field() -> None:
    with pytest.raises(CodecError) as broken:
        from_plain(FirstContactMade, {"contacted_on": "soon", "mode": 3})
    assert {fault.path for fault in broken.value.faults} == {"contacted_on", "mode", "by"}
