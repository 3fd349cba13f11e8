"""Evidence as pages show it: read again from its bytes at each display, never trusted from its columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.control import Measurement
from bacasable.compliance.evidence import Evidence, EvidenceRefused, verify
from bacasable.programme.evidence.keys import enrolled_keys
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.rules import REASONS

VERDICT_COLOURS = {"passed": "green", "failed": "red", "void": "orange"}


@dataclass(frozen=True)
class Reading:
    """Stored evidence, verified now: what it says, or why it is refused."""

    stored: StoredEvidence
    evidence: Evidence | None
    refusal: str = ""


def read(stored: StoredEvidence) -> Reading:
    """Verify the stored bytes against the keys of today."""
    envelope = bytes(stored.envelope)
    if sha256(envelope).hexdigest() != stored.sha256:
        return Reading(stored, None, _("The stored bytes are not those that were received."))
    try:
        return Reading(stored, verify(envelope, enrolled_keys(), now=clock.now(), accept_void=True))
    except EvidenceRefused as refused:
        return Reading(stored, None, _(REASONS[refused.reason]))


def service_title(key: str) -> str:
    """Return the title that a service of this installation declares, else its key."""
    service = catalogue().get(key)
    return _(processing_of(service).title) if service else key


def control_title(service: str, key: str) -> str:
    """Return the title of a control of this installation, else its key."""
    known = catalogue().get(service)
    controls = known.load("controls") if known and known.controls else ()
    return next((_(control.title) for control in controls if control.key == key), key)


def percent(share: float) -> str:
    """Return a share as a percentage with as many decimals as it needs: 0.0029 gives 0.29 %."""
    decimals = 2 if share < 0.1 else 1
    return _("%(number)s %%") % {"number": number_format(share * 100, decimals)}


def said(measured: Measurement) -> str:
    """Return a measurement in one line: value, trials, interval."""
    return _("%(value)s of %(n)s trials; between %(low)s and %(high)s at %(level)s (%(method)s)") % {
        "value": percent(measured.value),
        "n": number_format(measured.n, 0, force_grouping=True),
        "low": percent(measured.interval.low),
        "high": percent(measured.interval.high),
        "level": _("%(number)s %%") % {"number": number_format(measured.interval.level * 100, 0)},
        "method": _(measured.interval.method),
    }


def promise(direction: str, threshold: float) -> str:
    """Return the threshold in words."""
    if direction == "at_most":
        return _("at most %(threshold)s") % {"threshold": percent(threshold)}
    return _("at least %(threshold)s") % {"threshold": percent(threshold)}


def facts(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the lines of the summary of one piece of evidence."""
    run = evidence.run
    measured = run.measurement
    chance = f"{measured.chance:.1e}" if measured.chance else "0"
    pairs = (
        (_("Promise"), promise(run.direction, run.threshold)),
        (_("What is measured"), _(run.unit)),
        (_("Measured as it runs"), said(measured)),
        (_("With the protection switched off"), said(run.sabotage)),
        (_("What chance alone would give"), chance),
        (_("Random seed"), measured.seed),
        (_("Attacker"), _(measured.attacker)),
        (_("Counterexamples"), "; ".join(measured.counterexamples) or _("none")),
        (_("Measured on"), date_format(localtime(run.measured_at), "DATETIME_FORMAT")),
        (_("Who says so"), _(run.label)),
        (_("Software"), run.software),
        (_("Signing key"), evidence.key_id),
        (_("Digest of the sample (SHA-256)"), measured.sample_sha256),
        (_("Digest of the envelope (SHA-256)"), evidence.sha256),
    )
    return [{"key": key, "value": value} for key, value in pairs]


def shown(evidence: Evidence) -> dict[str, Any]:
    """Return what the page of one piece of evidence shows: title, facts, tables of details and digests."""
    run = evidence.run
    names = sorted({*run.measurement.details, *run.sabotage.details})
    return {
        "run": run,
        "title": _(run.title),
        "facts": facts(evidence),
        "detail_caption": _("Details"),
        "detail_columns": [
            {"key": "name", "label": _("Name")},
            {"key": "as_is", "label": _("As it runs"), "numeric": True},
            {"key": "sabotaged", "label": _("Protection off"), "numeric": True},
        ],
        "detail_rows": [
            {
                "name": name,
                "as_is": run.measurement.details.get(name, ""),
                "sabotaged": run.sabotage.details.get(name, ""),
            }
            for name in names
        ],
        "rest_caption": _("What it rests on: when one of these changes, it is measured again"),
        "rest_columns": [{"key": "name", "label": _("Name")}, {"key": "sha256", "label": _("SHA-256")}],
        "rest_rows": [{"name": name, "sha256": value} for name, value in sorted(run.depends_on.items())],
    }


def rows(stored: Iterable[StoredEvidence]) -> list[dict[str, Any]]:
    """Return the rows of a table of evidence; from the columns, so that no row costs a verification."""
    return [
        {
            "measured": date_format(localtime(item.measured_at), "SHORT_DATETIME_FORMAT"),
            "service": service_title(item.service),
            "control": control_title(item.service, item.control),
            "verdict": {"badge": item.get_verdict_display(), "colour": VERDICT_COLOURS[item.verdict]},
            "value": percent(item.value) if item.value is not None else "",
            "trials": number_format(item.trials, 0, force_grouping=True) if item.trials else "",
            "interval": _("%(low)s to %(high)s") % {"low": percent(item.low), "high": percent(item.high)}
            if item.low is not None and item.high is not None
            else "",
            "href": reverse("evidence:detail", args=[item.public_id]),
        }
        for item in stored
    ]


def columns() -> list[dict[str, Any]]:
    """Return the columns of a table of evidence."""
    return [
        {"key": "measured", "label": _("Measured on")},
        {"key": "service", "label": _("Service")},
        {"key": "control", "label": _("Control")},
        {"key": "verdict", "label": _("Verdict")},
        {"key": "value", "label": _("Value"), "numeric": True},
        {"key": "interval", "label": _("Interval"), "numeric": True},
        {"key": "trials", "label": _("Trials"), "numeric": True},
    ]
