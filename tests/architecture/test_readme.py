"""The README names what exists: settings, commands, roles, rooms, recipes, and files."""

import re
from typing import Any

import pytest
from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from domain.actors import Role
from workers.__main__ import app
from workers.embedded.__main__ import main as demo
from workers.settings import REPOSITORY, Settings

README = (REPOSITORY / "README.md").read_text()
ROOMS = ("domain", "workflows", "activities", "workers", "api_gateway", "deploy", "tests")
SECTIONS = (
    "Limits",
    "Two commands",
    "Roles",
    "One pair, from application to recognition",
    "Architecture",
    "Map",
    "Seven tours",
    "Glossary",
    "Languages",
    "Settings",
    "Recipes",
    "Figures",
    "License",
)
RECIPES = (
    "command",
    "notice",
    "task kind",
    "column of the roster",
    "money trigger",
    "page",
    "language",
    "program",
)


def section(heading: str) -> str:
    """Return the text below one heading."""
    return README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def demo_command() -> Any:
    """Return the command behind ``./deploy/demo``."""
    typer = Typer()
    typer.command()(demo)
    return get_command(typer)


def options(command: TyperCommand | TyperGroup) -> set[str]:
    """Return the options of a command."""
    return {option for each in command.params for option in each.opts if option.startswith("--")} | {"--help"}


def lines() -> list[tuple[str, str]]:
    """Return each program that the README calls, with the words after it."""
    called = re.findall(r"(\.venv/bin/mentorflow|\./deploy/demo)((?: [^\n`|#();]+)?)", README)
    return [(program, words.strip()) for program, words in called]


def test_the_sections_come_in_the_order_of_their_readers() -> None:
    assert tuple(re.findall(r"^## (.+)$", README, re.MULTILINE)) == SECTIONS


def test_every_setting_is_in_the_readme_with_its_sentence_and_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", README, re.MULTILINE)
    expected = []
    for name, field in Settings.model_fields.items():
        default = "none" if field.default is None else str(field.default)
        default = "required" if field.is_required() else default
        expected.append((name.upper(), field.description, default))
    assert rows == expected


def test_every_setting_has_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_every_command_and_option_that_the_readme_names_exists() -> None:
    seen = 0
    for program, text in lines():
        command = demo_command() if program.endswith("demo") else get_command(app)
        words = text.split()
        while isinstance(command, TyperGroup) and words and not words[0].startswith("--"):
            name = words.pop(0)
            assert name in command.commands, f"{program} {text}"
            command = command.commands[name]
            seen += 1
        given = {word.strip("`") for word in words if word.startswith("--")}
        assert given <= options(command), f"{program} {text}"
    assert seen > 20


def test_every_option_that_the_readme_names_alone_exists() -> None:
    known = options(demo_command())
    groups = [get_command(app)]
    while groups:
        command = groups.pop()
        known |= options(command)
        groups += command.commands.values() if isinstance(command, TyperGroup) else []
    assert set(re.findall(r"`(--[a-z]+)", README)) <= known


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w/.]+)`", README)
    assert len(named) > 60
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_the_table_of_roles_names_every_role_and_no_other() -> None:
    roles = re.findall(r"^\| \*\*.+?\*\* \(`(\w+)`", section("Roles"), re.MULTILINE)
    assert set(roles) == {role.value for role in Role}


def test_a_term_is_explained_once() -> None:
    terms = re.findall(r"\*\*(.+?)\*\*", section("Glossary"))
    assert len(terms) > 40
    assert len(terms) == len(set(terms))


def test_the_map_names_every_room_and_every_folder_in_it() -> None:
    folders = {
        f"{room}/{folder.name}/"
        for room in ROOMS
        for folder in (REPOSITORY / room).iterdir()
        if folder.is_dir() and any(file.suffix != ".pyc" for file in folder.rglob("*") if file.is_file())
    }
    missing = {path for path in {f"{room}/" for room in ROOMS} | folders if f"`{path}`" not in section("Map")}
    assert missing == set()


def test_the_map_links_to_the_readme_of_every_room() -> None:
    linked = set(re.findall(r"\]\(([\w/]+README\.md)\)", section("Map")))
    written = {
        str(file.relative_to(REPOSITORY)) for room in ROOMS for file in (REPOSITORY / room).rglob("README.md")
    }
    assert linked == written


@pytest.mark.parametrize("thing", RECIPES)
def test_a_recipe_names_the_files_to_touch(thing: str) -> None:
    recipe = section("Recipes").partition(f"\n**Add a {thing}.**\n")[2].partition("\n**")[0]
    assert recipe, thing
    for step in re.findall(r"^\d+\. (.+)$", recipe, re.MULTILINE):
        assert "`" in step, step
    assert re.findall(rf"`(?:{'|'.join(ROOMS)})/", recipe)


def test_every_room_readme_names_files_that_exist() -> None:
    named = [
        (str(file.relative_to(REPOSITORY)), path)
        for room in ROOMS
        for file in (REPOSITORY / room).rglob("README.md")
        for path in re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w/.]+)`", file.read_text())
    ]
    assert [each for each in named if not (REPOSITORY / each[1]).exists()] == []
