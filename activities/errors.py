"""The errors of adapters, and their one translation into failures that Temporal understands."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError


class Unavailable(Exception):
    """The other side does not answer; the same call may succeed later."""


class JournalFork(Exception):
    """The journal holds something else at that place. Never retried: a person looks."""


class JournalBehind(Exception):
    """The journal ends before that place, as after a restore. Never retried: a person looks."""


@contextmanager
def translate_journal_errors() -> Iterator[None]:
    """Turn what may not be retried into a failure of a neutral type; everything else is retried as it is."""
    try:
        yield
    except (JournalFork, JournalBehind) as error:
        kind = type(error).__name__
        raise ApplicationError(kind, type=kind, non_retryable=True) from error
