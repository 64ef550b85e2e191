"""A log line has a fixed phrase and fields from one list, whatever code wrote it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from workers.logs import configure_logs, logger


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def last_line(capture: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capture.readouterr().err.splitlines()[-1])
    return line


def test_a_field_that_is_not_on_the_list_never_reaches_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(console=False, process="worker")
    logger("test").info("notice sent", notice_id="n1", email="somebody@example.org")
    line = last_line(capsys)
    assert line["event"] == "notice sent"
    assert line["notice_id"] == "n1"
    assert line["process"] == "worker"
    assert "email" not in line


def test_an_error_is_named_by_its_class_and_place_and_not_by_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(console=False)
    try:
        raise ValueError("somebody@example.org is no address")
    except ValueError:
        logger("test").exception("mail refused")
    line = last_line(capsys)
    assert line["error"] == "ValueError"
    assert "example.org" not in json.dumps(line)


def test_a_library_line_comes_without_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(console=False)
    logging.getLogger("library").warning("could not reach %s", "somebody@example.org")
    assert last_line(capsys)["event"] == "could not reach %s"


def test_an_error_of_a_library_comes_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(console=False)
    try:
        raise RuntimeError("somebody@example.org")
    except RuntimeError:
        logging.getLogger("library").exception("it failed")
    line = last_line(capsys)
    assert line["error"] == "RuntimeError"
    assert "example.org" not in json.dumps(line)


def test_a_person_at_a_terminal_gets_the_same_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(console=True)
    logger("test").info("notice sent", notice_id="n1", email="somebody@example.org")
    text = capsys.readouterr().err
    assert "notice sent" in text
    assert "n1" in text
    assert "example.org" not in text
