"""The one settings class: every field is an environment variable ``BACASABLE_<FIELD>``, documented here."""

import os
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bacasable.compliance.catalogue import GROUP
from bacasable.compliance.deployment import DEPLOYMENT, written_deployment
from bacasable.compliance.service import Service

if TYPE_CHECKING:
    from bacasable.exchange.post import Post
    from bacasable.exchange.vault import Vault


class Configuration(BaseSettings):
    """Settings of one installation, read from the environment and from ``HOME/bacasable.env``."""

    model_config = SettingsConfigDict(env_prefix="BACASABLE_", extra="ignore")

    home: Path = Field(Path("var"), description="Folder of all state: database, files, keys, outbox.")
    deployment: Literal["authority", "service", "demo"] = Field(
        "authority", description="What this installation is."
    )
    database_url: str = Field("", description="PostgreSQL as `postgresql://user@host/name`; else SQLite.")
    public_url: str = Field("http://127.0.0.1:8000", description="Address of the portal in mails and feeds.")
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        ["127.0.0.1", "localhost", "[::1]"],
        description="Host names answered, separated by commas; that of the public address always is.",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        [], description="Addresses of reverse proxies whose X-Forwarded-For and -Proto are believed."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token that reads /metrics from elsewhere than this machine."
    )
    request_megabytes: int = Field(25, ge=1, description="Largest request body; larger ones are refused.")
    request_idle_seconds: float = Field(
        30, gt=0, description="Longest silence while a request body arrives, then it is given up."
    )
    file_megabytes: int = Field(
        20, ge=1, description="Largest file of a dossier; keep it under the largest request body."
    )
    dossier_files: int = Field(20, ge=1, description="Most files kept with one dossier.")
    dossier_megabytes: int = Field(100, ge=1, description="Most megabytes of files kept with one dossier.")
    upload_hours: int = Field(
        24, ge=1, le=168, description="How long an interrupted upload may be taken up again; a week at most."
    )
    web_threads: int = Field(
        8, ge=1, le=200, description="Requests worked on at once in one web process; the others wait in line."
    )
    time_zone: str = Field(
        "Europe/Paris", description="Where days and months of deadlines are counted, and dates are shown."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="Logs as JSON lines or for reading; auto: for reading in a terminal."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least severe log line that is written."
    )
    office_name: str = Field("Bac à sable", description="Name of the office on pages and letters.")
    publication_director: str = Field("", description="Who answers for the site's contents (legal notice).")
    hosting: str = Field("", description="Who hosts the site: name, address, telephone (legal notice).")
    security_authority: str = Field(
        "", description="Who approved the site's security (RGS), capacity included."
    )
    security_approved_on: date | None = Field(None, description="Date of that approval, as 2026-01-31.")
    security_approved_until: date | None = Field(None, description="Last day of that approval.")
    security_summary: str = Field("", description="What was approved, with its reservations, in a few words.")
    contact_address: str = Field(
        "",
        description="Where people write about the site and its accessibility; empty: that of outgoing mail.",
    )
    controller_name: str = Field(
        "", description="Body that decides why and how data are processed; named in notices (GDPR art. 13)."
    )
    controller_contact: str = Field("", description="Where to write to that body; given in notices.")
    dpo_contact: str = Field("", description="Where to reach its data protection officer; given in notices.")
    rights_address: str = Field(
        "",
        description="Where people write to exercise their rights: the mailbox files what comes as a request; "
        "empty: only the sender's address and the contact's with `+droits` or `+rights` before the @.",
    )
    source_url: str = Field(
        "", description="Where the source code of the version that runs here is offered (EUPL, article 5)."
    )
    debug: bool = Field(False, description="Development only: tracebacks on pages.")
    smtp_host: str = Field("", description="Relay of outgoing mail; empty: mails stay in HOME/outbox.")
    smtp_port: int = Field(587, description="Port of the relay.")
    smtp_tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls", description="How the relay is reached: STARTTLS, TLS from the first byte, or neither."
    )
    smtp_user: str = Field("", description="Account at the relay.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the relay.")
    mail_from: str = Field("bac-a-sable@bacasable.example", description="Sender of outgoing mail.")

    mailbox_host: str = Field("127.0.0.1", description="Address where the mailbox listens for SMTP.")
    mailbox_port: int = Field(8025, ge=0, le=65535, description="Port of the mailbox.")
    mailbox_name: str = Field("", description="Host name that the mailbox says; empty: that of public_url.")
    mailbox_megabytes: int = Field(10, ge=1, le=100, description="Largest mail that the mailbox takes.")
    mailbox_certificate: Path | None = Field(
        None, description="PEM file with certificate and key: the mailbox then offers STARTTLS."
    )
    mailbox_imap_host: str = Field(
        "", description="IMAP server to pick applications up from, instead of receiving them by SMTP."
    )
    mailbox_imap_port: int = Field(993, ge=1, le=65535, description="Port of the IMAP server.")
    mailbox_imap_tls: bool = Field(True, description="TLS; off only for a server on this machine.")
    mailbox_imap_user: str = Field("", description="Account at the IMAP server.")
    mailbox_imap_password: SecretStr = Field(SecretStr(""), description="Password at the IMAP server.")
    mailbox_imap_folder: str = Field("INBOX", description="Folder that is read; its mails stay there.")
    mailbox_imap_seconds: float = Field(30, gt=0, description="Time between two looks at the folder.")
    form_requests_per_network: int = Field(
        50, ge=1, description="Links that the web form sends in 24 hours for one network address."
    )
    mailbox_replies_per_sender: int = Field(
        3, ge=1, description="Answers to one sender in 24 hours; further mails get none."
    )
    mailbox_replies: int = Field(
        2000, ge=1, description="Answers to all senders in 24 hours, against floods of forged mail."
    )

    oidc_issuer: str = Field(
        "",
        description="Address of the OpenID Connect provider of staff (ProConnect or another), without "
        "/.well-known/openid-configuration; empty: password and code only.",
    )
    oidc_name: str = Field("ProConnect", description="Name of the provider on the sign-in button.")
    oidc_client_id: str = Field("", description="Identifier of this portal at the provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Secret of this portal at the provider.")
    oidc_scopes: Annotated[list[str], NoDecode] = Field(
        ["openid", "email"], description="Scopes asked of the provider, separated by commas."
    )
    oidc_signing: Literal["RS256", "ES256", "HS256"] = Field(
        "RS256", description="Algorithm of the provider's signatures."
    )
    oidc_addresses_are_verified: bool = Field(
        False,
        description="The provider vouches for every address without the `email_verified` claim (ProConnect).",
    )
    oidc_accepted_acr: Annotated[list[str], NoDecode] = Field(
        [],
        description="Values of `acr` that prove a second factor, separated by commas; one is required. With "
        "this and the accepted amr both empty, staff cannot sign in by OpenID Connect.",
    )
    oidc_accepted_amr: Annotated[list[str], NoDecode] = Field(
        ["mfa"], description="Values of `amr` of which one proves a second factor, separated by commas."
    )

    @field_validator(
        "allowed_hosts",
        "trusted_proxies",
        "oidc_scopes",
        "oidc_accepted_acr",
        "oidc_accepted_amr",
        mode="before",
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"'{value}' is no time zone: write one as Europe/Paris or Indian/Reunion")
        return value

    @property
    def is_https(self) -> bool:
        """Whether people reach the portal over TLS, so that cookies and HSTS can insist on it."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def origin(self) -> str:
        """The public address without its path, as browsers write it in the header ``Origin``."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def hosts(self) -> list[str]:
        """Every host name that is answered: the allowed ones and that of the public address."""
        host = urlsplit(self.public_url).hostname
        return list(dict.fromkeys([*self.allowed_hosts, *([host] if host else [])]))

    @cached_property
    def secret_key(self) -> str:
        """The web framework's secret, made by ``bacasable init`` under HOME/keys."""
        path = self.home / "keys" / "web-secret"
        return path.read_text().strip() if path.exists() else ""

    @cached_property
    def _vault(self) -> "Vault":
        from bacasable.exchange.keyring import Keyring
        from bacasable.exchange.vault import Vault

        keys, files = self.home / "keys", self.home / "files"
        # A first key is made only while nothing is stored: lost keys are never replaced in silence.
        stored = files.is_dir() and any(files.glob("??/*"))
        return Vault(files, Keyring(keys) if stored else Keyring.create(keys))

    def vault(self) -> "Vault":
        """Return the store of encrypted files under HOME/files, with the instance's keys."""
        return self._vault

    @cached_property
    def _post(self) -> "Post":
        from bacasable.exchange.post import Post, Relay

        relay = None
        if self.smtp_host:
            relay = Relay(
                self.smtp_host,
                self.smtp_port,
                self.smtp_tls,
                self.smtp_user,
                self.smtp_password.get_secret_value(),
            )
        return Post(self.mail_from, self.office_name, self.home / "outbox", relay)

    def post(self) -> "Post":
        """Return the sender of mail: through the relay, or into HOME/outbox where none is configured."""
        return self._post


