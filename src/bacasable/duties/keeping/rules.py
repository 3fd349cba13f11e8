"""Who may do what with retention, and what needs a visa; no Django here."""

from dataclasses import asdict
from datetime import timedelta

from bacasable.compliance.canonical import digest
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.declaration import Retention
from bacasable.compliance.service import N_, Permission

PERMISSIONS = (
    Permission("keeping.read", N_("see what is due, kept and destroyed"), ("dpo", "administrator")),
    Permission("keeping.purge", N_("destroy now what is due, instead of at night"), ("dpo",)),
    Permission("keeping.visa", N_("record and withdraw a visa of the archives"), ("dpo",)),
)

LONGEST_VISA = timedelta(days=366)


def retentions() -> dict[tuple[str, str], Retention]:
    """Return every declared retention by service and key."""
    return {
        (key, item.retention.key): item.retention
        for key, service in catalogue().items()
        for item in processing_of(service).data
        if item.retention is not None
    }


def needing_visa() -> dict[tuple[str, str], Retention]:
    """Return the retentions whose end is a destruction, or a transfer, that the archives approve first."""
    return {
        where: retention
        for where, retention in retentions().items()
        if retention.needs_archive_visa or retention.final == "transfer"
    }


def digest_of(retention: Retention) -> str:
    """Return the SHA-256 of a retention's content: a visa holds for the one that was approved."""
    return digest(asdict(retention))
