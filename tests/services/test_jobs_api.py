"""The interface: titles, opinions, versions; uses against people are refused with their reason."""

import pytest
from django.test import Client
from django.utils.translation import gettext

from bacasable.compliance.gate import Gate
from bacasable.services.job_advice.processing import PROCESSING, REFUSED_USES
from bacasable.services.job_advice.web import calling, gates, running
from bacasable.services.job_advice.web.models import Advice
from tests.factories.people import sign_in, staff
from tests.services.jobs_rooms import ROOT, assessed, told

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]
API = f"{ROOT}api/"


@pytest.fixture(autouse=True)
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "_CALLS", {})


def adviser() -> Client:
    return sign_in(Client(), staff("job_adviser"))


def posted(client: Client, path: str, told: object):  # type: ignore[no-untyped-def]
    return client.post(f"{API}{path}", told, content_type="application/json")


def test_titles_and_profiles_get_candidates_and_an_opinion_with_versions_and_nothing_is_kept() -> None:
    client, tables = adviser(), running.referential()
    title = tables.titles["masculine"][0]
    coded = posted(client, "titles", {"titles": [title, "zzqx wrtv"]}).json()
    assert coded["version"] == tables.version and coded["is_synthetic"]
    assert coded["titles"][0]["candidates"][0]["code"] == tables.titles["code"][0]
    assert len(coded["titles"][0]["candidates"]) == 5 and coded["titles"][1]["abstains"]
    opinion = posted(client, "advice", {"profile": told().as_json()}).json()
    assert opinion["sources"] and 1 <= len(opinion["suggestions"]) <= 5
    assert not Advice.objects.exists()
    paths = client.get(f"{API}openapi.json").json()["paths"]
    assert f"{API}titles" in paths and all(path.startswith(API) for path in paths)


@pytest.mark.parametrize("use", sorted(REFUSED_USES))
def test_a_use_against_people_is_refused_with_its_reason_whoever_asks(use: str) -> None:
    refused = posted(adviser(), "advice", {"profile": told().as_json(), "purpose": use})
    assert refused.status_code == 403
    assert gettext(PROCESSING.refused_uses[use]) in refused.json()["reason"]
    assert Client().get(f"{API}uses/{use}").status_code == 403
    assert Client().get(f"{API}uses/advise").status_code == 200


def test_what_no_profile_can_hold_is_refused_by_name() -> None:
    refused = posted(adviser(), "advice", {"profile": {"sex": "f"}})
    assert refused.status_code == 400 and "'sex' is no field of a profile" in refused.json()["reason"]
    assert posted(adviser(), "titles", {"titles": []}).status_code == 400


def test_only_advisers_call_not_too_often_and_not_before_the_assessment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert posted(Client(), "advice", {"profile": {}}).status_code in (302, 401, 403)
    head = sign_in(Client(), staff("job_head"))
    assert posted(head, "titles", {"titles": ["boulanger"]}).status_code == 403
    client = adviser()
    monkeypatch.setattr(running.settings(), "calls_per_minute", 1)
    assert posted(client, "titles", {"titles": ["boulanger"]}).status_code == 200
    slow = posted(client, "titles", {"titles": ["boulanger"]})
    assert slow.status_code == 429 and int(slow["Retry-After"]) > 0
    monkeypatch.setattr(gates, "gate", lambda: Gate(PROCESSING))
    assert posted(adviser(), "advice", {"profile": told().as_json()}).status_code == 503
