"""Evidence as pages show it: read again from its bytes at each display, never trusted from its columns."""

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.challenge import Challenge
from bacasable.compliance.control import Measurement
from bacasable.compliance.evidence import Evidence, EvidenceRefused, verify
from bacasable.compliance.service import N_
from bacasable.programme.dossiers.wording import instant
from bacasable.programme.evidence import models
from bacasable.programme.evidence.keys import keys_for, revoked_among
from bacasable.programme.evidence.models import ProjectKey, StoredEvidence
from bacasable.programme.evidence.rules import REASONS
from bacasable.programme.support.models import SupportFile

VERDICT_COLOURS = {"passed": "green", "failed": "red", "void": "orange"}
LABEL_COLOURS = {"own": "blue", "project": "purple", "replayed": "teal"}
KEY_STATES = {
    "enrolled": (N_("waits for the office to confirm it"), "yellow"),
    "confirmed": (N_("confirmed"), "green"),
    "revoked": (N_("revoked"), "red"),
}
CHALLENGE_STATES = {
    "open": (N_("open"), "yellow"),
    "answered": (N_("answered"), "green"),
    "lapsed": (N_("deadline passed"), "orange"),
    "withdrawn": (N_("withdrawn"), "grey"),
}


@dataclass(frozen=True)
class Reading:
    """Stored evidence, verified now: what it says, or why it is refused (``reason`` is the code)."""

    stored: StoredEvidence
    evidence: Evidence | None
    refusal: str = ""
    reason: str = ""


def read(stored: StoredEvidence) -> Reading:
    """Verify the stored bytes against the keys of today: a key revoked since is a refusal."""
    envelope = bytes(stored.envelope)
    if sha256(envelope).hexdigest() != stored.sha256:
        return Reading(stored, None, _("The stored bytes are not those that were received."), "bytes")
    try:
        return Reading(
            stored,
            verify(
                envelope,
                keys_for(stored),
                now=clock.now(),
                accept_void=True,
                challenge=_asked(stored),
                received_at=stored.received_at,
            ),
        )
    except EvidenceRefused as refused:
        return Reading(stored, None, _(REASONS[refused.reason]), refused.reason)


def _asked(stored: StoredEvidence) -> Challenge | None:
    """Return the challenge that it answers; the office's own replays may come after its deadline."""
    if stored.challenge is None:
        return None
    asked = stored.challenge.asked
    if stored.label == StoredEvidence.Label.REPLAYED:
        return replace(asked, due_at=max(asked.due_at, stored.received_at))
    return asked


def service_title(key: str) -> str:
    """Return the title that a service of this installation declares, else its key."""
    service = catalogue().get(key)
    return _(processing_of(service).title) if service else key


def control_title(service: str, key: str, file: int | None = None) -> str:
    """Return the title of a control: declared here, else as the latest evidence carries it, else its key.

    ``file`` is the support file that asks, whose evidence alone is read: one query, for a control that is
    not installed here.
    """
    known = catalogue().get(service)
    controls = known.load("controls") if known and known.controls else ()
    titles = {control.key: _(control.title) for control in controls}
    return titles.get(key) or (_carried_title(service, key, file) if known is None else "") or key


def _carried_title(service: str, key: str, file: int | None) -> str:
    """Return the title in the latest evidence about a control; it was verified when it was received."""
    stored = StoredEvidence.objects.filter(file=file, service=service, control=key)
    envelope = stored.order_by("-measured_at", "-pk").values_list("envelope", flat=True).first()
    if envelope is None:
        return ""
    try:
        title = json.loads(base64.b64decode(json.loads(bytes(envelope))["payload"]))["predicate"]["title"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(title)


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


def facts(stored: StoredEvidence, evidence: Evidence) -> list[dict[str, Any]]:
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
        (_("Who says so"), stored.get_label_display()),
        (_("Challenge answered"), run.challenge or _("none: nobody asked for this run")),
        (_("Received on"), date_format(localtime(stored.received_at), "DATETIME_FORMAT")),
        (_("Software"), run.software),
        (_("Signing key"), evidence.key_id),
        (_("Digest of the sample (SHA-256)"), measured.sample_sha256),
        (_("Digest of the envelope (SHA-256)"), evidence.sha256),
    )
    return [{"key": key, "value": value} for key, value in pairs]


def shown(stored: StoredEvidence, evidence: Evidence) -> dict[str, Any]:
    """Return what the page of one piece of evidence shows: title, facts, tables of details and digests."""
    run = evidence.run
    names = sorted({*run.measurement.details, *run.sabotage.details})
    return {
        "run": run,
        "title": _(run.title),
        "facts": facts(stored, evidence),
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
    """Return the rows of a table of evidence; from the columns, so that no row costs a verification.

    A row whose key was revoked says so: its verdict is what the run said, and is believed no more.
    """
    stored = list(stored)
    revoked = revoked_among({item.key_id for item in stored})
    asked = {(item.service, item.control, item.file_id) for item in stored}
    titles = {named: control_title(*named) for named in asked}
    return [
        {
            "measured": date_format(localtime(item.measured_at), "SHORT_DATETIME_FORMAT"),
            "service": service_title(item.service),
            "control": titles[item.service, item.control, item.file_id],
            "verdict": {"badge": item.get_verdict_display(), "colour": VERDICT_COLOURS[item.verdict]},
            "label": _who(item, is_believed=item.key_id not in revoked),
            "value": percent(item.value) if item.value is not None else "",
            "trials": number_format(item.trials, 0, force_grouping=True) if item.trials else "",
            "interval": _("%(low)s to %(high)s") % {"low": percent(item.low), "high": percent(item.high)}
            if item.low is not None and item.high is not None
            else "",
            "href": reverse("evidence:detail", args=[item.public_id]),
        }
        for item in stored
    ]


def _who(stored: StoredEvidence, *, is_believed: bool) -> str:
    label = stored.get_label_display()
    return label if is_believed else f"{label}. {_(REASONS['revoked_key'])}"


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
        {"key": "label", "label": _("Who says so")},
    ]


