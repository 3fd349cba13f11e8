"""Pages of sign-in: one-time links, password and code, sign-in again, sign-out."""

import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bacasable.people import actions, forms, links, lockout, oidc, reauthentication, second_factor, sessions
from bacasable.people.models import OneTimeLink, User
from bacasable.people.permissions import allow, granted_roles

_PENDING = "people.pending_sign_in"
_PENDING_SECONDS = 300
_ENROLLING = "people.enrolling"
#: Longest local address that a sign-in link carries back to the page asked for.
_LONGEST_TARGET = 120


def safe_next(request: HttpRequest, default: str = "") -> str:
    """Return the page asked for before the sign-in when it is one of this site, else ``default``."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return asked
    return default


def home() -> str:
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@allow("people.sign_in")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link by e-mail; the answer is the same whether or not the address is known."""
    form = forms.AskLink(request.POST or None)
    wanted = safe_next(request)
    if request.method == "POST" and form.is_valid():
        target = wanted if wanted.startswith("/") and len(wanted) <= _LONGEST_TARGET else ""
        actions.send_sign_in_link(email=form.cleaned_data["email"], target=target)
        return redirect("people:sign_in_sent")
    return render(
        request,
        "people/sign_in.html",
        {"form": form, "next": wanted, "staff_href": _with_next("people:staff_sign_in", wanted)},
    )


@allow("people.sign_in")
def sign_in_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "people/sign_in_sent.html", {"hours": 24})


@allow("people.sign_in")
@never_cache
@sensitive_post_parameters("password")
def staff_sign_in(request: HttpRequest) -> HttpResponseBase:
    """First step of staff sign-in: address and password, or the way to the OpenID Connect provider."""
    form = forms.Password(request.POST or None)
    wanted = safe_next(request)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        user = authenticate(request, username=email, password=form.cleaned_data["password"])
        if getattr(request, "axes_locked_out", False):
            return lockout.response(request)
        if isinstance(user, User) and granted_roles(user) and second_factor.is_set_up(user):
            request.session.cycle_key()
            request.session[_PENDING] = {"user": user.pk, "until": time.time() + _PENDING_SECONDS}
            return redirect(_with_next("people:staff_code", wanted))
        if user is not None:
            form.add_error(
                None,
                _("This account is not set up. Ask an administrator for a link that sets it up."),
            )
        else:
            form.add_error(None, _("The address or the password is wrong. Check both and try again."))
    context = {
        "form": form,
        "next": wanted,
        "provider": settings.BACASABLE.oidc_name if oidc.is_configured() else "",
        "provider_href": _with_next("people:oidc_start", wanted),
        "link_href": reverse("people:sign_in"),
    }
    return render(request, "people/staff_sign_in.html", context)


@allow("people.sign_in")
@never_cache
@sensitive_post_parameters("code")
def staff_code(request: HttpRequest) -> HttpResponseBase:
    """Second step of staff sign-in: the code. The person is signed in only after it."""
    pending = request.session.get(_PENDING) or {}
    user = User.objects.filter(pk=pending.get("user", 0), is_active=True).first()
    wanted = safe_next(request)
    if user is None or pending["until"] < time.time():
        request.session.pop(_PENDING, None)
        messages.info(request, _("The sign-in took too long. Start again."))
        return redirect(_with_next("people:staff_sign_in", wanted))
    form = forms.Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        how = None if lockout.is_locked(request, user.email) else _check_code(request, user, form)
        if getattr(request, "axes_locked_out", False):
            request.session.pop(_PENDING, None)
            return lockout.response(request)
        if how:
            request.session.pop(_PENDING, None)
            sessions.begin(request, user, how)
            actions.note_sign_in(user=user, how=how)
            return redirect(wanted or home())
    return render(request, "people/staff_code.html", {"form": form, "next": wanted})


def _check_code(request: HttpRequest, user: User, form: forms.Code | forms.Again) -> str | None:
    how = second_factor.check(user, form.cleaned_data["code"])
    if how is None:
        lockout.count_failure(request, user.email)
        form.add_error("code", _("This code is wrong or was used. Wait for the next one and type it."))
    return how


@allow("people.sign_in")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(resolve_url(settings.LOGOUT_REDIRECT_URL))


