"""Every address of the site, asked for by everyone, answers as the "who may do what" table says.

The walk reads the addresses from the resolver, so a new page is covered on the day it is added; one without a
permission, or with a parameter that :mod:`tests.factories.site` cannot fill, fails with what to add.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from bacasable.people import sessions
from bacasable.people.middleware import mark_of
from bacasable.people.permissions import permission_table, roles_of, table
from tests.factories.notices import WITHOUT_NOTICE, lacks_notice
from tests.factories.people import UserFactory, sign_in, staff
from tests.factories.site import PARAMETERS, Site

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

#: What a method needs beyond the mark of its page.
STRICTER = {
    ("dossiers:co_authors", "POST"): "dossier.submit",
    ("support:questions", "POST"): "support.write",
    ("support:roadmap", "POST"): "support.guide",
    ("support:meetings", "POST"): "support.guide",
    ("support:meeting", "POST"): "support.write",
    ("support:documents", "POST"): "support.write",
    ("support:team", "POST"): "support.manage",
    ("committee:scores", "POST"): "committee.manage",
    ("committee:scores_of", "POST"): "committee.manage",
    ("committee:ranking", "POST"): "committee.manage",
    ("committee:auditions", "POST"): "committee.manage",
    ("committee:deliberation", "POST"): "committee.manage",
}
#: Pages that speak another protocol than forms.
METHODS = {"dossiers:upload_piece": ("HEAD", "PATCH", "DELETE")}
#: Addresses that answer "not found" or "refused" to those whom the table lets in, and why.
CLOSED = {
    "people:oidc_start": "no OpenID Connect provider is configured",
    "people:oidc_callback": "no OpenID Connect provider is configured",
    "committee:tasks": "an expert who does not sit on the panel finds no tasks in it",
    "evidence:key": "the key is made with the first evidence",
    "evidence:key_of": "the evidence of the walk names a key that nobody holds",
    "committee:undertaking": "an expert who does not sit on this panel",
    "committee:conflicts": "an expert who does not sit on this panel",
    "support:agreement_pdf": "no agreement is written",
    "support:agreement_signed": "no agreement was signed elsewhere",
    "api:api-root": "a name for the interface's address, where nothing answers",
}
SIGN_IN_PAGES = ("/sign-in/", "/sign-in/staff/")


@dataclass(frozen=True)
class Page:
    """One view of the site: its name, how its address is made, and its mark."""

    name: str
    parameters: tuple[str, ...]
    route: str
    permission: str | None
    by_object: bool


@dataclass
class Visitor:
    """Somebody who asks: the cookies of their browser and the roles that they hold towards our dossiers."""

    name: str
    roles: set[str]
    cookies: dict[str, Any] = field(default_factory=dict)


def pages() -> Iterator[Page]:
    """Yield every view that the resolver knows, namespaced ones included."""

    def walk(resolver: URLResolver, route: str, spaces: tuple[str, ...]) -> Iterator[Page]:
        for pattern in resolver.url_patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                space = (pattern.namespace,) if pattern.namespace else ()
                yield from walk(pattern, here, spaces + space)
            else:
                assert isinstance(pattern, URLPattern)
                names = tuple(pattern.pattern.regex.groupindex)
                permission, by_object = mark_of(pattern.callback)
                yield Page(":".join([*spaces, pattern.name or "?"]), names, here, permission, by_object)

    yield from walk(get_resolver(), "", ())


PAGES = list(pages())


def addresses(page: Page, site: Site) -> list[tuple[str, dict[str, Any]]]:
    """Return each address of a page with its parameters; fail saying which entry is missing."""
    found = []
    for name in page.parameters:
        room = f"{page.name.split(':')[0]}:* {name}"
        values = PARAMETERS.get(f"{page.name} {name}") or PARAMETERS.get(room) or PARAMETERS.get(name)
        assert values, (
            f"{page.name} ({page.route}): nothing fills '{name}'; "
            f'add "{page.name} {name}" to PARAMETERS in tests/factories/site.py'
        )
        found.append([(name, value) for value in values(site)])
    try:
        return [
            (reverse(page.name, kwargs=dict(choice)), dict(choice)) for choice in itertools.product(*found)
        ]
    except NoReverseMatch as error:
        pytest.fail(f"{page.name} ({page.route}): {error}; give the pattern a name")


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """Make the site once for the whole walk; each request is undone, and the site itself at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Site().furnish()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visitors(site: Site) -> list[Visitor]:
    """Everyone who may come, from nobody to the administrator."""
    member = {"public", "member"}
    people = [
        (Visitor("member", member), site.member, None),
        (Visitor("candidate of another dossier", member), site.neighbour, None),
        (Visitor("candidate", member | {"candidate"}), site.author, None),
        (Visitor("co-author", member | {"co_author"}), site.co_author, None),
        (Visitor("officer with a link only", member), site.officer, sessions.LINK),
        (Visitor("officer", member | {"officer"}), site.officer, sessions.TOTP),
        (Visitor("administrator", member | {"administrator"}), site.administrator, sessions.OIDC),
        (Visitor("data protection officer", member | {"dpo"}), site.dpo, None),
        (Visitor("expert", member | {"expert"}), site.expert, None),
        (Visitor("assessor", member | {"expert", "assessor"}), site.assessor, None),
        (Visitor("expert in conflict", member | {"expert"}), site.conflicted, None),
        (Visitor("team member", member | {"expert", "team_member"}), site.team_member, None),
        (Visitor("president", member | {"president"}), site.president, None),
        (Visitor("delegate", member | {"officer", "delegate"}), site.delegate, None),
        (Visitor("editor", member | {"editor"}), site.editor, None),
        (Visitor("inspector", {"public", "inspector"}), site.inspector, None),
        (
            Visitor("inspector by exception", {"public", "inspector", "excepted_inspector"}),
            site.excepted,
            None,
        ),
        (Visitor("inspector tied to everything", {"public", "inspector"}), site.infiltrated, None),
        (Visitor("deactivated", {"public"}), site.deactivated, sessions.TOTP),
    ]
    for visitor, user, how in people:
        browser = Client()
        sign_in(browser, user, how)
        visitor.cookies = {key: morsel.value for key, morsel in browser.cookies.items()}
    type(site.deactivated).objects.filter(pk=site.deactivated.pk).update(is_active=False)
    return [Visitor("public", {"public"}), *(visitor for visitor, _user, _how in people)]


