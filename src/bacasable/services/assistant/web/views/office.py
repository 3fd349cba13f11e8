"""The library's administration: collections, who reads them, groups, imports, opinions. No conversation."""

import uuid
from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web import running, saying
from bacasable.services.assistant.web.actions import collections, imports
from bacasable.services.assistant.web.forms import CollectionForm, GroupForm, ImportForm, MemberForm
from bacasable.services.assistant.web.models import (
    OUTCOMES,
    REASONS,
    Collection,
    Feedback,
    Import,
    ReaderGroup,
)

STATE_WORDS = {
    "waiting": N_("waiting for its turn"),
    "running": N_("being read"),
    "done": N_("import finished"),
    "failed": N_("import failed"),
}
STATE_COLOURS = {"waiting": "yellow", "running": "blue", "done": "green", "failed": "red"}
PER_PAGE = 50


@allow("assistant.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def library(request: HttpRequest) -> HttpResponse:
    """The collections with their readers and sizes, and a form for one more."""
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = collections.make_collection(
                **(given | {"readers": given.get("readers", ())}), by=cast(User, request.user)
            )
        except Refused as refused:
            form.add_error("key", saying.spoken(refused.said))
        else:
            messages.success(request, _("The collection is made. Import its sheets."))
            return redirect("assistant:collection", made.public_id)
    sizes = {known.name: known.sheets for known in running.index().collections()}
    rows = [
        {
            "collection": row,
            "sheets": sizes.get(row.key, 0),
            "readers": ", ".join(group.title for group in row.readers.all()),
        }
        for row in Collection.objects.prefetch_related("readers")
    ]
    context = {"form": form, "rows": rows}
    return render(request, "assistant/library.html", context, status=422 if form.errors else 200)


@allow("assistant.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def collection(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is said of a collection, who reads it, and its imports."""
    found = get_object_or_404(Collection, public_id=public_id)
    user = cast(User, request.user)
    form = (
        CollectionForm(request.POST, collection=found)
        if request.method == "POST"
        else CollectionForm(collection=found)
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        is_open, readers = given.pop("is_open"), given.pop("readers", ())
        collections.describe(collection=found, **given, by=user)
        collections.open_to(collection=found, is_open=is_open, readers=readers, by=user)
        running.readers_changed(found)
        messages.success(request, _("The collection is changed. It holds for the next question."))
        return redirect("assistant:collection", found.public_id)
    context = _of_collection(found) | {"form": form, "import_form": ImportForm()}
    return render(request, "assistant/collection.html", context, status=422 if form.errors else 200)


@allow("assistant.manage")
@require_POST
def import_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a file for the worker to import."""
    found = get_object_or_404(Collection, public_id=public_id)
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = imports.ask(
                collection=found,
                name=file.name,
                content=file.chunks(),
                replaces=form.cleaned_data["replaces"],
                by=cast(User, request.user),
            )
        except Refused as refused:
            form.add_error("file", saying.spoken(refused.said))
        else:
            return redirect("assistant:import", made.public_id)
    context = _of_collection(found) | {
        "form": CollectionForm(collection=found),
        "import_form": form,
        "forms": [form],
    }
    return render(request, "assistant/collection.html", context, status=422)


@allow("assistant.manage")
@require_POST
def import_shipped(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Import the sheets of service-public.fr that come with the distribution."""
    found = get_object_or_404(Collection, public_id=public_id)
    made = imports.ask_shipped(collection=found, by=cast(User, request.user))
    return redirect("assistant:import", made.public_id)


@allow("assistant.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def collection_remove(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask whether to delete a collection, then delete it from the index and from here."""
    found = get_object_or_404(Collection, public_id=public_id)
    if request.method != "POST":
        return render(request, "assistant/collection_remove.html", _of_collection(found))
    imports.remove_collection(collection=found, by=cast(User, request.user))
    messages.success(request, _("The collection is deleted. Nothing of it is quoted any more."))
    return redirect("assistant:library")


@allow("assistant.manage")
@require_safe
@never_cache
def import_progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far an import is, and what it changed; the script of the page asks again for the same."""
    found = get_object_or_404(Import.objects.select_related("collection"), public_id=public_id)
    context = {
        "import": found,
        "state": _(STATE_WORDS[found.state]),
        "colour": STATE_COLOURS[found.state],
        "is_over": found.state in ("done", "failed"),
        "reasons": [(name, saying.spoken(why)) for name, why in found.reasons()],
    }
    return render(request, "assistant/import.html", context)


@allow("assistant.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def groups(request: HttpRequest) -> HttpResponse:
    """The groups, and a form for one more."""
    form = GroupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = collections.make_group(title=form.cleaned_data["title"], by=cast(User, request.user))
        except Refused as refused:
            form.add_error("title", saying.spoken(refused.said))
        else:
            return redirect("assistant:group", made.public_id)
    rows = [
        {"group": row, "members": row.members.filter(ended_at=None).count()}
        for row in ReaderGroup.objects.all()
    ]
    context = {"form": form, "rows": rows}
    return render(request, "assistant/groups.html", context, status=422 if form.errors else 200)


@allow("assistant.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def group(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The members of a group, and the collections that it opens to them."""
    found = get_object_or_404(ReaderGroup, public_id=public_id)
    user = cast(User, request.user)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        collections.add_member(group=found, person=form.cleaned_data["email"].public_id, by=user)
        messages.success(request, _("The person is in the group: they read its collections now."))
        return redirect("assistant:group", found.public_id)
    people = found.members.filter(ended_at=None).values_list("person", flat=True)
    context = {
        "form": form,
        "group": found,
        "members": User.objects.filter(public_id__in=people).order_by("name"),
        "collections": found.collections.all(),
    }
    return render(request, "assistant/group.html", context, status=422 if form.errors else 200)


@allow("assistant.manage")
@require_POST
def member_end(request: HttpRequest, public_id: uuid.UUID, person: uuid.UUID) -> HttpResponse:
    """Take somebody out of a group."""
    found = get_object_or_404(ReaderGroup, public_id=public_id)
    collections.end_membership(group=found, person=person, by=cast(User, request.user))
    messages.success(request, _("The person is no longer in the group: they read its collections no more."))
    return redirect("assistant:group", found.public_id)


@allow("assistant.manage")
@require_safe
@never_cache
def opinions(request: HttpRequest) -> HttpResponse:
    """What agents said of answers, without who and without their questions."""
    listed = Feedback.objects.all()
    reasons = Counter(reason for one in listed for reason in one.reasons)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    known, outcomes = dict(REASONS), dict(OUTCOMES)
    rows = [
        {
            "day": one.given_at,
            "helped": _("yes") if one.helped else _("no"),
            "outcome": _(outcomes[one.outcome]),
            "reasons": ", ".join(_(known[reason]) for reason in one.reasons if reason in known),
            "comment": one.comment,
        }
        for one in page
    ]
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "count": listed.count(),
        "helped": listed.filter(helped=True).count(),
        "reasons": [(_(known[key]), count) for key, count in reasons.most_common() if key in known],
    }
    return render(request, "assistant/opinions.html", context)


def _of_collection(found: Collection) -> dict[str, Any]:
    sizes = {known.name: known.sheets for known in running.index().collections()}
    rows = [
        {"import": row, "state": _(STATE_WORDS[row.state]), "colour": STATE_COLOURS[row.state]}
        for row in found.imports.all()[:10]
    ]
    return {"collection": found, "sheets": sizes.get(found.key, 0), "imports": rows}
