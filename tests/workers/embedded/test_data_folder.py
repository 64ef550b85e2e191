"""A data folder protects its secrets, serves one supervisor, and is removed only if it is ours."""

import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from workers.embedded.__main__ import card, main
from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import DataFolder, default_folder, write_private
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses, StackOptions


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path / "data")
    data.prepare()
    return data


@pytest.fixture
def taken_port() -> Iterator[int]:
    import socket

    with socket.socket() as server:
        port = ports.pick()
        server.bind((ports.HOST, port))
        server.listen()
        yield port


def test_a_password_is_made_once_and_only_its_owner_may_read_it(folder: DataFolder) -> None:
    first = folder.secret("role-worker")
    assert DataFolder(folder.path).secret("role-worker") == first
    assert stat.S_IMODE((folder.path / "secrets.json").stat().st_mode) == 0o600


def test_the_keyring_can_be_read_only_by_its_owner_and_cannot_be_written(folder: DataFolder) -> None:
    assert stat.S_IMODE(folder.key_file.stat().st_mode) == 0o400


def test_preparing_again_keeps_the_keys(folder: DataFolder) -> None:
    before = folder.key_file.read_bytes()
    folder.prepare()
    assert folder.key_file.read_bytes() == before


def test_preparing_does_not_change_the_mode_of_an_existing_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    DataFolder(tmp_path / "data").prepare()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_second_supervisor_is_refused_and_told_what_to_do(folder: DataFolder) -> None:
    with (
        folder.lock(),
        pytest.raises(StartFailed, match=r"already running .*\./deploy/demo .*--stop"),
        DataFolder(folder.path).lock(),
    ):
        pass


def test_the_lock_holder_is_known_and_a_process_id_left_by_a_crash_is_ignored(
    folder: DataFolder,
) -> None:
    with folder.lock():
        assert folder.running_pid() is not None
    write_private(folder.pid_file, "1")
    assert folder.running_pid() is None


def test_a_folder_that_is_not_ours_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").touch()
    with pytest.raises(StartFailed, match="was not made by mentorflow"):
        DataFolder(tmp_path).remove()
    assert (tmp_path / "letters.txt").exists()


def test_a_port_stays_the_same_at_every_start_unless_it_is_in_use(taken_port: int) -> None:
    kept = ports.pick()
    assigned = ports.assign(["gateway", "smtp"], {"gateway": kept, "smtp": taken_port})
    assert assigned["gateway"] == kept
    assert assigned["smtp"] != taken_port
    assert all(port < 32_768 for port in assigned.values())


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("")
    with pytest.raises(StartFailed, match=r"The data folder cannot be used: .* must be a folder is a file"):
        DataFolder(file).prepare()


# C72: what stands in the way of a demo is one clear line, and a data folder stays by itself.


def test_ports_of_the_last_start_that_are_all_in_use_are_replaced(taken_port: int) -> None:
    before = dict.fromkeys(("gateway", "smtp", "mailbox"), taken_port)
    assigned = ports.assign(before, before)
    assert taken_port not in assigned.values()
    assert len(set(assigned.values())) == 3


def test_a_data_folder_names_itself_in_the_command_that_stops_it(folder: DataFolder) -> None:
    assert folder.demo == f"./deploy/demo --data {folder.path}"
    assert DataFolder(default_folder()).demo == "./deploy/demo"
    with folder.lock(), pytest.raises(StartFailed, match=r"--data .* --stop"), DataFolder(folder.path).lock():
        pass
    office = OfficeProcesses(folder)
    office.settings = SimpleNamespace(public_url="http://127.0.0.1:1")
    folder.ports = {"mailbox": 1}
    assert f"{folder.demo} --stop" in card(office)
    assert f"{folder.demo} --reset" in card(office)
    assert f"export MENTORFLOW_SETTINGS={folder.settings_file}" in card(office)


def test_a_start_on_a_data_folder_leaves_the_settings_of_the_default_office(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    published = tmp_path / "published.env"
    monkeypatch.setattr("workers.embedded.stack.supervisor.DEMO_SETTINGS", published)
    names = ("postgres", "frontend", "gateway", "door", "smtp", "mailbox")
    assigned = {name: number for number, name in enumerate(names, 1)}
    for own, written in ((False, False), (True, True)):
        monkeypatch.setattr(DataFolder, "is_default", own)
        office = OfficeProcesses(folder, StackOptions(published=True))
        office.postgres = SimpleNamespace(passwords=dict)
        office.temporal = SimpleNamespace(address="127.0.0.1:1")
        office._write_settings(assigned)
        assert published.exists() == written


@pytest.mark.parametrize(
    ("obstacle", "line"),
    [
        (PermissionError(13, "Permission denied", "/home/x/.cache/mentorflow"), "MENTORFLOW_CACHE"),
        (PermissionError(13, "Permission denied", "/srv/office"), "--data"),
        (ports.PortTaken("No free port"), "No free port"),
    ],
)
def test_an_obstacle_of_the_demo_is_one_line(
    obstacle: Exception, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: DataFolder) -> None:
        raise obstacle

    monkeypatch.setenv("MENTORFLOW_CACHE", "/home/x/.cache/mentorflow")
    monkeypatch.setattr("workers.embedded.__main__._stop", fail)
    with pytest.raises(typer.Exit) as ended:
        main(stop=True)
    assert ended.value.exit_code == 1
    written = capsys.readouterr().err.splitlines()
    assert len(written) == 1
    assert line in written[0]
