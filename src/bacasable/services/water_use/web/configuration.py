"""Settings of the water service: ``BACASABLE_WATER_USE_<FIELD>``. None is needed to try it."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation's water service."""

    model_config = SettingsConfigDict(extra="ignore")

    franceconnect_issuer: str = Field(
        "",
        description="Issuer of the identity provider of households (FranceConnect): "
        "`<issuer>/.well-known/openid-configuration` is read. Empty: nobody can prove an identity.",
    )
    franceconnect_name: str = Field("FranceConnect", description="Name of this provider on its button.")
    franceconnect_client_id: str = Field("", description="Identifier of this portal at the provider.")
    franceconnect_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there.")
    franceconnect_scope: str = Field(
        "openid given_name family_name preferred_username",
        description="What is asked of the provider: names, to compare with the contract's. Others than "
        "FranceConnect want `openid profile`.",
    )
    franceconnect_acr: str = Field(
        "eidas1", description="Level of assurance asked for (`acr_values`): eidas1, eidas2 or eidas3."
    )
    utility_name: str = Field("", description="Name of the water service on pages and letters.")
    utility_address: str = Field(
        "", description="Its address on letters, one line after another separated by `|`."
    )
    utility_contact: str = Field("", description="How a household reaches it: telephone, address of a page.")
    millieuros_per_cubic_metre: int = Field(
        0, ge=0, description="Price of water and sewerage, in thousandths of a euro; 0: the national mean."
    )
    code_days: int = Field(90, ge=1, le=400, description="Days during which a paper code opens its page.")
    hourly_days: int = Field(
        30, ge=3, le=60, description="Days during which hours are kept to see leaks, without opt-in."
    )
    core_engine: Literal["duckdb", "pyspark"] = Field(
        "duckdb",
        description="What works out the volumes of months each night: `duckdb` in this process, or `pyspark` "
        "(a session of Spark, with the extra `spark` and Java), with the same results.",
    )
    weather_csv: str = Field(
        "",
        description="CSV file of the weather, past days and the seven to come as forecast, kept up to date "
        "by the utility: `day` (2026-11-21), `hour` (0 to 23), any of `temperature` (degrees Celsius), "
        "`rain` (mm), `humidity` (%), `wind` (km/h). Empty: districts are forecast by the calendar alone.",
    )
    profile_epsilon: Decimal = Field(
        Decimal(0),
        ge=0,
        le=10,
        decimal_places=3,
        description="Epsilon spent each month on the mean day by the hour of all homes, a thousand or more, "
        "published with noise (differential privacy, for one day of each home); 0: none is published.",
    )
    profile_budget: Decimal = Field(
        Decimal(3),
        gt=0,
        le=100,
        decimal_places=3,
        description="What these mean days may spend in a year; once spent, none is published until the next.",
    )
    demo_homes: int = Field(
        5000, ge=60, le=20_000, description="Homes of the synthetic town of a demonstration; nowhere else."
    )
    case_hours: int = Field(
        24, ge=1, le=168, description="Hours during which a curve stays open to an agent inside a case."
    )
    upload_megabytes: int = Field(
        200, ge=1, le=2000, description="Largest file of readings taken by page; the command takes any size."
    )
    districts_geojson: str = Field(
        "",
        description="GeoJSON file of the districts, each with a property `name`: drawn as a map. Empty: a "
        "synthetic map in a demonstration, none elsewhere.",
    )
