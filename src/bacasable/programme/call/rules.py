"""What a call allows, as data: permissions, states, calendar; no Django here.

The eligibility rules and the engine that walks them are in :mod:`bacasable.programme.call.eligibility`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bacasable.compliance.service import N_, PUBLIC, Permission
from bacasable.programme.call.refusals import Problem, Refused

PERMISSIONS = (
    Permission("call.read", N_("read a published call, its feed, its data, its template"), (PUBLIC,)),
    Permission("call.ask", N_("ask a question about a call"), (PUBLIC,)),
    Permission("call.apply", N_("ask for a link to apply"), (PUBLIC,)),
    Permission(
        "call.manage", N_("write, publish, extend, close, archive a call; answer questions"), ("officer",)
    ),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "draft": {"edit": "draft", "publish": "published"},
    "published": {"extend": "published", "close": "closed"},
    "closed": {"decide": "decided"},
    "decided": {"archive": "archived"},
    "archived": {},
}


def next_state(state: str, verb: str) -> str:
    """Return the state that ``verb`` leads to from ``state``.

    Raises:
        Refused: the verb is not allowed in this state; the problem names what is.
    """
    allowed = TRANSITIONS[state]
    if verb not in allowed:
        raise Refused(
            Problem(
                "state",
                N_("'%(verb)s' is not possible while the call is in state '%(state)s'"),
                N_("reload the page to see the state of the call; possible now: %(allowed)s"),
                {"verb": verb, "state": state, "allowed": ", ".join(allowed) or "-"},
            )
        )
    return allowed[verb]


UPCOMING, OPEN, GRACE, CLOSED = "upcoming", "open", "grace", "closed"

#: states of the calendar in which a deposit is accepted
ACCEPTING = frozenset({OPEN, GRACE})

#: state of the calendar -> its sentence; instants are filled with their time zone named
CALENDAR_WORDS = {
    UPCOMING: N_("Not open yet. Applications open on %(opens)s and close on %(closes)s."),
    OPEN: N_("Open. Applications close on %(closes)s."),
    GRACE: N_("Closing time has passed (%(closes)s). Deposits are still accepted until %(deadline)s."),
    CLOSED: N_("Closed. Applications closed on %(closes)s."),
}


def calendar_state(opens_at: datetime, closes_at: datetime, grace: timedelta, at: datetime) -> str:
    """Return the state of a calendar at instant ``at``: both bounds of the open period belong to it.

    A deposit is accepted in ``open`` and in ``grace``. All instants are timezone-aware.
    """
    if at < opens_at:
        return UPCOMING
    if at <= closes_at:
        return OPEN
    return GRACE if at <= closes_at + grace else CLOSED


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone called ``name`` in the IANA database.

    Raises:
        Refused: no zone has this name.
    """
    if name not in available_timezones():
        raise Refused(
            Problem(
                "time_zone",
                N_("'%(name)s' is not a time zone"),
                N_("write a name of the IANA database, such as Europe/Paris or Pacific/Noumea"),
                {"name": name[:60]},
            )
        )
    return ZoneInfo(name)


@dataclass(frozen=True)
class Resolved:
    """A local time made an instant; ``twice`` when the clocks went back and the local time existed twice."""

    at: datetime
    twice: bool


def resolve_local(local: datetime, zone: ZoneInfo, *, place: str, later: bool = False) -> Resolved:
    """Return the instant (UTC) of a local time without zone.

    A local time that existed twice (clocks going back) gives its first instant, or the second one with
    ``later``: a closing time is read in favour of the candidates.

    Raises:
        Refused: the local time never existed (clocks going forward), or its year is out of 1990 to 2199.
    """
    if not 1990 <= local.year <= 2199:
        raise Refused(
            Problem(
                place, N_("the year %(year)s cannot be right"), N_("check the date"), {"year": local.year}
            )
        )
    instants = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    back = instants[0].astimezone(zone).replace(tzinfo=None)
    if back != local:
        raise Refused(
            Problem(
                place,
                N_("%(local)s does not exist in %(zone)s: clocks go forward over it"),
                N_("write %(instead)s instead"),
                {
                    "local": f"{local:%Y-%m-%d %H:%M}",
                    "zone": zone.key,
                    "instead": f"{back:%Y-%m-%d %H:%M}",
                },
            )
        )
    return Resolved(instants[1] if later else instants[0], twice=instants[0] != instants[1])
