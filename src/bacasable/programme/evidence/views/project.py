"""What a project and the office share about its measurements: keys, challenges, evidence, files."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance.evidence import EvidenceRefused
from bacasable.people.arrival import received_at
from bacasable.people.permissions import allow, may
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import actions, queries, readings, tasks
from bacasable.programme.evidence.forms import (
    ChallengeForm,
    EnvelopeForm,
    FingerprintForm,
    KeyForm,
    RevokeForm,
)
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.rules import MOST_PER_HOUR, REASONS
from bacasable.programme.support.models import SupportFile

PER_PAGE = 50


def frame(request: HttpRequest, file: SupportFile) -> dict[str, Any]:
    """Return what every page here shows: whose it is, and what this person may do."""
    user = request.user
    return {
        "file": file,
        "reference": file.dossier.reference,
        "may_enrol": may(user, "evidence.enrol", file),
        "may_confirm": may(user, "evidence.confirm_key", file),
        "may_revoke": may(user, "evidence.revoke_key", file),
        "may_send": may(user, "evidence.send_file", file),
        "may_ask": may(user, "evidence.challenge", file),
        "may_replay": may(user, "evidence.replay", file),
    }


@allow("evidence.of_project", by_object=True)
@require_GET
@never_cache
def of_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The keys, challenges and evidence of a project, and how much was refused."""
    file = queries.file_for(reference, request.user)
    stored = file.evidence.defer("envelope").order_by("-measured_at", "-pk")
    page = Paginator(stored, PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.refused_counts(file)
    challenges = file.challenges.prefetch_related("evidence").order_by("-issued_at", "-pk")[:PER_PAGE]
    context = {
        **frame(request, file),
        "keys": [(key, readings.key_facts(key)) for key in file.keys.order_by("enrolled_at")],
        "challenge_columns": readings.challenge_columns(),
        "challenge_rows": readings.challenge_rows(file, challenges),
        "page": page,
        "columns": readings.columns(),
        "rows": readings.rows(page.object_list),
        "verdicts": readings.verdict_counts(file),
        "refused_total": sum(counts.values()),
        "refused_columns": readings.refused_columns(),
        "refused_rows": readings.refused_rows(counts),
        "portal": settings.BACASABLE.public_url.rstrip("/"),
    }
    return render(request, "programme/evidence/of_file.html", context)


@allow("evidence.enrol", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def enrol(request: HttpRequest, reference: str) -> HttpResponse:
    """Enrol the key of an instance; the answer shows its token, once."""
    file = queries.file_for(reference, request.user, "evidence.enrol")
    form = KeyForm(request.POST, request.FILES) if request.method == "POST" else KeyForm()
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            key, token = actions.enrol(
                file=file, pem=form.cleaned_data["pem"], label=form.cleaned_data["label"], by=user
            )
        except Refused as refused:
            form.add_error("pem", wording.refusal(refused, file.dossier.call))
        else:
            context = {
                **frame(request, file),
                "key": key,
                "token": token,
                "portal": settings.BACASABLE.public_url.rstrip("/"),
            }
            return render(request, "programme/evidence/enrolled.html", context)
    context = {**frame(request, file), "form": form}
    return render(request, "programme/evidence/enrol.html", context, status=422 if form.errors else 200)


@allow("evidence.confirm_key", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def confirm_key(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """The officer types the end of the fingerprint that the project told by another channel."""
    file = queries.file_for(reference, request.user, "evidence.confirm_key")
    key = queries.key_of(file, public_id)
    form = FingerprintForm(request.POST if request.method == "POST" else None, key_id=key.key_id)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            actions.confirm_key(key=key, by=user)
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, file.dossier.call))
        else:
            messages.success(request, _("The key is confirmed: what it signs is accepted from now on."))
            return redirect("evidence:of_file", reference)
    context = {**frame(request, file), "form": form, "facts": readings.key_facts(key, fingerprint=False)}
    return render(request, "programme/evidence/confirm_key.html", context, status=422 if form.errors else 200)


@allow("evidence.revoke_key", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def revoke_key(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Either side revokes a key, with a reason."""
    file = queries.file_for(reference, request.user, "evidence.revoke_key")
    key = queries.key_of(file, public_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            actions.revoke_key(key=key, reason=form.cleaned_data["reason"], by=user)
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, file.dossier.call))
        else:
            messages.success(request, _("The key is revoked. What rested on it is to be measured again."))
            return redirect("evidence:of_file", reference)
    context = {**frame(request, file), "form": form, "key": key, "facts": readings.key_facts(key)}
    return render(request, "programme/evidence/revoke_key.html", context, status=422 if form.errors else 200)


@allow("evidence.challenge", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the project for a measurement; the seed and the nonce are drawn here."""
    file = queries.file_for(reference, request.user, "evidence.challenge")
    initial = {name: request.GET.get(name, "")[:80] for name in ("service", "control")} | {"days": 14}
    form = ChallengeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            made = actions.challenge(
                file=file,
                service=form.cleaned_data["service"],
                control=form.cleaned_data["control"],
                due_at=form.due_at(),
                by=user,
            )
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, file.dossier.call))
        else:
            messages.success(request, _("The project is asked for this measurement."))
            return redirect("evidence:challenge", reference, made.public_id)
    context = {**frame(request, file), "form": form, "known": readings.known_controls()}
    return render(request, "programme/evidence/ask.html", context, status=422 if form.errors else 200)


@allow("evidence.of_project", by_object=True)
@require_GET
@never_cache
def challenge(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """One challenge: what is asked, how to answer, what came, what was refused."""
    file = queries.file_for(reference, request.user)
    asked = queries.challenge_of(file, public_id)
    state = asked.state()
    counts = readings.counted(asked.refused.values_list("reason", flat=True))
    stored = StoredEvidence.objects.defer("envelope").filter(challenge=asked)
    context = {
        **frame(request, file),
        "challenge": asked,
        "state": readings.challenge_state(state),
        "is_open": state == "open",
        "facts": readings.challenge_facts(file, asked),
        "columns": readings.columns(),
        "rows": readings.rows(stored.order_by("-received_at")),
        "refused_total": sum(counts.values()),
        "refused_columns": readings.refused_columns(),
        "refused_rows": readings.refused_rows(counts),
        "runs_here": state != "withdrawn" and tasks.runs_here(asked),
    }
    return render(request, "programme/evidence/challenge.html", context)


@allow("evidence.of_project", by_object=True)
@require_GET
@never_cache
def challenge_json(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """The challenge as a file, for ``bacasable check SERVICE --challenge FILE``."""
    asked = queries.challenge_of(queries.file_for(reference, request.user), public_id)
    return HttpResponse(
        asked.asked.to_json(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="challenge-{asked.public_id}.json"'},
    )


@allow("evidence.challenge", by_object=True)
@require_POST
def withdraw(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Ask no more."""
    file = queries.file_for(reference, request.user, "evidence.challenge")
    user: Any = request.user
    try:
        actions.withdraw_challenge(challenge=queries.challenge_of(file, public_id), by=user)
    except Refused as refused:
        messages.error(request, wording.refusal(refused, file.dossier.call))
    else:
        messages.success(request, _("The challenge is withdrawn."))
    return redirect("evidence:challenge", reference, public_id)


@allow("evidence.replay", by_object=True)
@require_POST
def replay(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Run the measurement again here, behind the pages."""
    file = queries.file_for(reference, request.user, "evidence.replay")
    user: Any = request.user
    try:
        tasks.ask_replay(challenge=queries.challenge_of(file, public_id), by=user)
    except Refused as refused:
        messages.error(request, wording.refusal(refused, file.dossier.call))
    else:
        messages.success(request, _("The replay is queued: its evidence will stand below when it is done."))
    return redirect("evidence:challenge", reference, public_id)


@allow("evidence.send_file", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def send_file(request: HttpRequest, reference: str) -> HttpResponse:
    """File the envelope of a project: it names the challenge that it answers."""
    file = queries.file_for(reference, request.user, "evidence.send_file")
    form = EnvelopeForm(request.POST, request.FILES) if request.method == "POST" else EnvelopeForm()
    user: Any = request.user
    if request.method == "POST":
        if queries.came_lately(file) >= MOST_PER_HOUR:
            form.add_error(None, _("Much came for this project within the hour. Wait before sending again."))
        elif form.is_valid():
            try:
                stored = actions.receive(
                    envelope_bytes=form.cleaned_data["envelope"].read(),
                    by=user,
                    file=file,
                    received_at=received_at(request),
                )
            except EvidenceRefused as refused:
                form.add_error("envelope", _(REASONS[refused.reason]))
            else:
                messages.success(request, _("The evidence is verified and kept."))
                return redirect("evidence:detail", stored.public_id)
        elif form.has_error("envelope", "oversize"):
            actions.refuse_unread(file=file, reason="oversize", by=user)
    context = {**frame(request, file), "form": form}
    return render(request, "programme/evidence/send_file.html", context, status=422 if form.errors else 200)