def ask(visitor: Visitor, method: str, address: str) -> HttpResponseBase:
    """Ask for an address and undo whatever it changed."""
    browser = Client(raise_request_exception=True)
    for key, value in visitor.cookies.items():
        browser.cookies[key] = value
    with transaction.atomic():
        answer = browser.generic(
            method, address, b"", content_type="application/x-www-form-urlencoded", HTTP_HOST="localhost"
        )
        transaction.set_rollback(True)
    return answer


def verdict(answer: HttpResponseBase) -> str:
    """Name an answer: ``sign in``, ``refused``, ``method`` or ``allowed``."""
    if answer.status_code == 302:
        parts = urlsplit(answer["Location"])
        if parts.path in SIGN_IN_PAGES and parts.query.startswith("next="):
            return "sign in"
    if answer.status_code in {403, 404}:
        return "refused"
    if answer.status_code == 405:
        return "method"
    assert answer.status_code < 500 or answer.status_code == 503, answer.status_code
    return "allowed"


def shown(answer: HttpResponseBase) -> str:
    """Return the page of an answer; nothing for a file or a refusal."""
    is_page = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
    return answer.content.decode() if isinstance(answer, HttpResponse) and is_page else ""


def expected(page: Page, method: str, visitor: Visitor) -> set[str]:
    """Return the verdicts that the table allows for a visitor; a refused method tells nobody anything."""
    permission = STRICTER.get((page.name, method), page.permission)
    assert permission is not None
    if visitor.roles & set(table()[permission].roles):
        return {"allowed", "method"}
    marked = table()[page.permission or ""].roles
    if "public" in marked:
        return {"refused", "method"}
    if visitor.roles == {"public"}:
        return {"sign in"}
    if page.by_object:
        return {"refused", "method"}
    return {"sign in"} if visitor.name == "officer with a link only" and "officer" in marked else {"refused"}