@allow("people.secure")
@never_cache
@sensitive_post_parameters("password", "code")
def again(request: HttpRequest) -> HttpResponseBase:
    """Prove again who you are, then go back to the page or to the form that was held."""
    user, wanted = request.user, safe_next(request, home())
    assert isinstance(user, User)  # noqa: S101 (the middleware let a signed-in person through)
    if sessions.how(request) == sessions.OIDC:
        again_href = f"{reverse('people:oidc_start')}?{urlencode({'again': '1', 'next': wanted})}"
        return render(
            request,
            "people/again.html",
            {"form": None, "provider": settings.BACASABLE.oidc_name, "provider_href": again_href},
        )
    form = forms.Again(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = authenticate(request, username=user.email, password=form.cleaned_data["password"])
        if getattr(request, "axes_locked_out", False):
            return lockout.response(request)
        if found is None or found.pk != user.pk:
            form.add_error("password", _("This password is wrong. Type the one of this account."))
        elif _check_code(request, user, form):
            sessions.prove_again(request)
            return redirect(wanted)
        if getattr(request, "axes_locked_out", False):
            return lockout.response(request)
    return render(request, "people/again.html", {"form": form, "next": wanted})


@allow("people.secure")
@never_cache
def again_continue(request: HttpRequest) -> HttpResponseBase:
    """Offer to send the form that was held while the person proved who they are."""
    form = reauthentication.held(request)
    if form is None:
        messages.info(request, _("The form that you had sent is no longer held. Fill it in again."))
        return redirect(home())
    path, fields = form
    return render(request, "people/again_continue.html", {"path": path, "fields": fields})


@allow("people.sign_in")
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what a one-time link does; its button (POST) spends it. Opening it never does."""
    try:
        if request.method == "POST":
            return _spend(request, token)
        found = links.find(token)
        response: HttpResponseBase = render(
            request, "people/link.html", {"purpose": found.purpose, "expires_at": found.expires_at}
        )
    except links.StaffMustSignIn:
        messages.info(
            request,
            _("This address has a staff account. Sign in first, then open the link again: it still works."),
        )
        response = redirect("people:staff_sign_in")
    except links.LinkRefused as refusal:
        response = _refuse_link(request, refusal)
    return _keep_secret(response)


def _spend(request: HttpRequest, token: str) -> HttpResponseBase:
    spent = links.spend(request, token)
    if spent.link.purpose != OneTimeLink.Purpose.ENROL:
        current = request.user
        if not (current.is_authenticated and current.pk == spent.user.pk and sessions.is_strong(request)):
            sessions.begin(request, spent.user, sessions.LINK)
    return _keep_secret(HttpResponseRedirect(spent.destination))


_REFUSALS: dict[type[links.LinkRefused], tuple[int, str]] = {
    links.Altered: (404, "altered"),
    links.Expired: (410, "expired"),
    links.Replayed: (410, "replayed"),
    links.AccountClosed: (403, "closed"),
}


def _refuse_link(request: HttpRequest, refusal: links.LinkRefused) -> HttpResponse:
    """Say what is wrong with the link and where to ask for another; nothing of whose it was."""
    status, reason = _REFUSALS[type(refusal)]
    purpose = refusal.link.purpose if refusal.link else ""
    ask_again = reverse("people:sign_in")
    if refusal.link and purpose == OneTimeLink.Purpose.APPLY:
        try:
            ask_again = reverse("call:apply", args=[refusal.link.target])
        except NoReverseMatch:
            ask_again = home()
    response = render(
        request,
        "people/link_refused.html",
        {"reason": reason, "purpose": purpose, "ask_again_href": ask_again},
        status=status,
    )
    # The framework logs the path of a 4xx answer, and this path holds a token.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _keep_secret(response: HttpResponseBase) -> HttpResponseBase:
    """Keep a token out of caches, search engines and the Referer of the next request.

    ``strict-origin`` and not ``no-referrer``: with the latter browsers send ``Origin: null`` with the form,
    and the protection against forged requests then refuses the button. Neither sends the path.
    """
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@allow("people.sign_in")
@never_cache
@sensitive_post_parameters("new_password", "repeat_password", "code")
def enrol(request: HttpRequest) -> HttpResponseBase:
    """Set a password and an authenticator, after an enrolment link; then show the recovery codes, once."""
    pending = request.session.get(_ENROLLING) or {}
    user = User.objects.filter(pk=pending.get("user", 0), is_active=True).first()
    if user is None or pending["until"] < time.time():
        request.session.pop(_ENROLLING, None)
        return render(
            request,
            "people/link_refused.html",
            {"reason": "enrolment_over", "purpose": OneTimeLink.Purpose.ENROL},
            status=410,
        )
    form = forms.Enrolment(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        codes = actions.enrol(
            user=user, password=form.cleaned_data["new_password"], code=form.cleaned_data["code"]
        )
        if codes:
            request.session.pop(_ENROLLING, None)
            sessions.begin(request, user, sessions.TOTP)
            return render(request, "people/recovery_codes.html", {"codes": codes, "next": home()})
        form.add_error("code", forms.wrong_new_code())
    device = second_factor.prepare(user)
    return render(
        request,
        "people/enrol.html",
        {"form": form, "square": second_factor.square(device), "key": second_factor.typed_key(device)},
    )


def start_application(request: HttpRequest, spent: OneTimeLink, user: User) -> str:
    """Send the person to the application of the call that the link names."""
    return reverse("dossiers:start", args=[spent.target])


def open_dossiers(request: HttpRequest, spent: OneTimeLink, user: User) -> str:
    """Send the person to the page they had asked for, or to the list of their dossiers."""
    if spent.target.startswith("/") and url_has_allowed_host_and_scheme(spent.target, allowed_hosts=None):
        return spent.target
    return reverse("dossiers:list")


def start_enrolment(request: HttpRequest, spent: OneTimeLink, user: User) -> str:
    """Open, in an emptied session, the page where a staff account is set up."""
    if not granted_roles(user):
        raise Http404("enrolment: the account has no granted role any more")
    request.session.flush()
    until = time.time() + second_factor.SETUP_TIME.total_seconds()
    request.session[_ENROLLING] = {"user": user.pk, "until": until}
    return reverse("people:enrol")


links.register(OneTimeLink.Purpose.APPLY, start_application)
links.register(OneTimeLink.Purpose.SIGN_IN, open_dossiers)
links.register(OneTimeLink.Purpose.ENROL, start_enrolment)


def _with_next(name: str, wanted: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")
