"""The register, 'And me?' and the exports: read from the declaration, with the last measurement."""

import json

import pytest
from django.conf import settings
from django.urls import reverse

from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.exports.loading import available
from bacasable.duties.register import queries
from tests.factories.people import sign_in, staff

pytestmark = pytest.mark.django_db


def test_and_me_says_every_declared_piece_of_data_and_links_to_the_form_of_rights(client):
    page = client.get(reverse("register:about", args=["platform"]))
    assert page.status_code == 200
    declared = processing_of(catalogue()["platform"])
    shown = {row["data"].lower() for group in page.context["groups"] for row in group["rows"]}
    assert len(shown) == len({str(item.label) for item in declared.data})
    for one in page.context["buttons"]:
        form = client.get(one["href"]).context["form"]
        assert form.initial["service"] == "platform"
        assert form.initial["right"] in {value for value, _label in form.fields["right"].choices}


@pytest.mark.parametrize("name", ["about", "entry"])
def test_a_service_that_does_not_run_here_is_not_found(client, name):
    assert client.get(reverse(f"register:{name}", args=["no-such"])).status_code == 404


def test_the_register_lists_every_purpose_of_every_service(client):
    rows = client.get(reverse("register:register")).context["rows"]
    assert len(rows) == sum(len(processing_of(one).purposes) for one in catalogue().values())


def test_promises_never_measured_say_so(client, monkeypatch, tmp_path):
    told = settings.BACASABLE.model_copy(update={"home": tmp_path})
    monkeypatch.setattr(settings, "BACASABLE", told)
    found = queries.promises(queries.entry_of("platform"))
    assert found
    assert {one.state for one in found} == {"never"}


def test_who_is_not_the_officer_exports_nothing(client):
    for user in (None, staff("officer")):
        if user:
            sign_in(client, user)
        for key in available():
            page = client.get(reverse("register:download", args=["platform", key, "file"]))
            assert page.status_code in {302, 403}


@pytest.mark.parametrize("key", sorted(available()))
def test_each_format_says_what_is_missing_before_it_is_downloaded(client, key):
    sign_in(client, staff("dpo"))
    page = client.get(reverse("register:export", args=["platform", key]))
    assert page.status_code == 200
    for one in page.context["downloads"]:
        answer = client.get(one["href"])
        if page.context["not_due"]:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 200
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer.content


def test_an_assessment_is_imported_with_what_was_set_aside(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    sign_in(client, staff("dpo"))
    where = reverse("register:import_pia", args=["platform"])
    exported = client.get(reverse("register:download", args=["platform", "pia", "file"])).content
    tree = json.loads(exported)
    part = tree.get("pia", tree)
    part["unknown_of_ours"] = "<script>alert(1)</script>"
    again = json.dumps(tree).encode()
    page = client.post(where, {"file": SimpleUploadedFile("pia.json", again), "as": "page"})
    assert page.status_code == 200
    assert any("unknown_of_ours" in line["place"] for line in page.context["aside"])
    assert b"<script>alert" not in page.content
    file = client.post(where, {"file": SimpleUploadedFile("pia.json", again), "as": "file"})
    assert b"unknown_of_ours" in file.content
    refused = client.post(where, {"file": SimpleUploadedFile("pia.json", b"[")})
    assert refused.status_code == 422
