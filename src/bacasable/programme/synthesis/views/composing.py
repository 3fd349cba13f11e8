"""What the editor does: compose, send to the project, answer its replies, publish, correct."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.permissions import allow
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.wording import instant
from bacasable.programme.support.models import SupportFile
from bacasable.programme.synthesis import actions, queries, rules, wording
from bacasable.programme.synthesis import content as frozen
from bacasable.programme.synthesis.actions.composing import CARD, DETAILS, PASSAGE
from bacasable.programme.synthesis.actions.locking import seen, stale
from bacasable.programme.synthesis.actions.publishing import refuse_hindrance
from bacasable.programme.synthesis.forms import (
    CardForm,
    CorrectionForm,
    DetailsForm,
    PassageForm,
    PublishForm,
    ResponseForm,
    SendForm,
    details_initial,
)
from bacasable.programme.synthesis.models import ForesightCard, Synthesis

FORMS = ["GET", "HEAD", "POST"]


@allow("synthesis.write")
@require_safe
def manage_list(request: HttpRequest) -> HttpResponse:
    """The syntheses and how far each is; the supports that wait for theirs."""
    rows = [
        {
            "synthesis": one,
            "state": {"text": one.get_state_display(), "colour": wording.STATE_COLOURS[one.state]},
            "reference": one.file.dossier.reference if one.file else "",
            "due": instant(one.reply_due_at, one.call.zone) if one.reply_due_at else "",
        }
        for one in queries.managed()
    ]
    context = {"rows": rows, "ready": queries.to_compose()}
    return render(request, "programme/synthesis/manage_list.html", context)


@allow("synthesis.write")
@require_POST
def start(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin the synthesis of a support, or go to the one that is there."""
    file = get_object_or_404(
        SupportFile.objects.select_related("dossier__call"), dossier__reference=reference
    )
    user: Any = request.user
    try:
        synthesis = actions.compose(file=file, by=user)
    except Refused as refused:
        messages.error(request, _(refused.message) % refused.values)
        return redirect("synthesis:manage_list")
    return redirect("synthesis:compose", synthesis.public_id)


def _frame(synthesis: Synthesis) -> dict[str, Any]:
    return {
        "synthesis": synthesis,
        "call": synthesis.call,
        "reference": synthesis.file.dossier.reference if synthesis.file else "",
        "state": {"text": synthesis.get_state_display(), "colour": wording.STATE_COLOURS[synthesis.state]},
        "verbs": rules.TRANSITIONS[synthesis.state],
        "has_card": frozen.foresight(synthesis) is not None,
    }


@allow("synthesis.write")
@require_safe
@never_cache
def compose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One synthesis: its parts, the replies, and the one next step."""
    synthesis = queries.written(public_id, request.user)
    context = _frame(synthesis) | {
        "due": instant(synthesis.reply_due_at, synthesis.call.zone) if synthesis.reply_due_at else "",
        "passages": [
            {"passage": one, "badge": wording.confidentiality(one.confidentiality)}
            for one in synthesis.passages.all()
        ],
        "replies": synthesis.replies.select_related("passage"),
        "send_form": SendForm(initial={"revision": synthesis.revision}, zone=synthesis.call.zone),
        "hindrance": _hindrance(synthesis),
    }
    return render(request, "programme/synthesis/compose.html", context)


def _hindrance(synthesis: Synthesis) -> dict[str, str]:
    """Return what keeps it from being published, and where that is remedied; nothing if nothing does."""
    try:
        refuse_hindrance(synthesis, clock.now())
    except Refused as refused:
        href = ""
        if refused.code == "no_foresight":
            href = reverse("synthesis:compose", args=[synthesis.public_id]) + "#foresight"
        return {"code": refused.code, "text": wording.refusal(refused, synthesis), "href": href}
    return {}


Act = Callable[[Any], Any]


def _written(
    request: HttpRequest, synthesis: Synthesis, form: forms.Form, act: Act, said: str
) -> HttpResponse | None:
    """Do ``act`` with what the form holds; return where to go, or None where the form is shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act(form.cleaned_data)
    except Refused as refused:
        form.add_error(None, wording.refusal(refused, synthesis))
        return None
    messages.success(request, said)
    return redirect("synthesis:compose", synthesis.public_id)


