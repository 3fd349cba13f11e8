"""Pages: one's bookings, a new one, the rooms. Views read and call actions; they write nothing."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from meeting_rooms import actions, readings
from meeting_rooms.forms import BookingForm, NeedForm, RoomForm
from meeting_rooms.models import Booking, Room
from meeting_rooms.wording import equipment_of


@allow("meeting_rooms.book")
@require_safe
@never_cache
def bookings(request: HttpRequest) -> HttpResponse:
    """What the person booked, and the switch of suggestions."""
    user = cast(User, request.user)
    known = readings.rooms()
    listed = [row | {"room": known[row["room"]]} for row in readings.bookings(user, clock.now())]
    context = {
        "bookings": listed,
        "wants": readings.wants_suggestions(user),
        "may_manage": may(user, "meeting_rooms.manage"),
    }
    return render(request, "meeting_rooms/bookings.html", context)


@allow("meeting_rooms.book")
@require_http_methods(["GET", "POST"])
@never_cache
def book(request: HttpRequest) -> HttpResponse:
    """What one needs (in the address), then the rooms that fit it, then the booking of one of them."""
    user = cast(User, request.user)
    asked = NeedForm(request.GET or None)
    if not asked.is_valid():
        status = 422 if asked.is_bound else 200
        return render(request, "meeting_rooms/need.html", {"form": asked}, status=status)
    need = asked.need()
    offers = readings.offers(need, user)
    form = BookingForm(request.POST if request.method == "POST" else None, offers=offers)
    if form.is_valid():
        try:
            actions.book(
                room=form.cleaned_data["room"], need=need, subject=form.cleaned_data["subject"], by=user
            )
        except Refused as refused:
            form.add_error(None, refused.said.translated(_))
        else:
            messages.success(request, _("The room is booked."))
            return redirect("meeting_rooms:bookings")
    context = {
        "form": form,
        "need": need,
        "offers": offers,
        "query": request.GET.urlencode(),
        "wants": readings.wants_suggestions(user),
    }
    return render(request, "meeting_rooms/offers.html", context, status=422 if form.errors else 200)


@allow("meeting_rooms.book")
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the room back."""
    user = cast(User, request.user)
    actions.cancel(booking=_own(public_id, user), by=user)
    messages.success(request, _("The booking is cancelled. For an hour you may take it back."))
    return redirect("meeting_rooms:bookings")


@allow("meeting_rooms.book")
@require_POST
def take_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Undo the cancellation."""
    user = cast(User, request.user)
    try:
        actions.take_back(booking=_own(public_id, user), by=user)
    except Refused as refused:
        messages.error(request, refused.said.translated(_))
    else:
        messages.success(request, _("The room is yours again."))
    return redirect("meeting_rooms:bookings")


@allow("meeting_rooms.book")
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """Switch suggestions on or off."""
    actions.choose_suggestions(wants=request.POST.get("wants") == "yes", by=cast(User, request.user))
    messages.success(request, _("Your choice is kept."))
    return redirect("meeting_rooms:bookings")


@allow("meeting_rooms.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms, and a form for one more."""
    form = RoomForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.add_room(**form.cleaned_data, by=cast(User, request.user))
        messages.success(request, _("The room may be booked."))
        return redirect("meeting_rooms:rooms")
    known = readings.rooms()
    listed = [(row, equipment_of(known[row.pk])) for row in Room.objects.all()]
    context = {"form": form, "rooms": listed}
    return render(request, "meeting_rooms/rooms.html", context, status=422 if form.errors else 200)


@allow("meeting_rooms.manage")
@require_POST
def room(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close a room, or open it again."""
    found = get_object_or_404(Room, public_id=public_id)
    actions.close_room(room=found, is_open=request.POST.get("open") == "yes", by=cast(User, request.user))
    return redirect("meeting_rooms:rooms")


def _own(public_id: uuid.UUID, user: User) -> Booking:
    """Return the person's own booking; somebody else's does not exist for them."""
    return get_object_or_404(Booking, public_id=public_id, person=user.public_id)
