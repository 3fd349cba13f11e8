"""Accounts for tests, and clients signed in as a person would be."""

import time
from typing import Any

import factory
from django.test import Client

from bacasable.people import sessions
from bacasable.people.models import RoleGrant, User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = "!"


def staff(*roles: str, **fields: Any) -> User:
    """Make an account with granted roles, such as ``staff("officer")``."""
    user = UserFactory(**fields)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    return user


def sign_in(client: Client, user: User, how: str | None = None) -> Client:
    """Sign ``user`` in: with a second factor when they have a granted role, by a link otherwise.

    ``client.force_login`` alone is the weak sign-in of a link: granted roles do not count in it.
    """
    if how is None:
        how = sessions.TOTP if user.grants.exists() else sessions.LINK
    client.force_login(user, backend="bacasable.people.backends.PasswordBackend")
    session = client.session
    session["people.signed_in_by"] = how
    session["people.proved_at"] = time.time() if how in sessions.STRONG else 0.0
    session.save()
    return client


def verified(user: User) -> User:
    """Return ``user`` as a request would carry it after a second factor, for tests of actions and rules."""
    user.session_is_verified = True  # type: ignore[attr-defined]
    return user