def _page(
    request: HttpRequest, template: str, synthesis: Synthesis, form: forms.Form, **context: Any
) -> HttpResponse:
    shown = _frame(synthesis) | {"form": form} | context
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"programme/synthesis/{template}.html", shown, status=status)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _catch_up(form: forms.Form, row: Any, fields: tuple[str, ...]) -> None:
    """Let a page that was told of another's change be saved over it the next time, with open eyes."""
    if form.is_bound and form.non_field_errors():
        sent: Any = form.data
        data = sent.copy()
        data["seen"] = seen(row, fields)
        form.data = data


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def details(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Title, summary, theme, sector, keywords: what the synthesis is found by."""
    synthesis = queries.written(public_id, request.user)
    initial = details_initial(synthesis) | {"seen": seen(synthesis, DETAILS)}
    form = DetailsForm(_posted(request), initial=initial)
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.save_details(synthesis=synthesis, by=user, **data)

    done = _written(request, synthesis, form, act, _("Saved."))
    stored = queries.written(public_id, request.user)
    _catch_up(form, stored, DETAILS)
    return done or _page(request, "details", synthesis, form, stored=_differing(form, stored, DETAILS))


def _differing(form: forms.Form, row: Any, fields: tuple[str, ...]) -> list[dict[str, str]]:
    """Return what is stored where it differs from what was typed, once the form was refused."""
    if not form.is_bound or not form.non_field_errors():
        return []
    rows = []
    for name in fields:
        value = getattr(row, name)
        text = ", ".join(value) if isinstance(value, list) else str(value)
        if text != str(form.data.get(name, "")).replace("\r\n", "\n"):
            rows.append({"key": str(form.fields[name].label), "value": text or "–"})
    return rows


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def passage_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a passage at the end."""
    synthesis = queries.written(public_id, request.user)
    initial = {"seen": "new", "confidentiality": rules.RESTRICTED}
    form = PassageForm(_posted(request), initial=initial)
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        del data["seen"]
        actions.add_passage(synthesis=synthesis, by=user, **data)

    done = _written(request, synthesis, form, act, _("The passage is added at the end."))
    return done or _page(request, "passage", synthesis, form)


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def passage(request: HttpRequest, public_id: UUID, passage: UUID) -> HttpResponse:
    """Write a passage and say who may read it."""
    synthesis = queries.written(public_id, request.user)
    found = queries.passage_of(synthesis, passage)
    initial = {name: getattr(found, name) for name in PASSAGE} | {"seen": seen(found, PASSAGE)}
    form = PassageForm(_posted(request), initial=initial)
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.save_passage(passage=found, by=user, **data)

    done = _written(request, synthesis, form, act, _("Saved."))
    if done:
        return done
    _catch_up(form, found, PASSAGE)
    replies = [reply for reply in synthesis.replies.all() if reply.passage_id == found.pk]
    stored = _differing(form, found, PASSAGE)
    return _page(request, "passage", synthesis, form, passage=found, replies=replies, stored=stored)


def _acted(request: HttpRequest, synthesis: Synthesis, act: Callable[[], Any], said: str) -> HttpResponse:
    """Do ``act`` and go back to the synthesis, saying what was done or why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, wording.refusal(refused, synthesis))
    else:
        messages.success(request, said)
    return redirect("synthesis:compose", synthesis.public_id)


@allow("synthesis.write")
@require_POST
def move(request: HttpRequest, public_id: UUID, passage: UUID) -> HttpResponse:
    """Move a passage up or down by one place."""
    synthesis = queries.written(public_id, request.user)
    found = queries.passage_of(synthesis, passage)
    user: Any = request.user
    direction: Any = "down" if request.POST.get("direction") == "down" else "up"
    try:
        actions.move(passage=found, direction=direction, by=user)
    except Refused as refused:
        messages.error(request, wording.refusal(refused, synthesis))
    response = redirect("synthesis:compose", synthesis.public_id)
    response["Location"] += f"#passage-{found.public_id}"
    return response


@allow("synthesis.write")
@require_POST
def remove(request: HttpRequest, public_id: UUID, passage: UUID) -> HttpResponse:
    """Take a passage out."""
    synthesis = queries.written(public_id, request.user)
    found = queries.passage_of(synthesis, passage)
    user: Any = request.user
    return _acted(
        request,
        synthesis,
        lambda: actions.remove_passage(passage=found, by=user),
        _("The passage is taken out."),
    )


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def foresight(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The foresight card."""
    synthesis = queries.written(public_id, request.user)
    card = ForesightCard.objects.filter(synthesis=synthesis).first() or ForesightCard()
    initial = {name: getattr(card, name) for name in CARD} | {"seen": seen(card, CARD)}
    form = CardForm(_posted(request), initial=initial)
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.save_card(synthesis=synthesis, by=user, **data)

    done = _written(request, synthesis, form, act, _("Saved."))
    if done:
        return done
    _catch_up(form, card, CARD)
    return _page(request, "foresight", synthesis, form, stored=_differing(form, card, CARD))


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def send_to_project(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the synthesis to the project, with a deadline for its reply."""
    synthesis = queries.written(public_id, request.user)
    form = SendForm(_posted(request), initial={"revision": synthesis.revision}, zone=synthesis.call.zone)
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.send_to_project(synthesis=synthesis, by=user, **data)

    done = _written(request, synthesis, form, act, _("The project is told. It may reply until the deadline."))
    return done or _page(request, "send", synthesis, form)


@allow("synthesis.write")
@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the synthesis back to write it."""
    synthesis = queries.written(public_id, request.user)
    user: Any = request.user
    return _acted(
        request,
        synthesis,
        lambda: actions.take_back(synthesis=synthesis, by=user),
        _("The synthesis can be written again. Send it to the project afterwards."),
    )


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def respond(request: HttpRequest, public_id: UUID, reply: UUID) -> HttpResponse:
    """Answer a reply of the project."""
    synthesis = queries.written(public_id, request.user)
    found = synthesis.replies.select_related("passage").filter(public_id=reply).first()
    if found is None:
        raise Http404
    form = ResponseForm(_posted(request), initial={"response": found.response})
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.respond(reply=found, by=user, **data)

    done = _written(request, synthesis, form, act, _("The project is told."))
    return done or _page(request, "respond", synthesis, form, reply=found)


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish for good what the preview shows."""
    synthesis = queries.written(public_id, request.user)
    form = PublishForm(_posted(request), initial={"revision": synthesis.revision})
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.publish(synthesis=synthesis, by=user, revision=data["revision"])

    done = _written(request, synthesis, form, act, _("The synthesis is published."))
    return done or _page(request, "publish", synthesis, form, hindrance=_hindrance(synthesis))


@allow("synthesis.write")
@require_http_methods(FORMS)
@never_cache
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish an erratum."""
    synthesis = queries.written(public_id, request.user)
    current = synthesis.publications.filter(superseded_at=None).defer("pdf").first()
    if current is None:
        messages.error(request, wording.refusal(stale(), synthesis))
        return redirect("synthesis:compose", synthesis.public_id)
    late = [reply for reply in synthesis.replies.all() if reply.is_late and reply.is_public]
    form = CorrectionForm(
        _posted(request),
        content=current.content,
        late=late,
        initial={"revision": synthesis.revision},
    )
    user: Any = request.user

    def act(data: dict[str, Any]) -> None:
        actions.correct(
            synthesis=synthesis,
            changes=form.changes,
            reason=data["reason"],
            late_replies=form.late_replies,
            revision=data["revision"],
            by=user,
        )

    done = _written(request, synthesis, form, act, _("The erratum is published."))
    return done or _page(request, "correct", synthesis, form, publication=current)