def is_hidden(page: Page, parameters: dict[str, Any], site: Site) -> bool:
    """Say whether a public page of a call is hidden because the call is not published yet."""
    public = "public" in table()[page.permission or ""].roles
    return public and parameters.get("slug") == site.calls["draft"].slug


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_address_answers_everyone_as_the_table_says(page, site, visitors):
    assert page.permission, (
        f"{page.name} ({page.route}): the view has no mark; decorate it with @allow('room.verb') from "
        "bacasable.people.permissions"
    )
    assert page.permission in table(), (
        f"{page.name}: '{page.permission}' is in no table; add it to PERMISSIONS in the room's rules.py"
    )
    faults: dict[str, list[str]] = {}
    answered, untold = set(), set()
    for address, parameters in addresses(page, site):
        for method, visitor in itertools.product(METHODS.get(page.name, ("GET", "POST")), visitors):
            answer = ask(visitor, method, address)
            seen, wanted = verdict(answer), expected(page, method, visitor)
            if seen == "allowed":
                answered.add(method)
            if method == "GET" and lacks_notice(shown(answer)):
                untold.add(f"{address}, for {visitor.name}")
            if is_hidden(page, parameters, site):
                wanted = {"refused", "method"}
            elif page.name in CLOSED and "allowed" in wanted:
                wanted = wanted | {"refused"}
            if seen not in wanted:
                fault = f"{method} {address}: {answer.status_code} ({seen}), the table says {sorted(wanted)}"
                faults.setdefault(fault, []).append(visitor.name)
    told = [f"{fault}, for {', '.join(names)}" for fault, names in faults.items()]
    assert not faults, "\n".join(told)
    assert answered or page.name in CLOSED, f"{page.name}: nobody at all gets an answer"
    if page.name in WITHOUT_NOTICE:
        assert untold, f"{page.name}: take it out of WITHOUT_NOTICE in tests/factories/notices.py"
    else:
        assert not untold, f"{page.name}: add {{% collected ... %}} under its form: {sorted(untold)}"


def test_the_walk_finds_the_pages_of_every_room():
    assert len(PAGES) > 40
    assert {"people", "desk", "call", "dossiers"} <= {page.name.split(":")[0] for page in PAGES}


def test_an_unmarked_view_is_refused_to_everyone(rf, site):
    from django.core.exceptions import PermissionDenied

    from bacasable.people.middleware import DenyByDefault

    request = rf.get("/")
    request.user = staff("administrator")
    request.user.session_is_verified = True
    with pytest.raises(PermissionDenied, match="allow"):
        DenyByDefault(lambda request: None).process_view(request, lambda request: None, (), {})


def test_every_row_of_the_table_is_held_by_a_known_role_and_every_role_is_used():
    columns, rows = permission_table()
    known = {role.key for role in columns}
    for permission in table().values():
        assert set(permission.roles) <= known, f"{permission.key} names a role that no service declares"
    assert len(rows) == len(table())
    for index, role in enumerate(columns):
        assert any(row.held[index] for row in rows), f"role '{role.key}' holds nothing"


def test_a_role_of_an_object_never_outlives_a_deactivation(site):
    dossier, author = site.draft, type(site.author).objects.get(pk=site.author.pk)
    assert "candidate" in roles_of(author, dossier)
    author.is_active = False
    assert roles_of(author, dossier) == {"public"}
    assert roles_of(UserFactory(), dossier) == {"public", "member"}
