"""`mentorflow scan` sends the scan of a signed paper and saves one that is kept."""

from pathlib import Path

from typer.testing import CliRunner

from api_gateway.services.problem import Problem
from tests.workers.cli.test_cli import answering
from workers.__main__ import app

PAIR, SCAN = "a" * 32, "b" * 32


def scan(*arguments: str) -> tuple[int, str, str]:
    """Return how the command ends and what it prints."""
    ended = CliRunner().invoke(app, ["scan", PAIR, "--token", "t", *arguments])
    return ended.exit_code, ended.stdout, ended.stderr


def test_the_id_of_a_sent_scan_is_printed(tmp_path: Path) -> None:
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(b"%PDF-1.7 %%EOF")
    with answering(201, {"scan": SCAN}) as url:
        assert scan("--send", str(paper), "--url", url) == (0, f"{SCAN}\n", "")
    with answering(422, Problem(422, "scan_not_readable").body()) as url:
        code, _, said = scan("--send", str(paper), "--url", url)
    assert (code, "Scan the paper again" in said) == (1, True)


def test_a_scan_is_saved_into_a_file(tmp_path: Path) -> None:
    into = tmp_path / "saved.pdf"
    with answering(200, "kept") as url:
        assert scan("--save", SCAN, "--into", str(into), "--url", url)[0] == 0
    assert into.read_bytes() == b'"kept"'


def test_a_missing_file_or_choice_is_said_in_words(tmp_path: Path) -> None:
    for arguments, words in (
        (("--send", str(tmp_path / "none.pdf")), "there is no file"),
        ((), "name a file to --send"),
        (("--save", SCAN), "name a file to --send"),
    ):
        code, _, said = scan(*arguments)
        assert code == 2
        assert words in " ".join(said.replace("│", " ").split())
