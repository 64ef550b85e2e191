"""A data folder protects its secrets, serves one supervisor, and is removed only if it is ours."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import DataFolder, write_private
from workers.embedded.stack.process import StartFailed


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
        pytest.raises(StartFailed, match=r"already running .*\./deploy/demo --stop"),
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
