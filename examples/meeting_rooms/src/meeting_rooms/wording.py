"""Why a room is offered, in the language of the page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meeting_rooms.engine import Offer, Room
from meeting_rooms.models import EQUIPMENT


def equipment_of(room: Room) -> str:
    """Return the equipment of a room in words."""
    return ", ".join(_(label) for key, label in EQUIPMENT if key in room.equipment)


def why(offer: Offer) -> str:
    """Return the reasons of an offer: each of them is a number that the engine counted."""
    said = []
    if offer.is_suggested:
        said.append(
            ngettext("suggested: you booked it once", "suggested: you booked it %(count)s times", offer.times)
            % {"count": offer.times}
        )
    said.append(ngettext("%(count)s seat", "%(count)s seats", offer.room.seats) % {"count": offer.room.seats})
    if equipment := equipment_of(offer.room):
        said.append(equipment)
    return ", ".join(said)
