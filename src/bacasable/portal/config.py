"""The one settings class: every field is an environment variable ``BACASABLE_<FIELD>``, documented here."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    allowed_hosts: list[str] = Field(["127.0.0.1", "localhost", "[::1]"], description="Host names answered.")
    office_name: str = Field("Bac à sable", description="Name of the office on pages and letters.")
    debug: bool = Field(False, description="Development only: tracebacks on pages.")
    smtp_host: str = Field("", description="Relay of outgoing mail; empty: mails stay in HOME/outbox.")
    smtp_port: int = Field(587, description="Port of the relay.")
    smtp_user: str = Field("", description="Account at the relay.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the relay.")
    mail_from: str = Field("bac-a-sable@bacasable.example", description="Sender of outgoing mail.")

    @cached_property
    def secret_key(self) -> str:
        """The web framework's secret, made by ``bacasable init`` under HOME/keys."""
        path = self.home / "keys" / "web-secret"
        return path.read_text().strip() if path.exists() else ""

    def vault(self) -> "Vault":
        raise NotImplementedError

    def post(self) -> "Post":
        raise NotImplementedError
