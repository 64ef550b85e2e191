"""A faulty program file, or a faulty form, takes its own programs away and no other."""

from pathlib import Path

import pytest

from activities.adapters.files.form_files import FORMS
from activities.adapters.files.program_files import SHIPPED, read_programs


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return a folder with the program files of an office, two of which have a form of their own beside them."""
    folder = tmp_path / "programs"
    (folder / "forms").mkdir(parents=True)
    for name in ("masa", "mass", "nea_esp"):
        (folder / f"{name}.toml").write_text((SHIPPED / f"{name}.toml").read_text())
    text = (SHIPPED / "nea_esp.toml").read_text()
    own = text.replace('form = "mentee_application"\nversion = "1"', 'form = "own"\nversion = "1"')
    (folder / "nea_esp.toml").write_text(own)
    form = (FORMS / "mentee_application.toml").read_text()
    (folder / "forms" / "own.toml").write_text(form.replace('id = "mentee_application"', 'id = "own"'))
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def test_without_a_fault_all_programs_are_in_use(office: Path) -> None:
    found = read_programs(files(office))
    assert (set(found.usable), dict(found.aside)) == ({"masa", "mass", "nea_esp"}, {})


def test_c46_a_program_with_a_bad_line_stands_aside_and_the_others_run(office: Path) -> None:
    text = (office / "mass.toml").read_text()
    line = text[: text.index("match_days =")].count("\n") + 1
    (office / "mass.toml").write_text(text.replace("match_days =", "match_days = soon #", 1))
    found = read_programs(files(office))
    assert set(found.usable) == {"masa", "nea_esp"}
    [fault] = found.aside["mass"]
    assert (fault.file, fault.line) == (str(office / "mass.toml"), line)
    assert [each.startswith(f"mass stands aside: {office}/mass.toml:{line}: ") for each in found.lines()] == [
        True
    ]


def test_c46_a_form_with_a_bad_line_takes_away_the_programs_that_name_it_and_no_other(office: Path) -> None:
    form = office / "forms" / "own.toml"
    form.write_text(form.read_text().replace('stage = "application"', 'stage = "nowhere"', 1))
    line = form.read_text()[: form.read_text().index('stage = "nowhere"')].count("\n") + 1
    found = read_programs(files(office))
    assert set(found.usable) == {"masa", "mass"}
    [fault] = found.aside["nea_esp"]
    assert (fault.file, fault.line, fault.path) == (str(form), line, "stage")


def test_c46_a_later_version_of_a_form_with_a_fault_leaves_the_earlier_one_in_use(office: Path) -> None:
    (office / "forms" / "own.2.toml").write_text('id = "own"\nversion =\n')
    assert set(read_programs(files(office)).usable) == {"masa", "mass", "nea_esp"}