class UnknownSetting(ValueError):
    """A line of ``bacasable.env`` names no setting."""


class AnotherDeployment(ValueError):
    """The environment says that this home is of another deployment than it is."""


def load() -> Configuration:
    """Return the configuration: the environment first, then ``HOME/bacasable.env``, then the defaults.

    Raises:
        UnknownSetting: the file names a setting that does not exist; the message names the nearest one.
        AnotherDeployment: the environment names another deployment than the file: a home stays what it is,
            or code of others would run beside an authority's dossiers.
    """
    home = Path(os.environ.get("BACASABLE_HOME") or "var").expanduser().resolve()
    path = home / "bacasable.env"
    # a service's own settings are checked once the catalogue is loaded, by load_of
    of_services = tuple(prefix_of(point.name) for point in entry_points(group=GROUP))
    _refuse_unknown(path, "BACASABLE_", Configuration, others=of_services)
    made = Configuration(_env_file=path, home=home)  # type: ignore[call-arg]
    written = written_deployment(home)
    if written and made.deployment != written:
        raise AnotherDeployment(
            f"{path}: this home is of a deployment '{written}', and {DEPLOYMENT} says '{made.deployment}'; "
            "choose another --home (and database), or leave the variable out"
        )
    return made


def prefix_of(service: str) -> str:
    """Return what the names of a service's settings begin with."""
    return f"BACASABLE_{service.upper()}_"


def load_of(service: Service, home: Path) -> BaseSettings | None:
    """Return the settings of one service, from the same places; None where it has none.

    Raises:
        UnknownSetting: the file names a setting of the service that does not exist.
    """
    path, prefix = home / "bacasable.env", prefix_of(service.key)
    known: type[BaseSettings] = service.load("settings") if service.settings else BaseSettings
    _refuse_unknown(path, prefix, known)
    return known(_env_file=path, _env_prefix=prefix) if service.settings else None


def _refuse_unknown(
    path: Path, prefix: str, settings: type[BaseSettings], *, others: tuple[str, ...] = ()
) -> None:
    """Refuse a line of the file that begins with ``prefix`` and not one of ``others``, and names nothing."""
    if not path.exists():
        return
    known = {f"{prefix}{name}".upper() for name in settings.model_fields}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        name = line.split("=", 1)[0].removeprefix("export ").strip().upper()
        if name.startswith(prefix) and name not in known and not name.startswith(others or ("=",)):
            near = get_close_matches(name, known, 1)
            raise UnknownSetting(
                f"{path}:{number}: {name} is not a setting; "
                + (f"did you mean {near[0]}?" if near else "see docs/reference/settings.md")
            )
