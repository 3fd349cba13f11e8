"""The menu: each line names a page and the permission that shows it; who may not go there does not see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.service import MEMBER, N_
from bacasable.people.permissions import roles_of, staff_roles, table


@dataclass(frozen=True)
class Line:
    """A line of the menu. ``namespaces``: the rooms whose pages light it up.

    ``when`` says whether the line is of use to a person who may follow it, where that costs a query;
    ``below``, the addresses that are this line's own though another line has their room.
    """

    url_name: str
    text: str
    permission: str
    namespaces: tuple[str, ...] = ()
    hidden_from: str = ""
    post: bool = False
    when: Callable[[Any], bool] | None = None
    below: str = ""


def _has_support(user: Any) -> bool:
    """Spare a line to who takes part in no support; those who work for the office always have it."""
    from bacasable.programme.support.queries import has_files

    return bool(roles_of(user) & {"officer", "president", "expert"}) or has_files(user)


def _runs_services(user: Any) -> bool:
    """Spare a line where nothing runs but the site itself: the footer leads to what it declares."""
    return bool(catalogue().keys() - {"platform", "instance"}) or "dpo" in roles_of(user)


ROOMS = (
    Line("board:board", N_("Data protection"), "board.read"),
    Line("rights:requests", N_("Requests of persons"), "rights.handle", below="/rights/requests/"),
    Line("breaches:list", N_("Breaches"), "breaches.handle", ("breaches",)),
    Line("call:list", N_("Calls for projects"), "call.read", ("call",)),
    Line(
        "recommendations:list", N_("Recommendations"), "recommendation.read", ("recommendations", "evidence")
    ),
    Line("synthesis:list", N_("Publications"), "synthesis.read", ("synthesis",)),
    Line("dossiers:list", N_("My dossiers"), "dossier.list_own", ("dossiers",), hidden_from="staff"),
    Line("support:list", N_("Support"), "support.list", ("support",), when=_has_support),
    Line("call:manage_list", N_("Manage calls"), "call.manage", below="/manage/"),
    Line("synthesis:manage_list", N_("Syntheses"), "synthesis.write", below="/syntheses/"),
    Line("desk:queue", N_("Dossiers received"), "desk.queue", ("desk",)),
    Line("committee:list", N_("Committee"), "committee.list", ("committee",)),
    Line("desk:exceptions_given", N_("Lawful exceptions"), "inspection.except"),
    Line("desk:inspection", N_("Opened to me by law"), "inspection.list"),
    Line("keeping:due", N_("Retention"), "keeping.read", ("keeping",)),
    Line("register:services", N_("Services"), "register.read", ("register",), when=_runs_services),
    Line("people:staff", N_("Accounts"), "people.manage"),
    Line("people:mails", N_("Mails"), "people.manage"),
)
ACCOUNT = (
    Line("desk:today", N_("What waits for me"), "desk.today"),
    Line("people:account", N_("My account"), "people.account"),
    Line("people:sign_out", N_("Sign out"), "people.account", post=True),
    Line("people:sign_in", N_("Sign in"), "people.sign_in", hidden_from=MEMBER),
)

#: Pages of a room that light no line of the menu: everybody's.
OF_EVERYBODY = frozenset({"desk:home", "desk:today"})


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return ``navigation`` and ``account_navigation``: the lines that this person may follow."""
    user = getattr(request, "user", None)
    roles = roles_of(user)
    permissions = table()
    is_staff = not roles.isdisjoint(staff_roles())
    match = request.resolver_match
    here = match.view_name if match else ""
    room = match.namespace if match else ""

    def holds(line: Line) -> bool:
        return bool(line.below) and request.path.startswith(line.below)

    def shown(line: Line) -> bool:
        if line.permission not in permissions or roles.isdisjoint(permissions[line.permission].roles):
            return False
        if line.hidden_from == MEMBER:
            return not getattr(user, "is_authenticated", False)
        if line.hidden_from == "staff" and is_staff:
            return False
        return line.when is None or line.when(user)

    def item(line: Line) -> dict[str, Any] | None:
        try:
            href = reverse(line.url_name)
        except NoReverseMatch:  # a room that this installation does not serve
            return None
        current = here == line.url_name
        return {
            "href": href,
            "text": _(line.text),
            "current": current,
            "active": current or holds(line) or (room in line.namespaces and not is_apart),
            "post": line.post,
        }

    rooms = [line for line in ROOMS if shown(line)]
    is_apart = not room or here in OF_EVERYBODY or any(holds(line) for line in rooms)
    return {
        "navigation": [made for line in rooms if (made := item(line))],
        "account_navigation": [made for line in ACCOUNT if shown(line) and (made := item(line))],
    }
