"""Letters of a decision, for the office and for the candidate; then the publication of the laureates."""

from datetime import datetime
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.exchange.vault import Altered, Missing
from bacasable.people import instance
from bacasable.people.permissions import allow, may
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions, documents, rules
from bacasable.programme.committee.actions.letters_out import LARGEST_SIGNED, MEGABYTE
from bacasable.programme.committee.forms.decisions import PublicationForm, SendingForm
from bacasable.programme.committee.models import Conference, Decision, Letter, Outcome, Selection
from bacasable.programme.committee.queries import decisions as queries
from bacasable.programme.committee.queries.publication import presentation_of, publishable
from bacasable.programme.committee.views.decisions import OUTCOME_COLOURS, outcome_row
from bacasable.programme.dossiers import queries as dossier_queries
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.receipts import octets
from bacasable.programme.dossiers.refusals import Refused

log = structlog.get_logger("bacasable.files")

#: A file opened from here can run nothing, load nothing, send nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_http_methods(["GET", "POST"])
@allow("committee.notify", by_object=True)
@never_cache
def letters(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The letters of a decision and where each stands; a POST sends those that are not sent."""
    selection = queries.selection_of(slug, request.user, "committee.notify")
    decision = queries.decision_of(selection)
    if request.method == "POST":
        if decision is None:
            messages.error(request, _("There is no decision yet, so there is no letter to send."))
            return redirect("committee:letters", slug=slug)
        return _send(request, selection, decision)
    return _letters_page(request, selection, decision, SendingForm())


def _letters_page(
    request: HttpRequest, selection: Selection, decision: Decision | None, form: SendingForm
) -> HttpResponse:
    outcomes = list(queries.outcomes_of(decision)) if decision else []
    may_defend = may(request.user, "committee.defend")
    context = {
        "selection": selection,
        "call": selection.call,
        "decision": decision,
        "form": form,
        "columns": [
            {"key": "letter", "label": _("Letter"), "nowrap": True},
            {"key": "project", "label": _("Project")},
            {"key": "body", "label": _("Body")},
            {"key": "outcome", "label": _("Outcome")},
            {"key": "signed", "label": _("Signed copy")},
            {"key": "sent", "label": _("Sent")},
            {"key": "read", "label": _("First read")},
            *([{"key": "defence", "label": _("Proof"), "nowrap": True}] if may_defend else []),
        ],
        "rows": [_row(outcome, selection.call) for outcome in outcomes],
        "may_decide": may(request.user, "committee.decide", selection),
        "unsent": sum(outcome.letter.sent_at is None for outcome in outcomes),
        "unsigned": sum(
            outcome.letter.sent_at is None and not outcome.letter.signed_blob for outcome in outcomes
        ),
        "signature": _signature_asked(selection.call),
        "can_publish": "publish" in rules.SELECTION[selection.state],
    }
    status = 422 if form.errors else 200
    return render(request, "programme/committee/letters.html", context, status=status)


def _signature_asked(call: Call) -> dict[str, str] | None:
    """Return the rule of the call's jurisdiction that asks decisions to be signed, if it has one."""
    land = jurisdiction(call.jurisdiction)
    rule = land.rule("signature")
    if rule is None:
        return None
    return {"rule": land.said(rule.text, get_language() or call.language), "source": rule.source}


@recent_sign_in_required()
def _send(request: HttpRequest, selection: Selection, decision: Decision) -> HttpResponse:
    form = SendingForm(request.POST)
    try:
        sent = actions.send_letters(
            decision=decision,
            by=request.user,  # type: ignore[arg-type]
            accept_unsigned=form.is_valid() and form.cleaned_data["accept_unsigned"],
        )
    except Refused as refused:
        form.add_error("accept_unsigned", wording.refusal(refused, selection.call))
        return _letters_page(request, selection, decision, form)
    if sent:
        messages.success(request, _("Letters sent: %(count)s.") % {"count": sent})
    else:
        messages.info(request, _("Every letter was sent already."))
    return redirect("committee:letters", slug=selection.call.slug)


def _day(at: datetime, call: Call) -> str:
    return date_format(localtime(at, call.zone), "SHORT_DATETIME_FORMAT")


def _row(outcome: Outcome, call: Call) -> dict[str, Any]:
    letter, slug = outcome.letter, call.slug
    signed = reverse("committee:letter_signed", args=[letter.reference])
    if letter.signed_blob:
        signed_cell = {"text": _("filed"), "href": signed}
    elif letter.sent_at is None:
        signed_cell = {"text": _("file it"), "href": signed}
    else:
        signed_cell = {"text": _("none"), "href": ""}
    return outcome_row(outcome) | {
        "letter": {
            "text": letter.reference,
            "href": reverse("committee:letter", args=[letter.reference]),
        },
        "signed": signed_cell,
        "sent": _day(letter.sent_at, call) if letter.sent_at else _("not yet"),
        "defence": {
            "text": _("Defence file (ZIP)"),
            "href": reverse("committee:defence", args=[slug, outcome.examination.dossier.reference]),
        },
        "read": _day(letter.read_at, call) if letter.read_at else _("not yet"),
    }


@require_GET
@allow("committee.notify", by_object=True)
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as it was generated, to be signed."""
    found = queries.letter_of(reference, request.user, "committee.notify")
    return _pdf(found, found.blob, f"{found.reference}.pdf")


@require_GET
@allow("committee.notify", by_object=True)
def signed_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The copy that was signed elsewhere."""
    found = queries.letter_of(reference, request.user, "committee.notify")
    if not found.signed_blob:
        raise Http404
    return _pdf(found, found.signed_blob, f"{found.reference}-signed.pdf")


def _pdf(letter: Letter, blob: str, name: str) -> HttpResponse:
    """Send a PDF to be saved. It is read and authenticated whole before the first byte leaves."""
    dossier = letter.outcome.examination.dossier
    try:
        content = b"".join(instance.vault().read(bytes(dossier.data_key), blob))
    except (Altered, Missing) as problem:
        log.error("letter unreadable", letter=letter.reference, problem=type(problem).__name__)
        raise Http404 from problem
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@allow("committee.notify", by_object=True)
@never_cache
def letter_signed(request: HttpRequest, reference: str) -> HttpResponse:
    """File the copy of a letter that was signed elsewhere; see what was filed."""
    found = queries.letter_of(reference, request.user, "committee.notify")
    call = found.outcome.decision.selection.call
    errors: list[str] = []
    if request.method == "POST":
        sent = request.FILES.get("signed")
        if sent is None:
            errors.append(_("Choose the signed PDF."))
        elif (sent.size or 0) > LARGEST_SIGNED * MEGABYTE:  # not read into memory to be refused
            errors.append(
                _(
                    "This file is larger than %(limit)s MB. Scan it in black and white, or at 200 dots an "
                    "inch."
                )
                % {"limit": LARGEST_SIGNED}
            )
        else:
            try:
                filed = actions.file_signed_letter(
                    letter=found,
                    name=sent.name or "",
                    content=sent.read(),
                    by=request.user,  # type: ignore[arg-type]
                )
            except Refused as refused:
                errors.append(wording.refusal(refused, call))
            else:
                _say_what_was_filed(request, filed)
                return redirect("committee:letter_signed", reference=reference)
    context = {
        "letter": found,
        "call": call,
        "errors": errors,
        "can_file": found.sent_at is None,
        "limit": LARGEST_SIGNED,
        "limit_bytes": LARGEST_SIGNED * MEGABYTE,
        "facts": _facts(found),
    }
    return render(request, "programme/committee/letter_signed.html", context, status=422 if errors else 200)


def _say_what_was_filed(request: HttpRequest, letter: Letter) -> None:
    if letter.signed_holds_generated:
        messages.success(
            request, _("The signed copy is filed. It begins with the generated letter, byte for byte.")
        )
    else:
        messages.warning(
            request,
            _(
                "The signed copy is filed. It does not begin with the generated letter, as a scan does not: "
                "read it again before it is sent."
            ),
        )


def _facts(letter: Letter) -> list[dict[str, Any]]:
    zone = letter.outcome.decision.selection.call.zone
    facts = [
        {"key": _("Letter"), "value": letter.reference},
        {"key": _("Dossier"), "value": letter.outcome.examination.dossier.reference},
        {"key": _("Outcome"), "value": letter.outcome.get_kind_display()},
        {"key": _("Digest (SHA-256)"), "value": letter.sha256},
    ]
    if letter.signed_at:
        facts += [
            {"key": _("Signed copy filed"), "value": wording.instant(letter.signed_at, zone)},
            {"key": _("Size"), "value": octets(letter.signed_size or 0)},
            {"key": _("Digest of the signed copy (SHA-256)"), "value": letter.signed_sha256},
            {
                "key": _("Begins with the generated letter"),
                "value": _("yes") if letter.signed_holds_generated else _("no"),
            },
        ]
    if letter.sent_at:
        facts.append({"key": _("Sent"), "value": wording.instant(letter.sent_at, zone)})
    return facts


@require_GET
@allow("committee.read_letter", by_object=True)
@never_cache
def own_letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The candidate's page of the decision on their dossier; its first opening is noted."""
    dossier = dossier_queries.own(reference, request.user, "committee.read_letter")
    found = _opened(request, dossier)
    context: dict[str, Any] = {"dossier": dossier, "call": dossier.call, "letter": found}
    if found is not None:
        outcome = found.outcome
        zone = dossier.call.zone
        context |= {
            "outcome": outcome,
            "colour": OUTCOME_COLOURS[outcome.kind],
            "remedies": documents.remedies(dossier.call),
            "facts": [
                {"key": _("Decided"), "value": wording.instant(outcome.decision.decided_at, zone)},
                {
                    "key": _("By"),
                    "value": f"{outcome.decision.signatory_name}, {outcome.decision.signatory_capacity}",
                },
                {"key": _("Letter"), "value": found.reference},
                {"key": _("Sent"), "value": wording.instant(found.sent_at, zone) if found.sent_at else ""},
                {
                    "key": _("First read"),
                    "value": wording.instant(found.read_at, zone) if found.read_at else "",
                },
            ],
            "sha256": found.signed_sha256 or found.sha256,
        }
    return render(request, "programme/committee/own_letter.html", context)


def _opened(request: HttpRequest, dossier: Dossier) -> Letter | None:
    found = queries.sent_letter(dossier)
    return actions.record_reading(letter=found, by=request.user) if found else None  # type: ignore[arg-type]


@require_GET
@allow("committee.read_letter", by_object=True)
def own_letter_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter itself: the signed copy where one was filed."""
    dossier = dossier_queries.own(reference, request.user, "committee.read_letter")
    found = _opened(request, dossier)
    if found is None:
        raise Http404
    return _pdf(found, found.signed_blob or found.blob, f"{found.reference}.pdf")


@require_http_methods(["GET", "POST"])
@allow("committee.notify", by_object=True)
@never_cache
def publish(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Check how each project is named to the public, then publish; refused ones never appear."""
    selection = queries.selection_of(slug, request.user, "committee.notify")
    if request.method == "POST":
        return _publish(request, slug)
    return _publication_page(request, selection, None)


@recent_sign_in_required()
def _publish(request: HttpRequest, slug: str) -> HttpResponse:
    selection = queries.selection_of(slug, request.user, "committee.notify")
    decision = queries.decision_of(selection)
    if decision is None or "publish" not in rules.SELECTION[selection.state]:
        messages.error(request, _("There is nothing to publish now: see where this call stands."))
        return redirect("committee:publish", slug=slug)
    presented = {outcome.pk: presentation_of(outcome) for outcome in publishable(decision)}
    form = PublicationForm(request.POST, presented=presented)
    if form.is_valid():
        try:
            actions.publish(
                decision=decision,
                by=request.user,  # type: ignore[arg-type]
                presented=form.lines(),
            )
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, selection.call))
        else:
            messages.success(request, _("The laureates and the advised projects are published."))
            return redirect("committee:publish", slug=slug)
    return _publication_page(request, selection, form)


