"""Files and folders that people name and that are not there are one line."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api_gateway.services.imports.file_names import names_of_files
from tests.workers.cli.imports.office import ALIKE, CHANGED, Office, Run
from workers.__main__ import app
from workers.cli.imports import asking, command, export
from workers.cli.imports.files import parts_of


def words(output: str) -> str:
    """Return what was printed without the frame and its line breaks."""
    return " ".join(output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("to", "expected"),
    [("nosuch/x.csv", "there is no folder"), (".", "is a folder; name a file in it")],
)
def test_an_export_into_a_place_that_is_not_there_asks_the_office_nothing(
    tmp_path: Path, to: str, expected: str
) -> None:
    ended = CliRunner().invoke(
        app, ["export", "people", "--token", "t", "--url", "http://127.0.0.1:1", "--to", str(tmp_path / to)]
    )
    assert ended.exit_code == 2, ended.output
    assert expected in words(ended.output)


def test_an_answers_file_that_is_not_there_or_a_folder_is_named(run: Run, tmp_path: Path) -> None:
    ended = run(Office([], []), "--answers", str(tmp_path / "none.json"))
    assert ended.exit_code == 2
    assert "there is no" in words(ended.output)
    ended = run(Office([], []), "--answers", str(tmp_path))
    assert "is a folder; name a file in it" in words(ended.output)


def test_a_template_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "write_bytes", refuse)
    ended = CliRunner().invoke(app, ["import", "--template", "people"])
    assert ended.exit_code == 2
    assert "you have no permission to write" in words(ended.output)


def test_the_help_says_which_fields_can_be_emptied() -> None:
    assert "The word clear empties supervisor, phone, last, trained_on" in command.HELP


def test_files_with_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "people.csv").write_text("key,name\n")
    sent = [part[1][0] for part in parts_of([tmp_path / "one", tmp_path / "two" / "people.csv"])]
    assert sent == ["one/people.csv", "two/people.csv"]
    assert names_of_files(sent) == sent
    assert names_of_files(["a/people.csv", "members.csv"]) == ["people.csv", "members.csv"]
    assert names_of_files(["people.csv", "people.csv"]) == ["people.csv", "people.csv (2)"]


def test_a_list_that_cannot_be_exported_is_named_in_plain_words() -> None:
    ended = CliRunner().invoke(app, ["export", "persons", "--token", "t"])
    assert ended.exit_code == 2
    assert "'persons' is not one of 'people', 'memberships', 'mentors'." in words(ended.output)
    assert "Value error" not in ended.output


def test_regions_without_a_complete_list_are_refused(run: Run) -> None:
    ended = run(Office([], []), "--region", "north")
    assert ended.exit_code == 2
    assert "name the class with --complete" in words(ended.output)


def test_without_questions_nobody_is_asked_what_is_open(run: Run) -> None:
    office = Office([ALIKE], [], changed=1, question=1)
    ended = run(office, "--without", "questions", typed="perhaps\nyes\n")
    assert ended.exit_code == 0, ended.output
    assert office.questions[0]["answer"] == ""
    assert "“perhaps” is neither yes nor no." in ended.output
    assert office.paths[-1].startswith("GET /v1/operations/")


def test_a_membership_without_a_last_day_says_so(run: Run) -> None:
    office = Office([], [], changed=1)
    ended_on = {"field": "membership retired until", "before": None, "after": "2026-10-31"}
    office.rows = [{**CHANGED, "kind": "memberships", "file": "memberships.csv", "changes": [ended_on]}]
    assert "membership retired last day 2026-10-31 (none before)" in run(office, "--preview").output


def test_an_export_says_how_many_rows_it_wrote_and_replaces_no_file_without_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "download", lambda *_: ("\ufeffkey,name\r\n1,Ann\r\n2,Bo\r\n".encode(), {}))
    to = tmp_path / "people.csv"
    arguments = ["export", "people", "--token", "t", "--to", str(to)]
    assert f"Wrote 2 rows to {to}." in CliRunner().invoke(app, arguments).output.replace("\n", " ")
    again = CliRunner().invoke(app, arguments)
    assert (again.exit_code, "add --force to replace it" in words(again.output)) == (2, True)
    forced = CliRunner().invoke(app, [*arguments, "--force"])
    assert "which replaces the file that was there." in forced.output


def test_an_export_names_whom_it_leaves_out_because_they_have_no_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Hedvig's only number was taken off: 46 rows where 47 were, without a word."""
    headers = {"Left-Out": "a" * 32 + "," + "b" * 32, "Left-Out-Count": "3"}
    monkeypatch.setattr(
        export, "download", lambda *_: (b"key,membership,first,last\r\n1,active,2020-01-01,\r\n", headers)
    )
    monkeypatch.setattr(
        export,
        "request",
        lambda _method, path, *_, **__: {"name": "Hedvig Ekdal"} if path == f"/v1/people/{'a' * 32}" else {},
    )
    to = ["--to", str(tmp_path / "held.csv"), "--token", "t"]
    said = CliRunner().invoke(app, ["export", "memberships", *to])
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("Wrote 1 row to ")
    assert said.stderr.splitlines() == [
        "Not in the list: 3 people have no member number. A complete list does not end their memberships. Give each a "
        "number: "
        """mentorflow send people/ID/change --body '{"key": "NUMBER"}'""",
        f"  Hedvig Ekdal {'a' * 32}",
        f"  {'b' * 32}",
        "  and 1 more",
    ]


