"""The settings of every process, read once.

A setting comes from the environment (`MENTORFLOW_ORIGIN`, `MENTORFLOW_DATABASE_HOST`, …), else from one settings file
with the same names: the one that `MENTORFLOW_SETTINGS` names, else `.mentorflow/settings.env` of this repository, which
the embedded stack writes so that commands typed beside a running demo find it. No secret has a default.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "MENTORFLOW_"
REPOSITORY: Final = Path(__file__).resolve().parent.parent
"""The checkout that this runs from; in an installed wheel, the folder of all packages, which has no ``deploy/``."""
CHECKOUT: Final = (REPOSITORY / "deploy" / "demo").is_file()
"""Whether this runs from a checkout, which can start a demo, and not from an installed wheel."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
"""Hosts that only this machine reaches."""
DEMO_SETTINGS: Final = REPOSITORY / ".mentorflow" / "settings.env"


class SettingsError(SystemExit):
    """Settings that cannot be used. If not caught, it ends the process with one line on standard error."""


class ProcessRole(StrEnum):
    """The login roles of PostgreSQL. Each process signs in as one of them and knows no other role's password."""

    MIGRATOR = "migrator"
    GATEWAY = "gateway"
    WORKER = "worker"
    PAYMENTS = "payments"
    PARTICIPANT = "participant"
    AUDITOR = "auditor"


