"""The converter of all runs: the same bytes as pydantic's own converter, with type adapters that are built once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.contrib.pydantic import pydantic_data_converter

from domain.codec import LATER
from domain.journal import Head
from workers.temporal import CONVERTER, SharedPayloadConverter


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Message with the kinds of fields that messages have."""

    at: datetime
    head: Head
    names: tuple[str, ...] = ()


SAMPLE = Sample(
    at=datetime(2026, 9, 1, 12, tzinfo=UTC), head=Head(seq=3, hash="a" * 64), names=("one", "two")
)


def test_the_bytes_are_those_of_pydantics_own_converter() -> None:
    own = pydantic_data_converter.payload_converter.to_payloads([SAMPLE, b"bytes", None])
    assert CONVERTER.payload_converter.to_payloads([SAMPLE, b"bytes", None]) == own
    assert CONVERTER.payload_converter.from_payloads(own, [Sample, bytes, type(None)]) == [
        SAMPLE,
        b"bytes",
        None,
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """Message that got a field after runs had recorded it, beside one that was None from the start."""

    name: str
    old: str | None = None
    new: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Message that holds others."""

    one: Grown
    many: tuple[Grown, ...] = ()


def test_a_field_that_was_added_later_leaves_no_trace_while_it_is_none() -> None:
    sent = Holder(one=Grown(name="a"), many=(Grown(name="b", new="c"), Grown(name="d")))
    [payload] = CONVERTER.payload_converter.to_payloads([sent])
    assert payload.data == (
        b'{"one":{"name":"a","old":null},"many":[{"name":"b","old":null,"new":"c"},{"name":"d","old":null}]}'
    )
    assert CONVERTER.payload_converter.from_payloads([payload], [Holder]) == [sent]
    [whole] = CONVERTER.payload_converter.to_payloads([Grown(name="a", new="b")])
    assert whole.data == b'{"name":"a","old":null,"new":"b"}'


def test_converters_of_different_runs_share_their_json_reader() -> None:
    one, other = SharedPayloadConverter(), SharedPayloadConverter()
    assert one.converters[b"json/plain"] is other.converters[b"json/plain"]
