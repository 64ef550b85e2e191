"""The README says what is there: settings, commands, files of the tours."""

import re

from typer.main import get_command

from workers.__main__ import app
from workers.settings import REPOSITORY, Settings

README = (REPOSITORY / "README.md").read_text()


def test_every_setting_stands_in_the_readme() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert told == {name.upper() for name in Settings.model_fields}


def test_every_setting_has_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"mentorflow ([a-z]+)", README)) - {"is"}
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]  # a group has commands
    assert named <= commands


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(
        r"`((?:domain|workflows|activities|workers|api_gateway|deploy|tests)/[\w/.]+)`", README
    )
    missing = [path for path in named if not (REPOSITORY / path).exists()]
    assert missing == []
