"""Settings are read once, from the environment or one file, and no secret has a default."""

from pathlib import Path

import pytest

from workers.settings import (
    DEMO_SETTINGS,
    PREFIX,
    REPOSITORY,
    ProcessRole,
    Settings,
    SettingsError,
    load_settings,
)

COMPLETE = {
    "ORIGIN": "state.example",
    "DATABASE_HOST": "db.example",
    "TEMPORAL_ADDRESS": "temporal.example:7233",
    "SMTP_HOST": "mail.example",
    "MAIL_FROM": "office@state.example",
    "PUBLIC_URL": "https://office.state.example",
    "KEY_FILE": "/run/keys/keyring.json",
    "PASSWORD_WORKER": "p@ss/word",
}


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a complete settings file that the environment names."""
    file = tmp_path / "settings.env"
    write(file, COMPLETE)
    for name in COMPLETE:
        monkeypatch.delenv(PREFIX + name, raising=False)
    monkeypatch.setenv(f"{PREFIX}SETTINGS", str(file))
    return file


def write(file: Path, values: dict[str, str]) -> None:
    file.write_text("".join(f"{PREFIX}{name}={value}\n" for name, value in values.items()))


def test_every_setting_has_a_sentence_about_its_purpose() -> None:
    for name, field in Settings.model_fields.items():
        assert (field.description or "").endswith("."), name


def test_no_secret_has_a_default() -> None:
    secrets = [name for name in Settings.model_fields if "password" in name or "api_key" in name]
    assert len(secrets) == len(ProcessRole) + 2
    assert all(Settings.model_fields[name].default is None for name in secrets)


def test_the_file_that_the_environment_names_is_read(settings_file: Path) -> None:
    assert load_settings().database_host == "db.example"


def test_the_environment_overrides_the_file(settings_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_HOST", "other.example")
    assert load_settings().database_host == "other.example"


@pytest.mark.usefixtures("settings_file")
def test_a_password_is_quoted_in_the_address_of_the_database() -> None:
    url = load_settings().database_url("worker")
    assert url == "postgresql+asyncpg://worker:p%40ss%2Fword@db.example:5432/mentorflow"


@pytest.mark.usefixtures("settings_file")
def test_a_role_without_a_password_stops_the_process_with_one_line() -> None:
    with pytest.raises(SettingsError, match="MENTORFLOW_PASSWORD_PAYMENTS is missing") as stopped:
        load_settings().database_url(ProcessRole.PAYMENTS)
    assert "\n" not in str(stopped.value)


def test_missing_settings_are_named_in_one_line(settings_file: Path) -> None:
    write(
        settings_file,
        {name: value for name, value in COMPLETE.items() if name not in ("SMTP_HOST", "KEY_FILE")},
    )
    with pytest.raises(SettingsError, match="MENTORFLOW_SMTP_HOST, MENTORFLOW_KEY_FILE") as stopped:
        load_settings()
    assert "\n" not in str(stopped.value)


def test_an_installation_other_than_the_demo_must_have_a_name(settings_file: Path) -> None:
    write(settings_file, {name: value for name, value in COMPLETE.items() if name != "ORIGIN"})
    with pytest.raises(SettingsError, match="MENTORFLOW_ORIGIN is required"):
        load_settings()


def test_the_demo_may_leave_its_name_to_the_migration(settings_file: Path) -> None:
    write(
        settings_file,
        {name: value for name, value in COMPLETE.items() if name != "ORIGIN"} | {"DEMO": "true"},
    )
    assert load_settings().origin is None


PROVIDER = {
    "SIGN_IN_ISSUER": "https://login.example",
    "SIGN_IN_CLIENT": "office",
    "SIGN_IN_CLIENT_SECRET": "s" * 20,
    "COOKIE_SECRET": "c" * 32,
}


def test_sign_in_is_set_up_whole_or_not_at_all(settings_file: Path) -> None:
    assert load_settings().sign_in_issuer is None
    write(settings_file, COMPLETE | PROVIDER)
    assert load_settings().sign_in_issuer == "https://login.example"
    assert "ssss" not in repr(load_settings())
    for missing in ("SIGN_IN_CLIENT", "SIGN_IN_CLIENT_SECRET", "COOKIE_SECRET"):
        write(settings_file, COMPLETE | {name: text for name, text in PROVIDER.items() if name != missing})
        with pytest.raises(SettingsError, match=f"MENTORFLOW_{missing} is required"):
            load_settings()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SIGN_IN_ISSUER": "http://login.example"}, "SIGN_IN_ISSUER must begin with https"),
        ({"SIGN_IN_ISSUER": "http://127.0.0.1:9", "GATEWAY_HOST": "10.0.0.1"}, "may be on this machine only"),
        ({"SIGN_IN_ISSUER": "login.example"}, "SIGN_IN_ISSUER"),
        ({"COOKIE_SECRET": "short"}, "COOKIE_SECRET"),
        ({"COOKIE_PREFIX": "none"}, "COOKIE_PREFIX may be none only"),
        ({"COOKIE_PREFIX": "mine"}, "COOKIE_PREFIX"),
    ],
)
def test_a_sign_in_that_would_not_be_safe_is_refused(
    settings_file: Path, changed: dict[str, str], said: str
) -> None:
    write(settings_file, COMPLETE | PROVIDER | changed)
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_a_provider_on_this_machine_serves_this_machine_alone(settings_file: Path) -> None:
    here = {
        "SIGN_IN_ISSUER": "http://127.0.0.1:9",
        "PUBLIC_URL": "http://127.0.0.1:8",
        "COOKIE_PREFIX": "none",
    }
    write(settings_file, COMPLETE | PROVIDER | here)
    assert load_settings().prefix_of_cookies == ""
    write(settings_file, COMPLETE | PROVIDER)
    assert load_settings().prefix_of_cookies == "__Host-"


def test_a_settings_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{PREFIX}SETTINGS", str(tmp_path / "gone.env"))
    with pytest.raises(SettingsError, match=r"gone\.env does not exist"):
        load_settings()


def test_without_a_named_file_the_running_demo_of_the_checkout_is_found(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(f"{PREFIX}SETTINGS")
    monkeypatch.setattr("workers.settings.DEMO_SETTINGS", settings_file)
    assert load_settings().database_host == "db.example"
    assert DEMO_SETTINGS == REPOSITORY / ".mentorflow" / "settings.env"


@pytest.mark.usefixtures("settings_file")
def test_printing_the_settings_shows_no_secret() -> None:
    assert "p@ss" not in repr(load_settings())
