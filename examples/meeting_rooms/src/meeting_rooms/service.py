"""The door into the catalogue: who may do what, and where the rest is."""

from bacasable.compliance.schedule import Recurring
from bacasable.compliance.service import N_, STAFF, Permission, Role, Service

#: Cancelled bookings are forgotten after the time in which they may be taken back.
SCHEDULE = (Recurring("forget cancelled bookings of rooms", 600, "meeting_rooms.actions:forget_cancelled"),)

SERVICE = Service(
    key="meeting_rooms",
    processing="meeting_rooms.processing:PROCESSING",
    controls="meeting_rooms.controls:CONTROLS",
    probe="meeting_rooms.controls:probe",
    stores="meeting_rooms.stores:stores",
    roles=(
        Role(
            "room_manager",
            N_("manager of rooms"),
            staff=True,
            description=N_("Opens and closes meeting rooms; does not see who books them."),
        ),
    ),
    permissions=(
        Permission("meeting_rooms.book", N_("book meeting rooms"), (STAFF,)),
        Permission("meeting_rooms.manage", N_("open and close meeting rooms"), ("room_manager",)),
    ),
    schedule="meeting_rooms.service:SCHEDULE",
    demo="meeting_rooms.demo:history",
    app="meeting_rooms",
    urls="meeting_rooms.urls",
)
