"""Settings of depth events: ``BACASABLE_DEPTH_EVENTS_<FIELD>``. None is needed to try it."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation's portal for depth events; an edge has a file of its own."""

    model_config = SettingsConfigDict(extra="ignore")

    broker: str = Field(
        "",
        description="Broker where edges tell events: `mqtts://user@host:8883`, or `mqtt://127.0.0.1:1883` "
        "on this machine. "
        "Empty: the portal listens to none (a demonstration starts its own).",
    )
    broker_password_file: str = Field("", description="File that holds the portal's password at the broker.")
    broker_ca_file: str = Field(
        "", description="PEM file of the authorities that may sign the broker's certificate; empty: usual."
    )
    broker_plain_because: str = Field(
        "",
        description="Why messages may come over a network without TLS (`mqtt://host`, no user), in 10 "
        "characters or more; empty: they may not.",
    )
    prefixes: str = Field(
        "",
        description="Prefixes of the stations listened to, separated by commas, each with the key of its "
        "station at the end; when empty, `bacasable/<station>` of each station known.",
    )
    incident_days: int = Field(
        30, ge=1, le=30, description="Days during which an incident is kept; the declaration says 30 at most."
    )
    escalate_seconds: int = Field(
        120,
        ge=10,
        le=3600,
        description="Seconds after which an incident that nobody acknowledged is escalated.",
    )
    statistics_minimum: int = Field(
        11,
        ge=2,
        le=10_000,
        description="People below whom a count is not shown here, even if an edge's own minimum is smaller.",
    )
    trial_galleries: int = Field(
        6, ge=1, le=50, description="Groups of 50 simulated people on whom a control tries to recognise them."
    )
    trial_scenes: int = Field(
        10, ge=1, le=500, description="Simulated scenes of two minutes on which a control scores events."
    )
    demo_live: bool = Field(
        True, description="Whether a demonstration runs its simulated station; nowhere else."
    )