def test_a_folder_names_the_lists_in_it_that_are_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "members.xlsx").write_bytes(b"x")
    (tmp_path / "notes.md").write_text("x")
    (tmp_path / "~$members.xlsx").write_bytes(b"x")
    ended = run(Office([], [], changed=1), "--preview")
    assert ended.exit_code == 0, ended.output
    example = f"mentorflow import {tmp_path / 'members.xlsx'}"
    assert (
        f"Not read in {tmp_path}: members.xlsx is there. To import it, name it: {example}"
        in ended.stderr.splitlines()
    )
    (tmp_path / "people.csv").unlink()
    ended = run(Office([], []), "--preview")
    assert ended.exit_code == 2
    assert "members.xlsx is there. To import it, name it:" in words(ended.output)


def test_classes_regions_and_associations_are_taken_in_any_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memberships.csv").write_text("key,membership,first\n")
    office = Office([], [], changed=1)
    monkeypatch.setattr(asking, "request", office.request)
    options = ["--association", "MASA", "--complete", "Active, retired", "--region", "North", "--preview"]
    ended = CliRunner().invoke(app, ["import", str(tmp_path), "--token", "t", *options])
    assert ended.exit_code == 0, ended.output
    assert office.sent[0][1]["data"] == {
        "association": "masa",
        "complete_classes": "active,retired",
        "complete_regions": "north",
        "preview": "yes",
    }


def test_a_second_class_without_its_option_is_told_how_to_write_it(run: Run) -> None:
    ended = run(Office([], []), "Retired", "--complete", "Active")
    assert ended.exit_code == 2
    assert (
        "there is no file Retired. For several classes, repeat the option: --complete active --complete retired"
        in words(ended.output)
    )


def test_the_help_says_how_people_are_corrected_one_by_one() -> None:
    said = words(command.HELP)
    assert "mentorflow export people" in said
    for path in ("same-as", "left", "withdraw"):
        assert f"mentorflow send people/NUMBER/{path} --body '{{" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "people"],
        ["list", "people"],
        ["show", "people/me"],
        ["send", "people"],
        ["import", "x.csv"],
    ],
)
def test_every_command_without_a_token_says_the_same(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("key,name\n")
    monkeypatch.delenv("MENTORFLOW_TOKEN", raising=False)
    ended = CliRunner().invoke(app, [*arguments, "--url", "http://127.0.0.1:1"])
    assert ended.exit_code == 2, ended.output
    assert "the token is empty. Write your access token after --token, or set MENTORFLOW_TOKEN" in words(
        ended.output
    )


def test_a_list_that_is_not_there_is_said_to_be_a_file_or_folder(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter) as refused:
        parts_of([tmp_path / "e3"])
    assert refused.value.message == f"there is no file or folder {tmp_path / 'e3'}"
