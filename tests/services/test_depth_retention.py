"""Incidents go after the days that an installation keeps them, never after those declared."""

from datetime import timedelta

import pytest

from bacasable.services.depth_events.processing.purposes import KEPT_INCIDENT
from bacasable.services.depth_events.web import connecting
from bacasable.services.depth_events.web.configuration import Settings
from bacasable.services.depth_events.web.models import Incident, IncidentAct
from bacasable.services.depth_events.web.stores import DECLARED_DAYS, stores
from tests.services.depth_station import NOW, incident, station


def _incident(days: int) -> Incident:
    at = NOW - timedelta(days=days, minutes=1)
    made = incident(at, at)
    IncidentAct.objects.create(incident=made, verb="acknowledged", at=at)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "left"), [(7, [2]), (30, [2, 8])])
def test_incidents_and_what_was_done_of_them_go_after_the_days_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, days: int, left: list[int]
) -> None:
    station()
    made = {age: _incident(age) for age in (2, 8, 31)}
    monkeypatch.setattr(connecting, "settings", lambda: Settings(incident_days=days))
    for store in stores().values():
        store.purge(now=NOW)
    kept = {made[age].pk for age in left}
    assert set(Incident.objects.values_list("pk", flat=True)) == kept
    assert set(IncidentAct.objects.values_list("incident", flat=True)) == kept


def test_the_settings_cannot_go_beyond_what_is_declared() -> None:
    assert KEPT_INCIDENT.current.after(NOW) == NOW + timedelta(days=DECLARED_DAYS)
    with pytest.raises(ValueError, match="less than or equal to 30"):
        Settings(incident_days=31)
