"""Load the demo: the real 2023 edition from public facts, then fictional ones at each stage of their life.

Everything passes by the rooms' own actions, at the instants that the data files give, in the order of time:
the demo's journal reads like an office's.
"""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue
from bacasable.demo import accounts
from bacasable.demo.committees import at_work, decided
from bacasable.demo.editions import candidacies, edition_2023, fictional_call
from bacasable.demo.history import Event, read
from bacasable.demo.protection import protection
from bacasable.demo.supports import supported
from bacasable.people import second_factor
from bacasable.people.models import RoleGrant, User
from bacasable.programme.recommendations.actions import ensure_own_recommendations


@transaction.atomic
def load(today: datetime) -> None:
    """Load everything into an empty database; the fictional dates are days before or after ``today``.

    All or nothing: a load that fails leaves the database as it was.
    """
    people = _people()
    try:
        for at, act in sorted(_history(people, today), key=lambda event: event[0]):
            clock.set_source(lambda at=at: at)  # type: ignore[misc]
            act()
    finally:
        from bacasable.demo.clock import source

        clock.set_source(source)
    ensure_own_recommendations()


def _history(people: dict[str, User], today: datetime) -> list[Event]:
    officer = people["officer"]
    grid = read("fictional-call")
    events = edition_2023(officer)
    events += fictional_call(grid["call"], grid, officer, today)
    events += candidacies(grid["call"], read("candidacies")["candidacies"], officer, today)
    luxembourg = read("luxembourg-call")
    events += fictional_call(luxembourg["call"], luxembourg, officer, today)
    for edition, work in (("scoring", at_work), ("past", decided)):
        told = read("run-editions")[edition]
        shared = {name: grid[name] for name in ("criteria", "phases", "eligibility")}
        events += fictional_call(told["call"], shared, officer, today)
        events += candidacies(told["call"], told["candidacies"], officer, today)
        events += work(told, people, today)
    for service in catalogue().values():
        if service.demo:
            events += service.load("demo")(people, today)
    return events + supported(people, today) + protection(people, today)


def _people() -> dict[str, User]:
    """Make the accounts: those who can be played, and the experts whom nobody plays; by key, signed in."""
    secret = accounts.passwords()
    people = {}
    for person in accounts.PLAYERS + accounts.experts():
        user = User.objects.create_user(person.email, secret.get(person.email), name=person.name)
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in person.grants)
        if person.grants and person.email in secret:
            device = second_factor.prepare(user)
            device.confirmed = True  # nobody scans a square here: the key is printed at the start
            device.save()
        user.session_is_verified = True  # type: ignore[attr-defined]
        people[person.role] = user
    return people
