"""The pictures of the README: there are six, small ones, and the command that takes them again is named."""

import re

from tests.pictures import KEPT, LARGEST, OF_README
from workers.settings import REPOSITORY


def test_the_readme_shows_the_pictures_that_the_command_takes_and_no_others() -> None:
    shown = re.findall(r"\(deploy/pictures/([\w-]+)\.png\)", (REPOSITORY / "README.md").read_text())
    assert shown == list(OF_README)
    assert {file.stem for file in KEPT.iterdir()} == set(OF_README)


def test_each_picture_is_a_small_png() -> None:
    for file in KEPT.iterdir():
        assert file.read_bytes().startswith(b"\x89PNG"), file.name
        assert file.stat().st_size < LARGEST, file.name


def test_the_readme_of_deploy_names_the_command() -> None:
    assert "python -m tests.pictures --readme" in (REPOSITORY / "deploy" / "README.md").read_text()
