"""Settings of job advice: ``BACASABLE_JOB_ADVICE_<FIELD>``. None is needed to try it."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation's job advice."""

    model_config = SettingsConfigDict(extra="ignore")

    view_first: bool = Field(
        True, description="Whether advisers write their own view before suggestions are shown."
    )
    reading_days: int = Field(
        30, ge=1, le=30, description="Days after which how long an adviser read before an act is forgotten."
    )
    contest_days: int = Field(
        15, ge=1, le=30, description="Days within which another agent answers a contestation."
    )
    link_days: int = Field(
        30, ge=1, le=180, description="Days during which a link or paper code opens a person's own page."
    )
    least_advisers: int = Field(
        5, ge=5, le=50, description="Advisers below whom no indicator of the service is shown."
    )
    audit_people: int = Field(
        2000,
        ge=500,
        le=100_000,
        description="Synthetic people of an audit; groups of fewer than 100 of them are not compared.",
    )
    endpoint: str = Field(
        "",
        description="Address of an OpenAI-compatible endpoint (`https://.../v1`) that rephrases reasons.",
    )
    endpoint_key: SecretStr = Field(SecretStr(""), description="Its key, sent as a bearer token.")
    endpoint_model: str = Field("", description="The model asked for.")
    endpoint_seconds: float = Field(
        30, gt=0, le=300, description="How long a rephrasing may take; the text of the product stands then."
    )
    office_name: str = Field("", description="Name of the employment office on pages and printed plans.")
    office_contact: str = Field("", description="How a person reaches it: telephone, address.")
    upload_megabytes: int = Field(
        300, ge=1, le=2000, description="Largest archive of a referential that is imported by page."
    )
    demo_tables: str = Field(
        "",
        description="Demonstration only: folder or zip of the official archives; else synthetic tables.",
    )
    calls_per_minute: int = Field(60, ge=1, description="Calls of one account to the interface in a minute.")
