"""A data folder keeps its secrets to itself, serves one supervisor, and is only removed where it is ours."""

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


def test_the_keyring_can_be_read_by_its_owner_alone_and_not_be_written(folder: DataFolder) -> None:
    assert stat.S_IMODE(folder.key_file.stat().st_mode) == 0o400


def test_preparing_again_keeps_the_keys(folder: DataFolder) -> None:
    before = folder.key_file.read_bytes()
    folder.prepare()
    assert folder.key_file.read_bytes() == before


def test_preparing_leaves_the_mode_of_a_folder_that_was_there(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    DataFolder(tmp_path / "data").prepare()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_second_supervisor_is_refused_with_the_way_out(folder: DataFolder) -> None:
    with (
        folder.lock(),
        pytest.raises(StartFailed, match=r"already running .*\./deploy/demo --stop"),
        DataFolder(folder.path).lock(),
    ):
        pass


def test_the_holder_is_known_while_it_holds_and_a_number_left_by_a_crash_is_not_believed(
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


def test_a_port_is_kept_from_start_to_start_unless_it_was_taken(taken_port: int) -> None:
    kept = ports.pick()
    assigned = ports.assign(["gateway", "smtp"], {"gateway": kept, "smtp": taken_port})
    assert assigned["gateway"] == kept
    assert assigned["smtp"] != taken_port
    assert all(port < 32_768 for port in assigned.values())
