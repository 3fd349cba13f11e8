"""Settings of the assistant: ``BACASABLE_ASSISTANT_<FIELD>``. None is needed to answer from the sheets."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation's assistant."""

    model_config = SettingsConfigDict(extra="ignore")

    endpoint: str = Field(
        "", description="Address of an OpenAI-compatible endpoint (`https://.../v1`) that words answers."
    )
    endpoint_key: SecretStr = Field(SecretStr(""), description="Its key, sent as a bearer token.")
    endpoint_model: str = Field("", description="The model asked for; empty takes the first that it lists.")
    endpoint_seconds: float = Field(
        60, gt=0, le=600, description="How long an answer may take; then the extractive one stands."
    )
    embeddings: str = Field(
        "", description="Address of an OpenAI-compatible embedder; empty uses the one that is installed."
    )
    embeddings_key: SecretStr = Field(SecretStr(""), description="Its key, sent as a bearer token.")
    embeddings_model: str = Field("", description="The model asked of the embedder.")
    sheet_days: int = Field(
        400, ge=1, description="Age after which a sheet is not quoted as current, unless its collection says."
    )
    quotes_stale: bool = Field(
        False,
        description="Whether sheets past their age are quoted all the same, flagged: for a demonstration.",
    )
    upload_megabytes: int = Field(
        50, ge=1, le=1000, description="Largest archive or document imported into a collection."
    )
    question_characters: int = Field(
        8000, ge=100, le=100_000, description="Longest question or note; longer ones are refused whole."
    )
    calls_per_minute: int = Field(60, ge=1, description="Calls of one key of the interface in a minute.")
    shield: bool = Field(
        True,
        description="Hide what is typed about a person. Off in a demonstration only, to see controls fail.",
    )