def _conference_url(slug: str) -> str:
    """Return the address of the public conference, nothing while there is none."""
    is_public = Conference.objects.filter(call__slug=slug, published_at__isnull=False).exists()
    return reverse("committee:conference", args=[slug]) if is_public else ""


def _publication_page(request: HttpRequest, selection: Any, form: PublicationForm | None) -> HttpResponse:
    decision = queries.decision_of(selection)
    outcomes = publishable(decision) if decision else []
    if form is None:
        form = PublicationForm(presented={outcome.pk: presentation_of(outcome) for outcome in outcomes})
    context = {
        "selection": selection,
        "call": selection.call,
        "decision": decision,
        "is_published": selection.state == "published",
        "may_decide": may(request.user, "committee.decide", selection),
        "conference_url": _conference_url(selection.call.slug),
        "unsent": Letter.objects.filter(outcome__decision=decision, sent_at=None).count() if decision else 0,
        "form": form,
        "lines": [
            {
                "reference": outcome.examination.dossier.reference,
                "outcome": outcome.get_kind_display(),
                "colour": OUTCOME_COLOURS[outcome.kind],
                "fields": [form[f"{key}_{outcome.pk}"] for key in ("name", "body", "summary")],
            }
            for outcome in outcomes
            if f"name_{outcome.pk}" in form.fields
        ],
        "projects": [
            {"name": outcome.project.name, "slug": outcome.project.slug, "track": outcome.get_kind_display()}
            for outcome in outcomes
            if outcome.project
        ],
    }
    return render(request, "programme/committee/publish.html", context, status=422 if form.errors else 200)
