"""A CV on the page: read, shown, confirmed line by line, kept nowhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bacasable.services.job_advice.web import running, sealed
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import ROOT, opened

pytestmark = pytest.mark.django_db(databases="__all__")
CV = """Jeanne Exemple
12 rue des Lilas, 44000 Nantes - 06 12 34 56 78

Expériences professionnelles
2018 - 2022 : Aide-soignante, clinique des Fleurs
2015 - 2018 : Vendeuse en boulangerie

Formation
Baccalauréat professionnel, 2014
"""


def test_a_cv_is_read_confirmed_and_not_kept(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    made = opened(verified(by))
    at = f"{ROOT}files/{made.public_id}/cv/"
    html = client.post(at, {"file": SimpleUploadedFile("cv.txt", CV.encode())}).content.decode()
    assert "job-0-code" in html and " checked" not in html
    main = html.partition("<main")[2]
    assert "Jeanne" not in main and "Lilas" not in main and "06 12" not in main
    code = running.coder().code(["Aide-soignante"]).codes[0][0]
    assert f'value="{code}"' in html
    client.post(at, {"step": "confirm", "job-0-code": code, "job-0-months": "48", "job-1-code": "none"})
    made.refresh_from_db()
    assert [(one.occupation, one.months) for one in sealed.profile_of(made).held] == [(code, 48)]


def test_a_file_that_is_no_cv_says_what_to_do(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    made = opened(verified(by))
    page = client.post(
        f"{ROOT}files/{made.public_id}/cv/", {"file": SimpleUploadedFile("cv.pdf", b"%PDF-1.4 broken")}
    )
    assert page.status_code == 422
