"""What the booking of rooms processes, why, and for how long: the first file to read."""

from bacasable.compliance.processing import (
    AiActProfile,
    Contact,
    Controller,
    DataField,
    Dpia,
    LawfulBasis,
    Measure,
    NotPersonal,
    Oversight,
    Period,
    Processing,
    Purpose,
    Recipient,
    Retention,
    model_fields,
)
from bacasable.compliance.service import N_

BOOKING = "meeting_rooms.Booking"
CHOICE = "meeting_rooms.SuggestionChoice"
ROOM = "meeting_rooms.Room"

#: A head of service organises the service in his charge: Conseil d'État, 7 February 1936, Jamart.
FOUNDED_ON = N_("power of the head of a service to organise it (Conseil d'État, 7 February 1936, Jamart)")

BOOK = Purpose(
    "book_room", N_("book a room, and let no other take it"), LawfulBasis.PUBLIC_TASK, founded_on=FOUNDED_ON
)
SUGGEST = Purpose(
    "suggest_room",
    N_("suggest a room that you chose before, unless you switched it off"),
    LawfulBasis.PUBLIC_TASK,
    founded_on=FOUNDED_ON,
)

MEETING = Retention("meeting", N_("bookings"), N_("the end of the meeting"), current=Period(months=6))
SWITCH = Retention(
    "switch", N_("choices about suggestions"), N_("the last choice"), current=Period(months=24)
)

PROCESSING = Processing(
    service="meeting_rooms",
    title=N_("Meeting rooms"),
    controller=Controller(
        name="Ville de Combelune",
        contact="salles@combelune.example",
        dpo=Contact("Ville de Combelune", "dpo@combelune.example"),
    ),
    persons={"colleague": N_("staff who book rooms")},
    purposes=(BOOK, SUGGEST),
    data=(
        # Not for SUGGEST: suggestions are made of one's own bookings, and read of nobody who made them.
        DataField(
            "booker",
            N_("the account that booked (its identifier, no name)"),
            "account",
            ("colleague",),
            (BOOK.key,),
            MEETING,
            model_fields(BOOKING, "person"),
        ),
        DataField(
            "meeting",
            N_("room, beginning and end, seats and equipment asked for"),
            "professional_life",
            ("colleague",),
            (BOOK.key, SUGGEST.key),
            MEETING,
            model_fields(BOOKING, "room starts_at ends_at seats equipment booked_at cancelled_at"),
        ),
        DataField(
            "subject",
            N_("subject of the meeting"),
            "free_text",
            ("colleague",),
            (BOOK.key,),
            MEETING,
            model_fields(BOOKING, "subject"),
            required=False,
        ),
        DataField(
            "suggestion_choice",
            N_("whether you want suggestions"),
            "professional_life",
            ("colleague",),
            (SUGGEST.key,),
            SWITCH,
            model_fields(CHOICE, "person wants chosen_at"),
            required=False,
        ),
    ),
    not_personal=(
        NotPersonal(N_("numbers of records"), (f"{BOOKING}.id", f"{BOOKING}.public_id", f"{CHOICE}.id")),
        NotPersonal(N_("rooms: nobody's"), model_fields(ROOM, "id public_id name seats equipment is_open")),
    ),
    recipients=(
        Recipient(N_("you alone; others see that a room is taken, not by whom"), "internal", (BOOK.key,)),
    ),
    security=(
        Measure(
            "blind_to_colleagues",
            N_("suggestions read the bookings of one person"),
            "suggestions_blind_to_colleagues",
        ),
    ),
    dpia=Dpia(
        criteria=(), reason=N_("bookings of rooms, of one's own staff: none of the nine criteria is met")
    ),
    oversight=Oversight(
        by=N_("the person who books"),
        means=N_("each suggestion says why it is made, beside all other free rooms"),
        can_depart=N_("take any free room, or switch suggestions off"),
    ),
    ai_act=AiActProfile(
        uses_ai=False,
        class_reasons={
            "3(1)": N_("counts and sorts by rules that people wrote: nothing is inferred or learned")
        },
        notice_to_persons=N_("Rooms are suggested by counting your own bookings; you may switch it off."),
    ),
)
