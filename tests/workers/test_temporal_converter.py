"""The converter of all runs: the same bytes as pydantic's own converter, with type adapters that are built once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.contrib.pydantic import pydantic_data_converter

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


def test_converters_of_different_runs_share_their_json_reader() -> None:
    one, other = SharedPayloadConverter(), SharedPayloadConverter()
    assert one.converters[b"json/plain"] is other.converters[b"json/plain"]
