"""What somebody sends to the water service by mistake or on purpose: taken in, or refused with a reason."""

from typing import Any

import jwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bacasable.services.water_use.web import franceconnect, running
from bacasable.services.water_use.web.actions import imports
from bacasable.services.water_use.web.models import ReadingImport
from tests.factories.people import sign_in, staff
from tests.services.test_water_manager import MAPPING, ROOT
from tests.services.water_homes import home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")


@pytest.mark.parametrize("name", ["listing.csv", "mapping.toml", "水" * 118 + ".csv", "..", "a\u202egnp.csv"])
def test_readings_are_taken_in_whatever_their_file_is_called(client: Client, name: str) -> None:
    sign_in(client, staff("water_manager"))
    lines = "\n".join(f"A17-00042,2026-11-18T{hour:02d}:00:00,12" for hour in range(24))
    file = SimpleUploadedFile("x", f"compteur,heure,litres\n{lines}\nA17-00042,no time,1".encode())
    file._name = name
    client.post(ROOT + "desk/imports/", {"file": file, "mapping": SimpleUploadedFile("m.toml", MAPPING)})
    made = ReadingImport.objects.first()
    if made is None:  # a name that no browser sends is no file at all
        assert name == ".."
        return
    imports.run(str(made.public_id))
    made.refresh_from_db()
    assert (made.state, made.report.get("used"), made.report.get("left_out")) == ("done", 24, 1), made.report
    assert not list((running.folder() / "imports").iterdir())


@pytest.mark.parametrize(
    "posted",
    [
        {"lift": "<script>alert(1)</script>"},
        {"lift": "a\x00b"},
        {"lift": "x" * 100_000},
        {"area": "Centre", "level": "9" * 5000, "first": "31/02/2026", "order": "=1+1"},
        {},
    ],
)
def test_a_drought_that_is_none_is_refused_or_changes_nothing(client: Client, posted: dict[str, str]) -> None:
    sign_in(client, staff("water_manager"))
    home()
    assert client.post(ROOT + "districts/drought/", posted, follow=True).status_code in (200, 422)
    assert "<script>alert" not in client.get(ROOT + "districts/").content.decode()


@pytest.mark.parametrize("query", ["page=" + "9" * 5000, "page=-1", "page=%00", "page=\u0663", "month=x"])
@pytest.mark.parametrize("page", ["desk/", "desk/imports/", "districts/"])
def test_odd_queries_get_a_page(client: Client, page: str, query: str) -> None:
    sign_in(client, staff("water_manager"))
    assert client.get(f"{ROOT}{page}?{query}").status_code in (200, 403)


@pytest.mark.parametrize(
    "query", ["from=9999-12-31", "from=0001-01-01", "day=0001-01-01", "day=9999-12-31", "from=x&to=%00"]
)
def test_odd_days_of_a_home_get_a_page(client: Client, query: str) -> None:
    mine = home()
    proven(client, mine)
    for page in ("days", "hours", "comparison", "leaks"):
        answer = client.get(f"{ROOT}homes/{mine.public_id}/{page}/?{query}")
        assert answer.status_code in (200, 302), page


@pytest.mark.parametrize("wrong", [jwt.InvalidKeyError("x"), jwt.exceptions.PyJWKError("x")])
def test_an_answer_that_no_key_of_the_provider_signed_proves_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    class Answer:
        headers: dict[str, str] = {}

        def raise_for_status(self) -> None:
            pass

        def json(self) -> dict[str, Any]:
            return {"keys": [], "id_token": "a.b.c", "access_token": "x"}

    def opened(*_: object) -> None:
        raise wrong

    told = dict.fromkeys(("token_endpoint", "jwks_uri", "userinfo_endpoint", "issuer"), "https://provider")
    monkeypatch.setattr(franceconnect, "described", lambda *_: told)
    monkeypatch.setattr(franceconnect.requests, "post", lambda *_, **__: Answer())
    monkeypatch.setattr(franceconnect.requests, "get", lambda *_, **__: Answer())
    monkeypatch.setattr(franceconnect, "_opened", opened)
    session = client.session
    session["water_use.asked"] = {"state": "s", "nonce": "n", "verifier": "v"}
    session.save()
    answer = client.get(ROOT + "prove/callback/?state=s&code=c", follow=True)
    assert "n’a pas été prouvée" in answer.content.decode()
