"""Pages of accounts: one's own, and those that the administrator manages. No page shows a dossier."""

import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bacasable.people import actions, forms, second_factor, sessions
from bacasable.people.models import User
from bacasable.people.permissions import allow, granted_roles
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.people.staff import accounts_with_roles, grantable_beside, label_of


@allow("people.account")
@never_cache
def account(request: HttpRequest) -> HttpResponseBase:
    """One's own name, language, sign-in and second factor."""
    user = cast(User, request.user)
    form = forms.Account(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        actions.change_account(user=user, **form.cleaned_data)
        messages.success(request, _("Your account was changed."))
        response = redirect("people:account")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        translation.activate(user.language)
        return response
    return render(
        request,
        "people/account.html",
        {
            "form": form,
            "roles": [label_of(role) for role in sorted(granted_roles(user))],
            "how": sessions.how(request),
            "is_strong": sessions.is_strong(request),
            "has_authenticator": second_factor.is_set_up(user),
            "codes_left": second_factor.recovery_codes_left(user),
        },
    )


@allow("people.account")
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponseBase:
    """End every other session, and keep this one."""
    user = cast(User, request.user)
    actions.sign_out_everywhere(user=user)
    sessions.keep_this_one(request, user)
    messages.success(request, _("Every other session of yours is over."))
    return redirect("people:account")


@allow("people.secure")
@never_cache
@sensitive_post_parameters("new_password", "repeat_password")
@recent_sign_in_required()
def password(request: HttpRequest) -> HttpResponseBase:
    user = cast(User, request.user)
    form = forms.NewPassword(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        actions.change_password(user=user, password=form.cleaned_data["new_password"])
        sessions.keep_this_one(request, user)
        messages.success(request, _("Your password was changed. Your other sessions are over."))
        return redirect("people:account")
    return render(request, "people/password.html", {"form": form})


@allow("people.secure")
@never_cache
@recent_sign_in_required()
def authenticator(request: HttpRequest) -> HttpResponseBase:
    """Replace the authenticator; the present one works until the new one has proved itself."""
    user = cast(User, request.user)
    form = forms.NewCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.replace_authenticator(user=user, code=form.cleaned_data["code"]):
            sessions.keep_this_one(request, user)
            messages.success(request, _("The new authenticator is in force. The former one no longer works."))
            return redirect("people:account")
        form.add_error("code", forms.wrong_new_code())
    device = second_factor.prepare(user)
    return render(
        request,
        "people/authenticator.html",
        {"form": form, "square": second_factor.square(device), "key": second_factor.typed_key(device)},
    )


@allow("people.secure")
@never_cache
@recent_sign_in_required()
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    user = cast(User, request.user)
    if request.method == "POST":
        codes = actions.replace_recovery_codes(user=user)
        return render(
            request, "people/recovery_codes.html", {"codes": codes, "next": reverse("people:account")}
        )
    return render(
        request, "people/recovery_codes_ask.html", {"left": second_factor.recovery_codes_left(user)}
    )


@allow("people.manage")
@never_cache
def staff(request: HttpRequest) -> HttpResponseBase:
    """The accounts that have a role. Candidates are not listed: their address must be known to find one."""
    form = forms.FindAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = User.objects.filter(email=form.cleaned_data["email"].strip().lower()).first()
        if found is not None:
            return redirect("people:staff_account", found.public_id)
        form.add_error("email", _("No account has this address. Check it, or make a staff account."))
    return render(request, "people/staff.html", {"form": form, "accounts": accounts_with_roles()})


@allow("people.manage")
@never_cache
@recent_sign_in_required()
def staff_new(request: HttpRequest) -> HttpResponseBase:
    form = forms.NewStaff(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = actions.create_staff(**form.cleaned_data, by=cast(User, request.user))
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _show_link(request, created.user, created.link)
    return render(request, "people/staff_new.html", {"form": form})


def _show_link(request: HttpRequest, user: User, link: str) -> HttpResponseBase:
    """Show once the link that was mailed, for an installation whose mail is not set up."""
    response = render(
        request, "people/staff_link.html", {"account": user, "link": link, "hours": _enrol_hours()}
    )
    response["Cache-Control"] = "no-store"
    return response


def _enrol_hours() -> int:
    return int(actions.ENROL_LIFETIME.total_seconds() // 3600)


@allow("people.manage")
@never_cache
@recent_sign_in_required()
def staff_account(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One account: its roles, its second factor, and what an administrator can change."""
    user = get_object_or_404(User, public_id=public_id)
    held = granted_roles(user)
    return render(
        request,
        "people/staff_account.html",
        {
            "account": user,
            "grants": [
                {
                    "role": grant.role,
                    "label": label_of(grant.role),
                    "at": grant.granted_at,
                }
                for grant in user.grants.order_by("granted_at")
            ],
            "grantable": grantable_beside(held),
            "has_authenticator": second_factor.is_set_up(user),
            "codes_left": second_factor.recovery_codes_left(user),
            "is_self": user.pk == request.user.pk,
        },
    )


@allow("people.manage")
@require_POST
@recent_sign_in_required()
def staff_change(request: HttpRequest, public_id: uuid.UUID, verb: str) -> HttpResponseBase:
    """Do one of the administrator's acts on an account, then show it again."""
    user = get_object_or_404(User, public_id=public_id)
    by, role = cast(User, request.user), request.POST.get("role", "")
    try:
        match verb:
            case "grant":
                actions.grant_role(user=user, role=role, by=by)
            case "revoke":
                actions.revoke_role(user=user, role=role, by=by)
            case "deactivate":
                actions.deactivate(user=user, by=by)
            case "activate":
                actions.activate(user=user, by=by)
            case "enrol":
                return _show_link(request, user, actions.send_enrolment(user=_staff_only(user), by=by))
            case "reset":
                return _show_link(request, user, actions.reset_second_factor(user=_staff_only(user), by=by))
            case _:
                raise PermissionDenied(f"people: no act is called '{verb}'")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The account was changed."))
    if user.pk == by.pk:
        # One's own roles or state changed: the session that had them is over.
        logout(request)
        return redirect("people:staff_sign_in")
    return redirect("people:staff_account", user.public_id)


def _staff_only(user: User) -> User:
    if not granted_roles(user):
        raise actions.Refused(_("This account has no role. Give it one first."))
    return user
