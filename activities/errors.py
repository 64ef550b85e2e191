"""The errors of adapters, and the one place that translates them into failures for Temporal."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError


class Unavailable(Exception):
    """The other side does not answer; the same call may succeed later."""


class JournalFork(Exception):
    """The journal holds other content at that position. Never retried: a person must look."""


class JournalBehind(Exception):
    """The journal ends before that position, as after a restore. Never retried: a person must look."""


@contextmanager
def translate_journal_errors() -> Iterator[None]:
    """Turn errors that must not be retried into a failure of a neutral type; all other errors are retried unchanged."""
    try:
        yield
    except (JournalFork, JournalBehind) as error:
        kind = type(error).__name__
        raise ApplicationError(kind, type=kind, non_retryable=True) from error
