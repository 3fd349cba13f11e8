"""Training on people who do not exist, and imports by page: what is in use stays until the new is whole."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import running
from bacasable.services.job_advice.web.actions import imports, training
from bacasable.services.job_advice.web.models import Import, Item, TrainingItem
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import ROOT, adviser

pytestmark = pytest.mark.django_db(databases="__all__")


def test_decoys_are_suggestions_that_nothing_in_the_file_leads_to() -> None:
    made = training.start(by=adviser(), seed=7)
    decoys = made.items.filter(is_decoy=True)
    assert training.LEAST_DECOYS <= decoys.count() <= training.MOST_DECOYS
    assert len(set(decoys.values_list("file", "key"))) == decoys.count()
    for one in decoys:
        profile = Profile.from_json(made.profiles[one.file - 1])
        assert one.key not in {held.occupation for held in profile.held} | set(profile.targets)
        others = made.items.filter(file=one.file, is_decoy=False)
        assert one.key not in set(others.values_list("key", flat=True)) and one.reasons
    assert "is_decoy" not in {field.name for field in Item._meta.get_fields()}


def test_a_result_is_told_to_who_trained_and_to_nobody_else(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    made = training.start(by=verified(by), seed=7)
    page = client.get(f"{ROOT}training/{made.public_id}/1/").content.decode()
    assert "exprès" in page and "bad on purpose</strong>" not in page
    with pytest.raises(Refused, match="not decided"):
        training.finish(training=made, by=verified(by))
    for one in TrainingItem.objects.filter(training=made):
        verb = "refused" if one.is_decoy and one.file != 1 else "retained"
        sent = {"position": one.position, f"item-{one.position}-verb": verb}
        client.post(f"{ROOT}training/{made.public_id}/{one.file}/", sent)
    client.post(f"{ROOT}training/{made.public_id}/end/")
    made.refresh_from_db()
    missed = made.items.filter(is_decoy=True, file=1).count()
    assert (made.shown, made.found, made.doubted) == (made.items.count(), made.decoys - missed, 0)
    assert client.get(f"{ROOT}training/{made.public_id}/result/").status_code == 200
    other = sign_in(Client(), staff("job_adviser"))
    assert other.get(f"{ROOT}training/{made.public_id}/result/").status_code == 404
    assert sign_in(Client(), staff("job_head")).get(f"{ROOT}training/").status_code == 403


def test_nobody_but_an_adviser_trains_nor_but_the_head_imports() -> None:
    with pytest.raises(PermissionDenied):
        training.start(by=verified(staff("job_head")))
    with pytest.raises(PermissionDenied):
        imports.ask(kind="referential", name="rome.zip", content=[b"x"], by=adviser())


def test_an_archive_that_is_no_good_says_why_and_changes_nothing(client: Client) -> None:
    sign_in(client, staff("job_head"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "nothing of the kind")
    file = SimpleUploadedFile("tables.zip", packed.getvalue())
    sent = client.post(f"{ROOT}tables/", {"kind": "referential", "file": file})
    made = Import.objects.get()
    assert sent.status_code == 302
    imports.run(str(made.public_id))
    made.refresh_from_db()
    assert made.state == "failed" and made.report["lines"] and not made.file
    assert not running.is_imported() and running.referential().is_synthetic
    page = client.get(f"{ROOT}tables/{made.public_id}/").content.decode()
    assert made.report["lines"][0][:20].lower() in page.lower()
    sessions = SimpleUploadedFile("s.csv", b"reference,title,starts,department\nX,Y,2027-01-01,44\n")
    client.post(f"{ROOT}tables/", {"kind": "sessions", "file": sessions})
    imports.run(str(Import.objects.get(kind="sessions").public_id))
    assert Import.objects.get(kind="sessions").state == "failed"
    assert client.get(f"{ROOT}tables/").status_code == 200
