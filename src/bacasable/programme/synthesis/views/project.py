"""What both sides read before the publication, and what the project replies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.arrival import received_at
from bacasable.people.permissions import allow, may, roles_of
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.wording import instant
from bacasable.programme.synthesis import actions, queries, rules, wording
from bacasable.programme.synthesis import content as frozen
from bacasable.programme.synthesis.forms import ReplyForm
from bacasable.programme.synthesis.models import Reply, Synthesis
from bacasable.programme.synthesis.views.shown import prose, shown

#: refusals after which the same text can still be sent to the office as a late reply
LATE = frozenset({"too_late", "not_open"})


def side_by_side(synthesis: Synthesis, *, reads_secrets: bool) -> list[dict[str, Any]]:
    """Return each passage as both sides read it, beside what the public gets of it.

    Without ``reads_secrets`` a business secret has its heading only, and what claims one is left out.
    """
    content = frozen.of(synthesis, at=clock.now())
    public = {passage["id"]: passage for passage in content["passages"]}
    replies: dict[int | None, list[Any]] = {}
    for reply in _shown_replies(synthesis, reads_secrets=reads_secrets):
        replies.setdefault(reply.passage_id, []).append(reply)
    rows = []
    for passage in synthesis.passages.all():
        given = public.get(str(passage.public_id))
        is_withheld = passage.confidentiality == rules.SECRET and not reads_secrets
        rows.append(
            {
                "id": passage.public_id,
                "heading": passage.heading,
                "confidentiality": passage.confidentiality,
                "why": "" if is_withheld else passage.why,
                "html": "" if is_withheld or not passage.body else prose(passage.body),
                "is_withheld": is_withheld,
                "badge": wording.confidentiality(passage.confidentiality),
                "replies": replies.get(passage.pk, []),
                "public": given,
                "public_html": prose(given["body"]) if given else "",
            }
        )
    return rows


def _shown_replies(synthesis: Synthesis, *, reads_secrets: bool) -> list[Reply]:
    """Return the replies that a reader gets: one on a business secret, or that claims one, may tell it."""
    secret = {one.pk for one in synthesis.passages.all() if one.confidentiality == rules.SECRET}
    return [
        reply
        for reply in synthesis.replies.all()
        if reads_secrets or not (reply.asks_secret or reply.passage_id in secret)
    ]


@allow("synthesis.preview", by_object=True)
@require_safe
@never_cache
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The private version beside the public one; with ``?only=public``, the page that the public will get."""
    synthesis = queries.previewed(public_id, request.user)
    is_office = bool(roles_of(request.user, synthesis) & queries.OFFICE_ROLES)
    if not is_office and synthesis.state == Synthesis.State.COMPOSING:
        raise Http404
    content = frozen.of(synthesis, at=clock.now())
    reads_secrets = may(request.user, "synthesis.read_secret", synthesis)
    replies = _shown_replies(synthesis, reads_secrets=reads_secrets)
    context = {
        "synthesis": synthesis,
        "call": synthesis.call,
        "rows": side_by_side(synthesis, reads_secrets=reads_secrets),
        "whole": [reply for reply in replies if reply.passage_id is None],
        "may_write": may(request.user, "synthesis.write"),
        "may_reply": may(request.user, "synthesis.reply", synthesis),
        "due": _due(synthesis),
        "own_pages": own_pages(synthesis),
        **shown(content),
    }
    only = request.GET.get("only") == "public"
    template = "preview_public" if only else "preview"
    return render(request, f"programme/synthesis/{template}.html", context)


def own_pages(synthesis: Synthesis) -> list[dict[str, Any]]:
    """Return the recommendations that become public, each with its own wording where the passage differs.

    The page of a recommendation shows the office's wording whole, whatever the passage leaves out of it.
    """
    bodies = {passage.source: passage.body.strip() for passage in frozen.published_passages(synthesis)}
    return [
        {
            "title": one.title,
            "href": reverse("recommendations:detail", args=[one.key]),
            "text": one.text if one.text.strip() != bodies[f"{frozen.RECOMMENDATION}{one.key}"] else "",
        }
        for one in frozen.published_recommendations(synthesis)
    ]


def _due(synthesis: Synthesis) -> str:
    return instant(synthesis.reply_due_at, synthesis.call.zone) if synthesis.reply_due_at else ""


def _is_open(synthesis: Synthesis, at: datetime) -> bool:
    due = synthesis.reply_due_at
    return synthesis.state == Synthesis.State.WITH_PROJECT and due is not None and at <= due


@allow("synthesis.reply", by_object=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    """The synthesis as the project reads it, and its right of reply. A refused text stays on the page."""
    synthesis = queries.of_project(reference, request.user)
    at = received_at(request)
    is_open = _is_open(synthesis, at)
    passages = [] if synthesis.state == Synthesis.State.COMPOSING else list(synthesis.passages.all())
    form = ReplyForm(request.POST if request.method == "POST" else None, passages=passages)
    offer_late = not is_open
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            made = actions.reply(
                synthesis=synthesis,
                text=form.cleaned_data["text"],
                passage=form.about,
                is_public=form.cleaned_data["is_public"],
                asks_secret=form.cleaned_data["asks_secret"],
                late=request.POST.get("late") == "1",
                by=user,
                received_at=at,
            )
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, synthesis))
            offer_late = offer_late or refused.code in LATE
        else:
            if made.is_late:
                messages.success(request, _("The office received your text. It is kept as a late reply."))
            else:
                messages.success(request, _("Your reply is with the office."))
            return redirect("synthesis:reply", reference=reference)
    hidden = synthesis.state == Synthesis.State.COMPOSING
    context = {
        "synthesis": synthesis,
        "call": synthesis.call,
        "reference": reference,
        "form": form,
        "is_open": is_open,
        "offer_late": offer_late,
        "due": _due(synthesis),
        "rows": [] if hidden else side_by_side(synthesis, reads_secrets=True),
        "is_hidden": hidden,
        "replies": synthesis.replies.select_related("passage"),
        "needs_agreement": synthesis.call.regime == "ai_act_57",
    }
    return render(request, "programme/synthesis/reply.html", context, status=422 if form.errors else 200)


@allow("synthesis.reply", by_object=True)
@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """The project's reply is finished; under the AI Act's regime, it agrees to the publication."""
    synthesis = queries.of_project(reference, request.user)
    user: Any = request.user
    given = request.POST.get("revision", "")
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
    try:
        actions.agree(synthesis=synthesis, by=user, revision=revision)
    except Refused as refused:
        messages.error(request, wording.refusal(refused, synthesis))
    else:
        messages.success(request, _("The office knows that your reply is finished."))
    return redirect("synthesis:reply", reference=reference)