def key_facts(key: ProjectKey, *, fingerprint: bool = True) -> list[dict[str, Any]]:
    """Return the lines of the summary of a project's key; without ``fingerprint`` where it is to be told."""
    zone = key.file.dossier.call.zone
    state, _colour = KEY_STATES[key.state]
    lines = [
        (_("Instance"), key.label),
        (_("State"), _(state)),
        *([(_("Fingerprint"), grouped(key.key_id))] if fingerprint else []),
        (_("Enrolled"), instant(key.enrolled_at, zone)),
    ]
    if key.confirmed_at:
        lines.append((_("Confirmed by the office"), instant(key.confirmed_at, zone)))
    if key.last_seen_at:
        lines.append((_("Last spoke to us"), instant(key.last_seen_at, zone)))
    if key.revoked_at:
        lines += [(_("Revoked"), instant(key.revoked_at, zone)), (_("Reason"), key.revoked_because)]
    return [{"key": name, "value": value} for name, value in lines]


def grouped(key_id: str) -> str:
    """Return a fingerprint in groups of eight, to be read aloud."""
    return " ".join(key_id[place : place + 8] for place in range(0, len(key_id), 8))


def challenge_state(state: str) -> dict[str, str]:
    """Return the badge of a challenge's state."""
    label, colour = CHALLENGE_STATES[state]
    return {"badge": _(label), "colour": colour}


def challenge_columns() -> list[dict[str, Any]]:
    """Return the columns of a table of challenges."""
    return [
        {"key": "control", "label": _("Control")},
        {"key": "service", "label": _("Service")},
        {"key": "state", "label": _("State")},
        {"key": "due", "label": _("Until")},
        {"key": "runs", "label": _("Runs received"), "numeric": True},
        {"key": "failed", "label": _("of which did not pass"), "numeric": True},
    ]


def challenge_rows(file: SupportFile, challenges: Iterable[models.Challenge]) -> list[dict[str, Any]]:
    """Return the rows of a table of challenges, whose evidence is prefetched."""
    rows = []
    for challenge in challenges:
        runs = [evidence.verdict for evidence in challenge.evidence.all()]
        rows.append(
            {
                "control": control_title(challenge.service, challenge.control, file.pk),
                "service": service_title(challenge.service),
                "state": challenge_state(challenge.state()),
                "due": date_format(localtime(challenge.due_at), "SHORT_DATETIME_FORMAT"),
                "runs": len(runs),
                "failed": sum(1 for verdict in runs if verdict != "passed"),
                "href": reverse("evidence:challenge", args=[file.dossier.reference, challenge.public_id]),
            }
        )
    return rows


def challenge_facts(file: SupportFile, challenge: models.Challenge) -> list[dict[str, Any]]:
    """Return the lines of the summary of a challenge."""
    zone = file.dossier.call.zone
    pairs = (
        (_("Service"), f"{service_title(challenge.service)} ({challenge.service})"),
        (
            _("Control"),
            f"{control_title(challenge.service, challenge.control, file.pk)} ({challenge.control})",
        ),
        (_("Asked"), instant(challenge.issued_at, zone)),
        (_("Until"), instant(challenge.due_at, zone)),
        (_("Random seed"), challenge.seed),
        (_("Nonce"), challenge.nonce),
        (_("Identifier"), challenge.public_id),
    )
    return [{"key": key, "value": value} for key, value in pairs]


def counted(reasons: Iterable[str]) -> Counter[str]:
    """Return how often each reason stands there."""
    return Counter(reasons)


def refused_columns() -> list[dict[str, Any]]:
    """Return the columns of the table of what was refused."""
    return [
        {"key": "reason", "label": _("Reason")},
        {"key": "count", "label": _("Times"), "numeric": True},
    ]


def refused_rows(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the rows of what was refused, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"reason": _(REASONS.get(reason, reason)), "count": count} for reason, count in ordered]


def verdict_counts(file: SupportFile) -> dict[str, int]:
    """Return how many runs of a project passed, failed and were void."""
    found = Counter(file.evidence.values_list("verdict", flat=True))
    return {verdict: found[verdict] for verdict in VERDICT_COLOURS}


def known_controls() -> list[dict[str, str]]:
    """Return the controls of this installation, which a challenge may name as well as any other."""
    return [
        {"service": service.key, "control": control.key, "title": _(control.title)}
        for service in catalogue().values()
        if service.controls
        for control in service.load("controls")
    ]
