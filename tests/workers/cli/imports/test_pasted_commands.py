"""Every command that an import prints can be pasted: the parser of our own command line takes it as it stands."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from domain.people.proposal import by_command
from tests.workers.cli.imports.office import ALIKE, ID, LAPSES, REFUSED, TITLES, Office, Run
from workers.__main__ import app
from workers.cli.imports import asking, command
from workers.cli.imports.help import HELP
from workers.cli.send import DONE, _fits
from workers.settings import REPOSITORY


def refusing(office: Office, rows: int) -> Office:
    """Return an office that refuses so many rows."""
    office.counts["refused"] = rows
    return office


THEIRS = {**ALIKE, "id": "move:1", "who": "state_office", "yours": False}
_COMMAND = re.compile(r"mentorflow (?:import|export|send|list|show) .+")


def commands(text: str) -> Iterator[list[str]]:
    """Yield the commands of a text; each stands in backticks, or is the last on its line."""
    for line in text.splitlines():
        if found := _COMMAND.search(line):
            yield shlex.split(found[0].partition("`")[0])[1:]


def taken(arguments: list[str]) -> bool:
    """Return whether the parser takes a command, with all of its options."""
    group: Any = typer.main.get_command(app)
    with group.make_context("mentorflow", [*arguments], resilient_parsing=False) as context:
        name, found, rest = group.resolve_command(context, [*arguments])
        with found.make_context(name, rest, parent=context):
            return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder whose name, as that of its lists, has blanks and an apostrophe."""
    place = tmp_path / "Ann's lists of 2026"
    place.mkdir()
    (place / "people.csv").write_text("key,name\n")
    (place / "all our members.xlsx").write_bytes(b"x")
    return place


OFFICES = [
    refusing(Office([TITLES, ALIKE, THEIRS, LAPSES], [REFUSED], changed=1, question=2), 1),
    Office([TITLES, ALIKE, THEIRS], [], changed=1, question=2),
    Office([], [], changed=1),
]


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("options", [(), ("--preview",), ("--yes",), ("--without", "questions")])
def test_what_an_import_prints_is_taken_by_the_parser(
    office: Office, options: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PAUSE", 0)
    monkeypatch.setattr(asking, "request", office.request)
    office.states = ["done"]
    answers = folder / "my answers.json"
    arguments = ["import", str(folder), "--token", "t", "--url", "http://h", *options]
    ended = CliRunner().invoke(app, [*arguments, "--write-answers", str(answers)])
    assert ended.exit_code in (0, 1, 3), ended.output
    found = [*commands(ended.output)]
    assert ["import", f"{folder / 'all our members.xlsx'}"] in found
    assert all(map(taken, found)), found
    written = [each for each in found if "--answers" in each]
    assert all(str(answers) in each for each in written)
    assert all(each[-2:] == ["--url", "http://h"] for each in found if ID in each and "--answers" in each)


def test_the_commands_of_the_help_are_taken_by_the_parser() -> None:
    found = [*commands(HELP)]
    assert len(found) == 10
    assert all(taken(each) for each in found if "--help" not in each)


def named_in_proposals() -> list[tuple[str, str]]:
    """Return the paths that sentences of a proposal name, each with its file."""
    return [
        (file.name, re.sub(r"\{.*?\}", "X", path))
        for file in sorted((REPOSITORY / "domain" / "people" / "proposal").glob("*.py"))
        for path in re.findall(r'"((?:people|relationships)/[^"]+)"', file.read_text())
    ]


@pytest.mark.parametrize(("file", "path"), named_in_proposals())
def test_the_commands_in_sentences_have_their_contents_and_a_place_in_the_api(file: str, path: str) -> None:
    [found] = commands(by_command.command(path, {"day": "it's"}))
    assert found == ["send", path, "--body", '{"day": "it\'s"}']
    assert taken(found)
    known = tomllib.loads(DONE.read_text(encoding="utf-8"))
    assert any(_fits(each.split("/"), path.split("/")) for each in known if each != "*"), file


def test_an_option_that_does_not_exist_is_found() -> None:
    with pytest.raises(Exception, match="No such option"):
        taken(["import", "x.csv", "--ful"])


def test_a_term_whose_name_has_a_blank_is_named_so_that_it_can_be_pasted(run: Run) -> None:
    class Blank(Office):
        def request(self, method: str, path: str, token: str, url: str, **options: Any) -> Any:
            if path == "/v1/terms":
                return {"data": [{"id": "2" * 32, "name": "Fall 2026", "program": "one"}]}
            return super().request(method, path, token, url, **options)

    ended = run(Blank([], []), "--term", "2030")
    assert "--term 'Fall 2026' --program one" in " ".join(ended.output.replace("│", " ").split())
