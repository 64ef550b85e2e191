"""Log lines: a short fixed phrase and fields from one list of names.

The list is the last filter for a line. A field that is not on it never reaches a log, so that a careless call cannot
write a name, an address or typed text. Lines from libraries pass it too, without the values of their arguments.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

# Codes, ids, counts and durations only. Add a name here only if its values contain no personal data.
FIELDS: Final = frozenset(
    {
        # every line
        "event", "level", "timestamp", "logger", "process",
        # where it happened
        "workflow_id", "workflow_type", "run_id", "activity", "attempt", "queue", "stream", "seq", "kind",
        "command_id", "command", "update", "program", "term", "stage", "region_id", "notice_id", "notice",
        "task_id", "schedule", "engine", "digest",
        # requests
        "method", "route", "status", "role", "request_id", "code", "reason",
        # amounts
        "count", "duration_ms", "size", "port", "address", "version", "pid", "exit_code", "name", "ok",
        # errors: where, never what was said
        "error", "where",
    }
)  # fmt: skip


def keep_listed_fields(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list. Runs last, before the line is rendered."""
    return {name: value for name, value in line.items() if name in FIELDS}


def name_error(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its class and its innermost place, because messages may quote what people typed."""
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            line["where"] = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return line


def configure_logs(level: str = "INFO", *, console: bool | None = None, process: str | None = None) -> None:
    """Route structlog and the standard library's logging to standard error.

    Args:
        level: The lowest level that is written.
        console: Write readable text instead of JSON; by default if standard error is a terminal.
        process: The name of this process, shown on every line.
    """
    pretty = sys.stderr.isatty() if console is None else console
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _, __, line: line if process is None else {**line, "process": process},
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            name_error,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _write_to_stderr(_formatter(shared, pretty=pretty), level)


def _formatter(
    shared: list[structlog.typing.Processor], *, pretty: bool
) -> structlog.stdlib.ProcessorFormatter:
    """Return what turns a line, ours or a library's, into text."""
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if pretty
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, name_error],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, keep_listed_fields, render],
        # A library's line keeps its text without the arguments, and no traceback: both may be personal.
        use_get_message=False,
        keep_exc_info=False,
        keep_stack_info=False,
    )


def _write_to_stderr(formatter: logging.Formatter, level: str) -> None:
    """Make standard error the only place of log lines, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # These write one line for each request or statement, with addresses and values in them.
    for chatty in ("uvicorn.access", "sqlalchemy.engine", "httpx2", "httpcore2", "mail.log", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger for one module: `log = logger(__name__)`, then `log.info("notice sent", notice_id=…)`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound
