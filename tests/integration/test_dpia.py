"""The impact assessment of a service: recorded by page, read by the gate, the board and the exports."""

import dataclasses
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.dpia import GRACE
from bacasable.compliance.gate import Gate, NotYet
from bacasable.compliance.processing import Dpia
from bacasable.compliance.store import Person
from bacasable.duties.board import queries as board
from bacasable.duties.dpia import actions
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.duties.keeping import actions as keeping
from bacasable.duties.processing import RECORDED_DPIA
from bacasable.people import instance
from bacasable.people.models import JournalEntry
from bacasable.privacy.messages import Refused
from bacasable.programme.stores import stores
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(monkeypatch):
    """The platform's own declaration, as if its assessment were due and not done."""
    due = dataclasses.replace(
        processing_of(catalogue()["platform"]), dpia=Dpia(("large_scale", "sensitive_data"), status="to_do")
    )
    for module in (actions, board, "bacasable.duties.register.queries", "bacasable.duties.dpia.views"):
        monkeypatch.setattr(
            f"{module}.processing_of" if isinstance(module, str) else f"{module.__name__}.processing_of",
            lambda service: due,
        )
    return due


@pytest.fixture
def officer():
    return verified(staff("dpo"))


def recorded(declared, by, **given):
    today = timezone.localdate(clock.now())
    facts = {
        "service": declared.service,
        "declaration": declared.digest(),
        "validated_on": today,
        "validated_by": "The director",
        "reason": "What remains is small.",
        "reference": "AIPD 2026-3",
        "review_on": today + timedelta(days=365),
    }
    return actions.record(by=by, **{**facts, **given})


def passes(declared) -> bool:
    """Whether the gate of a production would let a reading through."""
    item = declared.data[0]
    place = item.stored_in[0].rpartition(".")
    try:
        Gate(declared, dpias=RECORDED_DPIAS).admit(
            purpose=item.purposes[0], data_set=place[0], fields=(place[2],)
        )
    except NotYet:
        return False
    return True


def test_production_opens_with_the_record_and_closes_with_its_revocation(declared, officer, clock):
    assert not passes(declared)
    made = recorded(declared, officer)
    assert passes(declared)
    item = declared.data[0]
    model, _dot, column = item.stored_in[0].rpartition(".")
    kept = Gate(declared, dpias=RECORDED_DPIAS).admit(
        purpose=item.purposes[0], data_set=model, fields=(column,)
    )
    actions.revoke(service=declared.service, reason="A breach showed more.", by=officer)
    assert not passes(declared)
    with pytest.raises(NotYet, match="'revoked'"):
        kept.rows([{column: "x"}])
    entries = JournalEntry.objects.filter(subject=f"dpia:{made.public_id}")
    assert [entry.action for entry in entries.order_by("number")] == ["dpia.recorded", "dpia.revoked"]
    assert "director" not in str([entry.facts for entry in entries])


def test_a_revocation_prevails_over_what_the_declaration_says_of_itself(declared, officer):
    sure = dataclasses.replace(declared, dpia=dataclasses.replace(declared.dpia, status="validated"))
    assert passes(sure)
    recorded(declared, officer)
    actions.revoke(service=declared.service, reason="Not ours.", by=officer)
    assert not passes(sure)


def test_what_changes_the_risk_closes_at_once_and_words_do_not(declared, officer):
    recorded(declared, officer)
    reworded = dataclasses.replace(declared, title="Another title")
    assert passes(reworded)
    item = declared.data[0]
    longer = dataclasses.replace(item.retention, current=item.retention.current + item.retention.current)
    data = tuple(
        dataclasses.replace(one, retention=longer) if one.retention == item.retention else one
        for one in declared.data
    )
    assert not passes(dataclasses.replace(declared, data=data))


def test_the_day_of_the_review_leaves_a_grace(declared, officer, clock):
    made = recorded(declared, officer)
    clock.forward(days=366)
    assert passes(declared)
    (row,) = (row for row in board.declarations() if row["href"].endswith("/platform/exports/"))
    assert row["assessment"]["colour"] == "orange"
    clock.forward(days=GRACE.days)
    assert not passes(declared)
    assert made.review_on + GRACE < timezone.localdate(clock.at)


def test_the_officer_records_by_page_and_reads_the_file_again(declared, client):
    sign_in(client, staff("officer"))
    assert client.get(reverse("dpia:page", args=["platform"])).status_code == 403
    client.logout()
    sign_in(client, staff("dpo"))
    today = timezone.localdate(clock.now())
    form = {
        "validated_by": "The director",
        "reason": "What remains is small.",
        "declaration": declared.digest(),
        **_parts("validated_on", today),
        **_parts("review_on", today + timedelta(days=365)),
    }
    refused = client.post(reverse("dpia:record", args=["platform"]), form)
    assert refused.status_code == 422  # neither reference nor file
    file = SimpleUploadedFile("aipd.pdf", b"%PDF-1.7 assessment")
    answer = client.post(reverse("dpia:record", args=["platform"]), {**form, "file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    row = DpiaRecord.objects.get()
    assert b"assessment" not in b"".join(
        path.read_bytes() for path in instance.vault().root.rglob(f"{row.file}*") if path.is_file()
    )
    sent = client.get(reverse("dpia:file", args=[row.public_id]))
    assert b"".join(sent.streaming_content) == b"%PDF-1.7 assessment"
    said = client.get(reverse("dpia:page", args=["platform"])).content.decode()
    assert "The director" in said
    told = client.get(reverse("register:about", args=["platform"])).content.decode()
    assert today.isoformat() in told
    assert "The director" not in told
    pia = client.get(reverse("register:download", args=["platform", "pia", "file"])).content.decode()
    assert '"validator_name": "The director"' in pia
    answer = client.post(reverse("dpia:revoke", args=["platform"]), {"revoke-reason": "Too old."})
    assert answer.status_code == 302
    assert DpiaRecord.objects.get().revocation_reason == "Too old."


def _parts(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_what_cannot_be_is_refused_and_leaves_nothing(declared, officer):
    today = timezone.localdate(clock.now())
    before = {path for path in instance.vault().root.rglob("*") if path.is_file()}
    for wrong in (
        {"validated_on": today + timedelta(days=1)},
        {"review_on": today},
        {"review_on": today + timedelta(days=1200)},
        {"declaration": "0" * 64, "content": b"%PDF", "file_name": "a.pdf"},
        {"reference": " "},
        {"content": b"MZ", "file_name": "a.exe"},
        {"reason": " "},
        {"service": "nothing"},
    ):
        with pytest.raises(Refused):
            recorded(declared, officer, **wrong)
    with pytest.raises(Refused):
        actions.revoke(service=declared.service, reason="x", by=officer)
    with pytest.raises(PermissionDenied):
        recorded(declared, verified(staff("officer")))
    assert not DpiaRecord.objects.exists()
    assert {path for path in instance.vault().root.rglob("*") if path.is_file()} == before


def test_a_record_that_is_replaced_goes_at_the_end_of_its_retention(declared, officer, clock):
    first, second = recorded(declared, officer), recorded(declared, officer)
    first.refresh_from_db()
    assert RECORDED_DPIAS.last(declared.service) is not None
    store = stores()["impact assessments"]
    kept = store.erase(Person("staff", {"email": officer.email}), by="test", reason="x").kept
    assert set(kept) == {"dpia_acts"}
    clock.at = RECORDED_DPIA.due_at(first.replaced_at) + timedelta(seconds=1)
    keeping.purge_daily()
    assert list(DpiaRecord.objects.all()) == [second]


def test_the_command_line_records_lists_and_revokes(monkeypatch):
    from typer.testing import CliRunner

    from bacasable.portal.commands import dpia as command

    monkeypatch.setattr(command, "_installation", lambda: None)
    today = timezone.localdate(clock.now())
    words = ["--validated-by", "The director", "--reason", "Small.", "--reference", "AIPD 2026-3"]
    days = ["--validated-on", f"{today}", "--review-on", f"{today + timedelta(days=300)}"]
    done = CliRunner().invoke(command.app, ["record", "platform", *words, *days])
    assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(command.app, ["list"]).output
    assert f"validated; validated on {today}" in listed
    assert CliRunner().invoke(command.app, ["revoke", "platform", "--reason", "Old."]).exit_code == 0
    assert "revoked" in CliRunner().invoke(command.app, ["list"]).output
    entries = JournalEntry.objects.filter(action__startswith="dpia.")
    assert {entry.actor for entry in entries} == {"system"}
