"""Read conferences: what the public sees, who registered, the event as a calendar file."""

from datetime import UTC, datetime

from django.core import signing
from django.http import Http404

from bacasable.programme.call.models import Call
from bacasable.programme.committee.models import Conference, Registration

_SALT = "bacasable.programme.committee.registration"


def public_conference(slug: str) -> Conference:
    """Return the published conference of a published call.

    Raises:
        Http404: there is none, or it is not published.
    """
    found = (
        Conference.objects.select_related("call")
        .exclude(call__state=Call.State.DRAFT)
        .filter(call__slug=slug, published_at__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    return found


def seats_left(conference: Conference) -> int | None:
    """Return how many seats are free; None where they are not counted."""
    if conference.seats is None:
        return None
    taken = conference.registrations.filter(cancelled_at=None).count()
    return max(0, conference.seats - taken)


def cancel_token(registration: Registration) -> str:
    """Return what stands in the address that cancels a registration: signed, so that none can be guessed."""
    return signing.dumps(str(registration.public_id), salt=_SALT)


def registration_of(slug: str, token: str) -> Registration:
    """Return the registration that ``token`` stands for.

    Raises:
        Http404: it was not signed here, or the registration is of another event or was forgotten.
    """
    try:
        public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise Http404 from None
    found = (
        Registration.objects.select_related("conference__call")
        .filter(public_id=public_id, conference__call__slug=slug)
        .first()
    )
    if found is None:
        raise Http404
    return found


def calendar_file(conference: Conference, address: str, host: str, made_at: datetime) -> bytes:
    """Return the event as iCalendar (RFC 5545): instants in UTC, lines of at most 75 octets, CRLF."""

    def stamp(at: datetime) -> str:
        return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bacasable//conference//EN",
        "BEGIN:VEVENT",
        f"UID:conference-{conference.call.slug}@{host}",
        f"DTSTAMP:{stamp(made_at)}",
        f"DTSTART:{stamp(conference.starts_at)}",
        f"DTEND:{stamp(conference.ends_at)}",
        f"SUMMARY:{_escaped(conference.title)}",
        f"LOCATION:{_escaped(conference.place)}",
        f"URL:{address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _escaped(text: str) -> str:
    """Escape a TEXT value (RFC 5545, 3.3.11); control characters but line ends are dropped."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(character for character in text if character.isprintable())


def _folded(line: str) -> bytes:
    """Fold a content line (RFC 5545, 3.1) between characters, never inside one."""
    pieces: list[bytes] = [b""]
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(pieces[-1]) + len(octets) > (75 if len(pieces) == 1 else 74):
            pieces.append(b"")
        pieces[-1] += octets
    return b"\r\n ".join(pieces)
