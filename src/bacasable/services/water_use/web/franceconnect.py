"""A household proves who it is at FranceConnect: OpenID Connect, authorization code with PKCE.

Of the answer nothing is kept but digests: of the provider's identifier, to know the person again, and of the
words of their name, for the length of the session, to compare them with the contract's. Any provider of the
same standard will do.
"""

import base64
import logging
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings as site
from django.http import HttpRequest
from django.urls import reverse

from bacasable.people.oidc import ProviderUnusable, described
from bacasable.services.water_use.web import running

_LOG = logging.getLogger("bacasable.water_use")
_ASKED = "water_use.asked"
_SETTING = "BACASABLE_WATER_USE_FRANCECONNECT_ISSUER"
#: What is compared with the name of the contract; no address and no date of birth is asked for.
_NAMES = ("family_name", "preferred_username", "given_name")
_SIGNINGS = ["RS256", "ES256", "PS256"]


class NotProven(Exception):
    """The provider's answer proves nothing; the message is a code for the log, never what it said."""


@dataclass(frozen=True)
class Proven:
    """Who the provider says it is."""

    issuer: str
    subject: str
    names: tuple[str, ...]
    id_token: str


def is_configured() -> bool:
    """Say whether a household can prove who it is here."""
    asked = running.settings()
    return bool(asked.franceconnect_issuer and asked.franceconnect_client_id)


def address_of(request: HttpRequest) -> str:
    """Return where to send the person, and remember in the session what was asked.

    Raises:
        ProviderUnusable: the provider cannot be reached or is another.
    """
    asked = running.settings()
    provider = described(asked.franceconnect_issuer, _SETTING)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    request.session[_ASKED] = {"state": state, "nonce": nonce, "verifier": verifier}
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": asked.franceconnect_client_id,
        "redirect_uri": _callback(),
        "scope": asked.franceconnect_scope,
        "state": state,
        "nonce": nonce,
        "acr_values": asked.franceconnect_acr,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{provider['authorization_endpoint']}?{urlencode(query)}"


def proven(request: HttpRequest) -> Proven:
    """Return who came back from the provider.

    Raises:
        NotProven: the answer is not to what was asked, is not signed by the provider, or is not about us.
        ProviderUnusable: the provider cannot be reached.
    """
    told = request.session.pop(_ASKED, None)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not told or not code or not secrets.compare_digest(state.encode(), told["state"].encode()):
        raise NotProven("state")
    asked = running.settings()
    provider = described(asked.franceconnect_issuer, _SETTING)
    try:
        tokens = requests.post(
            provider["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": _callback(),
                "client_id": asked.franceconnect_client_id,
                "client_secret": asked.franceconnect_client_secret.get_secret_value(),
                "code_verifier": told["verifier"],
            },
            timeout=site.OIDC_TIMEOUT,
        )
        tokens.raise_for_status()
        keys = requests.get(provider["jwks_uri"], timeout=site.OIDC_TIMEOUT).json()["keys"]
        given = tokens.json()
        claims = _opened(given["id_token"], keys, provider["issuer"], asked.franceconnect_client_id)
        person = _person(provider["userinfo_endpoint"], given["access_token"], keys, provider["issuer"])
    except requests.RequestException as error:
        raise ProviderUnusable(f"the identity provider does not answer ({type(error).__name__})") from None
    except (jwt.PyJWTError, AttributeError, KeyError, ValueError, TypeError) as error:
        raise NotProven(type(error).__name__) from None
    if claims.get("nonce") != told["nonce"] or not claims.get("sub") or person.get("sub") != claims["sub"]:
        raise NotProven("nonce" if claims.get("nonce") != told["nonce"] else "subject")
    if _level(claims.get("acr")) < _level(asked.franceconnect_acr):
        raise NotProven("acr")
    # FranceConnect gives names in the identity, other providers in the token itself
    names = (person.get(name) or claims.get(name) for name in _NAMES)
    return Proven(
        str(provider["issuer"]),
        str(claims["sub"]),
        tuple(str(name) for name in names if name),
        str(given["id_token"]),
    )


def goodbye(id_token: str) -> str:
    """Return where the provider is told that the person leaves, empty where it has no such page."""
    if not id_token or not is_configured():
        return ""
    try:
        provider = described(running.settings().franceconnect_issuer, _SETTING)
    except ProviderUnusable as error:
        _LOG.warning("the identity provider was not told that somebody left: %s", error)
        return ""
    page = provider.get("end_session_endpoint")
    if not page:
        return ""
    home = site.BACASABLE.public_url.rstrip("/") + reverse("water_use:start")
    query = {"id_token_hint": id_token, "post_logout_redirect_uri": home, "state": secrets.token_urlsafe(16)}
    return f"{page}?{urlencode(query)}"


def _callback() -> str:
    return str(site.BACASABLE.public_url).rstrip("/") + reverse("water_use:franceconnect_callback")


def _person(address: str, access_token: str, keys: list[dict[str, Any]], issuer: str) -> dict[str, Any]:
    """Return the identity, which FranceConnect gives as a signed token and others as plain JSON."""
    answer = requests.get(
        address, headers={"Authorization": f"Bearer {access_token}"}, timeout=site.OIDC_TIMEOUT
    )
    answer.raise_for_status()
    if "jwt" in answer.headers.get("Content-Type", ""):
        return _opened(answer.text, keys, issuer, running.settings().franceconnect_client_id)
    plain: dict[str, Any] = answer.json()
    return plain


def _opened(token: str, keys: list[dict[str, Any]], issuer: str, audience: str) -> dict[str, Any]:
    """Return the content of a token that one of the provider's keys signed, for us."""
    header = jwt.get_unverified_header(token)
    fitting = [
        key
        for key in keys
        if key.get("use", "sig") == "sig" and ("kid" not in header or key.get("kid") == header["kid"])
    ]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError("not one key fits")
    key = jwt.PyJWK(fitting[0], algorithm=header.get("alg"))
    return jwt.decode(token, key.key, algorithms=_SIGNINGS, audience=audience, issuer=issuer)


def _level(acr: object) -> int:
    """Return the level of assurance of ``eidas1`` to ``eidas3``; 0 for any other word."""
    text = str(acr or "")
    return int(text[5:]) if text.startswith("eidas") and text[5:] in ("1", "2", "3") else 0
