"""Sign-in of staff by OpenID Connect: the authorization code flow with PKCE, for accounts that exist.

The provider proves who the person is and that they used a second factor; roles are granted here only. An
address without a granted role is refused: nobody becomes staff by owning an account at the provider.
"""

import json
import logging
import time
from functools import lru_cache
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from bacasable.people import actions, sessions
from bacasable.people.models import User
from bacasable.people.permissions import allow

logger = logging.getLogger(__name__)

_ENDPOINTS = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}
_REFRESH_SECONDS = 3600
#: How long ago the provider may have asked for the credentials when it was told to ask again.
_FRESH_SECONDS = 300
_AGAIN = "people.oidc_again"


class ProviderUnusable(Exception):
    """The provider's description cannot be read or is not that of the configured issuer."""


def is_configured() -> bool:
    return bool(settings.BACASABLE.oidc_issuer and settings.BACASABLE.oidc_client_id)


def discover() -> dict[str, Any]:
    """Return the provider's description (OpenID Connect Discovery 1.0), read again every hour.

    Raises:
        ProviderUnusable: it does not answer, answers no JSON, or names another issuer.
    """
    return described(settings.BACASABLE.oidc_issuer)


def described(issuer: str, setting: str = "BACASABLE_OIDC_ISSUER") -> dict[str, Any]:
    """Return the description of the provider ``issuer``, which ``setting`` names; see :func:`discover`."""
    return _described(issuer.rstrip("/"), setting, int(time.time() // _REFRESH_SECONDS))


@lru_cache(maxsize=4)
def _described(issuer: str, setting: str, hour: int) -> dict[str, Any]:
    address = f"{issuer}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=settings.OIDC_TIMEOUT)
        answer.raise_for_status()
        described: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderUnusable(
            f"{address} cannot be read ({type(error).__name__}); check {setting} and the network"
        ) from error
    if str(described.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderUnusable(f"{address} describes another issuer; set {setting} to its 'issuer'")
    missing = [key for key in _ENDPOINTS.values() if key not in described]
    if missing:
        raise ProviderUnusable(f"{address} names no {', '.join(missing)}; the provider must offer them")
    return described


class _FromDiscovery:
    """Take the provider's addresses from its description instead of settings."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        if attr in _ENDPOINTS:
            return discover()[_ENDPOINTS[attr]]
        return import_from_settings(attr, *args)


class Backend(_FromDiscovery, OIDCAuthenticationBackend):
    """Turn a provider's answer into an account of this portal, or refuse."""

    def __init__(self) -> None:
        # The framework makes every backend at each sign-in, also while no provider is configured.
        self.UserModel = User

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:
        if request is None or not is_configured() or "nonce" not in kwargs:
            return None
        super().__init__()
        return super().authenticate(request, **kwargs)

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        """Return the provider's key that signed ``token``: the one it names, or the only one there is.

        The library demands a key identifier, which the standard leaves out where there is one key (OpenID
        Connect Core 1.0, section 10.1).
        """
        answer = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=settings.OIDC_TIMEOUT)
        answer.raise_for_status()
        header = jwt.get_unverified_header(token)
        keys = [
            key
            for key in answer.json()["keys"]
            if key.get("use", "sig") == "sig"
            and key.get("alg", header.get("alg")) == header.get("alg")
            and ("kid" not in header or key.get("kid") == header["kid"])
        ]
        if len(keys) != 1:
            raise SuspiciousOperation("OIDC: not one of the provider's keys, or several, match the token")
        return jwt.PyJWK(keys[0], algorithm=self.OIDC_RP_SIGN_ALGO)

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Check signature, nonce, dates, and what the library leaves out: issuer and audience."""
        payload: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if settings.BACASABLE.oidc_client_id not in audiences:
            raise SuspiciousOperation("OIDC: the token was made for another client")
        if str(payload.get("iss", "")).rstrip("/") != settings.BACASABLE.oidc_issuer.rstrip("/"):
            raise SuspiciousOperation("OIDC: the token was made by another issuer")
        return payload

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User | None:
        """Return the active account with a granted role that has the verified address; never make one."""
        if not proves_second_factor(payload):
            logger.warning("oidc: refused, the provider's acr and amr prove no accepted second factor")
            return None
        again = self.request.session.get(_AGAIN)
        if again and time.time() - float(payload.get("auth_time") or 0) > _FRESH_SECONDS:
            logger.warning("oidc: refused, the provider did not ask for the credentials again")
            return None
        claims = self.get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload.get("sub"):
            logger.warning("oidc: refused, the identity and the token name two subjects")
            return None
        verified = claims.get("email_verified") is True or settings.BACASABLE.oidc_addresses_are_verified
        email = str(claims.get("email") or "").strip().lower()
        if not email or not verified:
            logger.warning("oidc: refused, the provider gave no verified address")
            return None
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None or not user.grants.exists():
            logger.warning("oidc: refused, no account with a granted role has this address")
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def proves_second_factor(payload: dict[str, Any]) -> bool:
    """Say whether an ID token's ``acr`` or ``amr`` is one that the configuration accepts."""
    methods = payload.get("amr") or []
    methods = {methods} if isinstance(methods, str) else set(methods)
    return payload.get("acr") in settings.BACASABLE.oidc_accepted_acr or bool(
        methods & set(settings.BACASABLE.oidc_accepted_amr)
    )


def refused(request: HttpRequest, status: int = 403) -> HttpResponse:
    page = render(
        request,
        "people/oidc_refused.html",
        {"provider": settings.BACASABLE.oidc_name, "unreachable": status == 503},
        status=status,
    )
    page["Cache-Control"] = "no-store"
    return page


@allow("people.sign_in")
class Start(_FromDiscovery, OIDCAuthenticationRequestView):
    """Send the person to the provider; with ``?again=1`` ask it for their credentials anew."""

    def __init__(self, **kwargs: Any) -> None:
        super(OIDCAuthenticationRequestView, self).__init__(**kwargs)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not is_configured():
            return refused(request, 404)
        try:
            self.OIDC_OP_AUTH_ENDPOINT = self.get_settings("OIDC_OP_AUTHORIZATION_ENDPOINT")
        except ProviderUnusable as error:
            logger.error("oidc: %s", error)
            return refused(request, 503)
        self.OIDC_RP_CLIENT_ID = settings.BACASABLE.oidc_client_id
        request.session[_AGAIN] = request.GET.get("again") == "1"
        return super().get(request)

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        extra: dict[str, str] = {}
        if settings.BACASABLE.oidc_accepted_acr:
            extra["acr_values"] = " ".join(settings.BACASABLE.oidc_accepted_acr)
        if settings.BACASABLE.oidc_accepted_amr:
            extra["claims"] = json.dumps({"id_token": {"amr": None, "acr": None}})
        if request.GET.get("again") == "1":
            extra |= {"prompt": "login", "max_age": "0"}
        return extra


@allow("people.sign_in")
class Callback(_FromDiscovery, OIDCAuthenticationCallbackView):
    """Receive the provider's answer: sign the person in, or say why not."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not is_configured():
            return refused(request, 404)
        try:
            return super().get(request)
        except (SuspiciousOperation, jwt.InvalidTokenError) as error:
            logger.warning("oidc: refused (%s)", type(error).__name__)
            return refused(request)
        except (requests.RequestException, ProviderUnusable, KeyError) as error:
            logger.error("oidc: the provider's answer cannot be used (%s)", type(error).__name__)
            return refused(request, 503)

    def login_success(self) -> HttpResponseBase:
        destination = self.success_url
        same_person = self.request.user.is_authenticated and self.request.user.pk == self.user.pk
        if self.request.session.pop(_AGAIN, False) and same_person:
            sessions.prove_again(self.request)
        else:
            sessions.begin(self.request, self.user, sessions.OIDC)
        actions.note_sign_in(user=self.user, how=sessions.OIDC)
        self.request.session.pop("oidc_login_next", None)
        return HttpResponseRedirect(destination)

    def login_failure(self) -> HttpResponseBase:
        self.request.session.pop(_AGAIN, None)
        return refused(self.request)

    @property
    def success_url(self) -> str:
        return self.request.session.get("oidc_login_next") or resolve_url(settings.LOGIN_REDIRECT_URL)