class Settings(BaseSettings):
    """Everything that differs from one installation to another."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    origin: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9./-]{2,62}$",
        description="Names this installation, hashed into every journal event; in a demo, `migrate` makes it once.",
    )
    demo: bool = Field(
        default=False, description="Whether this is an embedded stack, where the demo clock may be moved."
    )

    database_host: str = Field(description="Host of the PostgreSQL server.")
    database_port: int = Field(default=5432, ge=1, le=65535, description="Port of the PostgreSQL server.")
    database_name: str = Field(default="mentorflow", description="Name of the database.")
    database_pool: int = Field(
        default=10, ge=1, le=200, description="Connections that one process may hold open for each role."
    )
    password_migrator: SecretStr | None = Field(
        default=None, description="Password of the role that owns and migrates the schemas."
    )
    password_gateway: SecretStr | None = Field(
        default=None, description="Password of the role that the gateway signs in as."
    )
    password_worker: SecretStr | None = Field(
        default=None, description="Password of the role that the relationship worker signs in as."
    )
    password_payments: SecretStr | None = Field(
        default=None, description="Password of the role that the payments worker signs in as."
    )
    password_participant: SecretStr | None = Field(
        default=None, description="Password of the only role that reads what belongs to a mentoring pair."
    )
    password_auditor: SecretStr | None = Field(
        default=None, description="Password of the role that may only read the audit views."
    )

    temporal_address: str = Field(description="Host and port of the Temporal frontend.")
    temporal_namespace: str = Field(
        default="mentorflow", description="Temporal namespace that holds all workflows."
    )
    temporal_tls: bool = Field(default=False, description="Whether the connection to Temporal uses TLS.")
    temporal_api_key: SecretStr | None = Field(
        default=None, description="API key for Temporal, if the server asks for one."
    )

    smtp_host: str = Field(description="Host of the mail server that sends our notices.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str | None = Field(
        default=None, description="User name at the mail server, if it asks for one."
    )
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server.")
    smtp_starttls: bool = Field(
        default=True, description="Whether the connection to the mail server must be encrypted with STARTTLS."
    )
    mail_from: str = Field(
        description="Address that notices come from; the state office reads what is answered to it."
    )
    notices_per_second: float = Field(
        default=5.0, gt=0, description="The most notices that the whole installation sends in a second."
    )

    requests_per_minute: int = Field(
        default=600, gt=0, description="The most requests to the API that one person may send in a minute."
    )
    public_url: str = Field(
        description="Address of the office as people type it, with no slash at the end; links in emails begin with it."
    )
    allowed_hosts: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.:, -]*$",
        description="Further host names that requests may name, with commas; those of the two addresses always may.",
    )
    sign_in_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="Provider at which staff sign in, as its tokens name it (`iss`); without one, nobody can.",
    )
    sign_in_name: str = Field(
        default="your organization", description="What the sign-in page calls the account of that provider."
    )
    sign_in_client: str | None = Field(
        default=None, description="Id under which that provider knows this installation."
    )
    sign_in_client_secret: SecretStr | None = Field(
        default=None, description="Secret by which that provider knows this installation."
    )
    sign_in_methods: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.:/_, -]*$",
        description="Values of `amr` or `acr`, with commas, of which a sign-in must have one, such as `mfa`.",
    )
    cookie_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Secret of 32 characters or more that signs the cookie of a sign-in under way.",
    )
    cookie_prefix: str = Field(
        default="__Host-",
        pattern="^(__Host-|none)$",
        description="Prefix of our cookies; `none` only for plain HTTP on this machine, where browsers refuse others.",
    )
    gateway_host: str = Field(default="127.0.0.1", description="Address that the gateway listens on.")
    gateway_port: int = Field(default=8080, ge=1, le=65535, description="Port that the gateway listens on.")
    door_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#/]+$",
        description="Address of the pages of mentors and mentees; without one, their emails have no links.",
    )
    door_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Secret of 32 characters or more that signs the cookies of those pages.",
    )
    door_host: str = Field(default="127.0.0.1", description="Address that those pages are served on.")
    door_port: int = Field(default=8081, ge=1, le=65535, description="Port that those pages are served on.")

    key_file: Path = Field(
        description="Keyring file (mode 0400) whose keys wrap the keys of sealed documents and of kept emails."
    )
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Lowest level of log lines that are written.",
    )

    @model_validator(mode="after")
    def _production_has_a_name(self) -> Settings:
        if self.origin is None and not self.demo:
            raise ValueError(f"{PREFIX}ORIGIN is required outside the demo")
        if self.public_url.endswith("/"):
            raise ValueError(f"{PREFIX}PUBLIC_URL must not end with a slash")
        if self.cookie_prefix == "none" and urlsplit(self.public_url).hostname not in LOOPBACK:
            raise ValueError(
                f"{PREFIX}COOKIE_PREFIX may be none only where {PREFIX}PUBLIC_URL is on this machine"
            )
        if self.door_url is not None:
            self._demand_door(self.door_url)
        if self.smtp_user is not None and self.smtp_password is None:
            raise ValueError(f"{PREFIX}SMTP_PASSWORD is required where {PREFIX}SMTP_USER is set")
        return self

    def _demand_door(self, door: str) -> None:
        """Refuse an address of the door that is the office's own, or that has no encryption beyond this machine."""
        if urlsplit(door).netloc == urlsplit(self.public_url).netloc:
            raise ValueError(f"{PREFIX}DOOR_URL must be another address than {PREFIX}PUBLIC_URL")
        if self.cookie_prefix == "none" and urlsplit(door).hostname not in LOOPBACK:
            raise ValueError(
                f"{PREFIX}COOKIE_PREFIX may be none only where {PREFIX}DOOR_URL is on this machine"
            )

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> Settings:
        if self.sign_in_issuer is None:
            return self
        for name in ("sign_in_client", "sign_in_client_secret", "cookie_secret"):
            if getattr(self, name) is None:
                raise ValueError(f"{PREFIX}{name.upper()} is required where {PREFIX}SIGN_IN_ISSUER is set")
        issuer = urlsplit(self.sign_in_issuer)
        here = issuer.hostname in LOOPBACK
        if not here and issuer.scheme != "https":
            raise ValueError(f"{PREFIX}SIGN_IN_ISSUER must begin with https")
        if here and self.gateway_host not in LOOPBACK:
            raise ValueError(
                f"{PREFIX}SIGN_IN_ISSUER may be on this machine only where {PREFIX}GATEWAY_HOST is, too"
            )
        return self

    @property
    def prefix_of_cookies(self) -> str:
        """What the names of cookies begin with; empty where there is no encryption."""
        return "" if self.cookie_prefix == "none" else self.cookie_prefix

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that a request may name, without ports: any other would get answers about another office."""
        named = urlsplit(self.public_url).hostname, self.gateway_host, *(self.allowed_hosts or "").split(",")
        return frozenset(host.strip().lower() for host in named if host and host.strip())

    @property
    def door_hosts(self) -> frozenset[str]:
        """The host names that a request to the door may name, without ports."""
        named = urlsplit(self.door_url or "").hostname, self.door_host
        return frozenset(host.lower() for host in named if host)

    def password(self, role: ProcessRole | str) -> str:
        """Return the password of one login role.

        Raises:
            SettingsError: This process was not given that role's password.
        """
        secret: SecretStr | None = getattr(self, f"password_{ProcessRole(role)}")
        if secret is None:
            raise SettingsError(
                f"{PREFIX}PASSWORD_{ProcessRole(role).upper()} is missing: "
                f"this process signs in as {ProcessRole(role)}."
            )
        return secret.get_secret_value()

    def database_url(self, role: ProcessRole | str) -> str:
        """Return the SQLAlchemy address of the database for one login role. It contains the password: never log it."""
        password = quote(self.password(role), safe="")
        return f"postgresql+asyncpg://{ProcessRole(role)}:{password}@{self.database_host}:{self.database_port}/{self.database_name}"


def load_settings(file: Path | None = None) -> Settings:
    """Read the settings of this process.

    Args:
        file: A settings file to read instead of the one that the environment names.

    Raises:
        SettingsError: A setting is missing or wrong; its text is one line that says what to set.
    """
    named = os.environ.get(f"{PREFIX}SETTINGS")
    chosen = file or (Path(named) if named else None)
    if chosen is not None and not chosen.is_file():
        raise SettingsError(f"The settings file {chosen} does not exist.")
    if chosen is None and DEMO_SETTINGS.is_file():
        chosen = DEMO_SETTINGS
    try:
        return Settings(_env_file=chosen)
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None


def _one_line(error: ValidationError) -> str:
    """Return what is missing and what is wrong, without the values, which may be secrets."""
    missing = [PREFIX + str(item["loc"][0]).upper() for item in error.errors() if item["type"] == "missing"]
    wrong = [
        f"{PREFIX}{str(item['loc'][0]).upper()}: {item['msg']}"
        if item["loc"]
        else item["msg"].removeprefix("Value error, ")
        for item in error.errors()
        if item["type"] != "missing"
    ]
    parts = ([f"Settings are missing: {', '.join(missing)}."] if missing else []) + [
        f"{text}." for text in wrong
    ]
    return " ".join(parts) + " Set them in the environment, or name a settings file with MENTORFLOW_SETTINGS."
