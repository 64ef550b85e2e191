"""Histories that earlier code recorded, stored beside the tests in one file for each run."""

from __future__ import annotations

import gzip
from pathlib import Path

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

FOLDER = Path(__file__).parent / "histories"


def write(name: str, engine: int, histories: list[WorkflowHistory]) -> None:
    """Store the runs of one scenario as protobuf, which is much smaller and faster to load than JSON."""
    folder = FOLDER / f"engine-{engine}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, history in enumerate(histories, 1):
        encoded = History(events=history.events).SerializeToString(deterministic=True)
        path = folder / f"{name}-{number}.pb.gz"
        path.write_bytes(gzip.compress(encoded, mtime=0))


def read(path: Path) -> WorkflowHistory:
    """Return one stored run."""
    history = History()
    history.ParseFromString(gzip.decompress(path.read_bytes()))
    started = history.events[0].workflow_execution_started_event_attributes
    return WorkflowHistory(started.workflow_id, list(history.events))


def paths(engine: str = "engine-*") -> list[Path]:
    """Return the paths of the stored runs of one engine, or of all, in a fixed order."""
    return sorted(FOLDER.glob(f"{engine}/*.pb.gz"))


def name_of(path: Path) -> str:
    """Return engine, scenario and run of a stored run as one word."""
    return f"{path.parent.name}-{path.name.removesuffix('.pb.gz')}"


def engines() -> list[str]:
    """Return the names of the engines that have stored runs."""
    return sorted(path.name for path in FOLDER.iterdir())
