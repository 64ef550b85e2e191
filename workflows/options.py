"""How long activities may take and how often they are retried, by what they do."""

from datetime import timedelta
from typing import Final, TypedDict

from temporalio.common import RetryPolicy


class Options(TypedDict, total=False):
    """The part of an activity's options that differs by purpose."""

    task_queue: str
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


class LocalOptions(TypedDict):
    """The options of an activity that runs within a workflow task."""

    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


_DATABASE: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=10),
)

# A decision that is made must be written, however long the database is unreachable. The timeout is how long a caller
# waits after a worker has died, so it is short.
RECORD: Final = Options(start_to_close_timeout=timedelta(seconds=3), retry_policy=_DATABASE)

# Nothing is decided yet: after a minute the caller is told "try again".
FACTS: Final = Options(
    start_to_close_timeout=timedelta(seconds=3),
    schedule_to_close_timeout=timedelta(minutes=1),
    retry_policy=_DATABASE,
)

# The same within the workflow task: it costs the server one event instead of six.
FACTS_IN_TASK: Final = LocalOptions(
    start_to_close_timeout=timedelta(seconds=3),
    schedule_to_close_timeout=timedelta(minutes=1),
    retry_policy=_DATABASE,
)

# Effects end with a value within a day; housekeeping repeats what was not done by then.
EFFECT: Final = Options(
    start_to_close_timeout=timedelta(seconds=30),
    schedule_to_close_timeout=timedelta(days=1),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=3.0, maximum_interval=timedelta(minutes=30)
    ),
)
NOTICE: Final = Options(task_queue="notices", **EFFECT)

HOUSEKEEPING: Final = Options(
    start_to_close_timeout=timedelta(minutes=2),
    schedule_to_close_timeout=timedelta(minutes=10),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)
# A worker that is killed is noticed by its missing heartbeats, and another one goes on with what is left.
OPERATION: Final = Options(
    start_to_close_timeout=timedelta(hours=2),
    schedule_to_close_timeout=timedelta(days=1),
    heartbeat_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)
CALL: Final = Options(task_queue="notices", **HOUSEKEEPING)

# A part takes seconds, or minutes beside an office at work. A night whose database or Temporal was away is tried for a
# day; then the next night checks.
CHECK: Final = Options(
    task_queue="checks",
    start_to_close_timeout=timedelta(minutes=15),
    schedule_to_close_timeout=timedelta(days=1),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1)),
)

# A round sends at most some hundred emails; a worker that is killed is noticed by its missing heartbeats.
OUTBOX: Final = Options(
    task_queue="notices",
    start_to_close_timeout=timedelta(minutes=10),
    schedule_to_close_timeout=timedelta(minutes=30),
    heartbeat_timeout=timedelta(seconds=60),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)
