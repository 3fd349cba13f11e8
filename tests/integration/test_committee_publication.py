"""What becomes public once the letters are sent: the kept projects and the reasons, no refusal."""

import pytest
from django.urls import reverse

from bacasable.people import instance
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.committee import actions, signals
from bacasable.programme.committee.models import Selection
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support.models import SupportFile
from tests.factories import dossiers
from tests.factories.decisions import deliberating, president, published, sent, take
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


def test_publication_names_the_kept_projects_at_addresses_that_stay_and_no_refusal(client):
    room = deliberating(dossiers=4)
    heard = []

    def hear(sender, decision, by, **_kwargs):
        heard.append([bool(outcome.project) for outcome in decision.outcomes.order_by("pk")])

    signals.announced.connect(hear)
    try:
        decision = published(room, ["refused", "advised", "laureate", "laureate"])
    finally:
        signals.announced.disconnect(hear)
    assert heard == [[False, True, True, True]]
    room.refresh()
    room.call.refresh_from_db()
    assert room.selection.state == Selection.State.PUBLISHED
    assert room.call.state == Call.State.DECIDED
    refused = room.examinations[0].dossier
    page = client.get(reverse("call:detail", args=[room.call.slug])).content.decode()
    for outcome in decision.outcomes.select_related("project", "examination__dossier"):
        if outcome.kind == "refused":
            assert outcome.project is None
            continue
        assert outcome.project.name == outcome.examination.dossier.title
        assert outcome.project.track == outcome.kind
        address = reverse("call:project", args=[room.call.slug, outcome.project.slug])
        assert address in page
        assert client.get(address).status_code == 200
    assert refused.title not in page
    with pytest.raises(Refused) as again:
        actions.publish(decision=decision, by=room.officer)
    assert again.value.code == "state"


def test_why_the_number_of_laureates_differs_becomes_public_with_them(client):
    room = deliberating(dossiers=3)
    Call.objects.filter(pk=room.call.pk).update(places_planned=1)
    decision = sent(room, ["laureate", "laureate", "refused"], number_reason="Two were equally good.")
    page = reverse("call:detail", args=[room.call.slug])
    assert "Two were equally good." not in client.get(page).content.decode()
    actions.publish(decision=decision, by=room.officer)
    fact = room.call.facts.get()
    assert (fact.text, fact.mark) == ("Two were equally good.", "P")
    assert fact.source_name == instance.configuration().office_name
    assert "Two were equally good." in client.get(page).content.decode()


def test_as_many_laureates_as_planned_need_no_public_reason():
    room = deliberating(dossiers=1)
    Call.objects.filter(pk=room.call.pk).update(places_planned=1)
    published(room, ["laureate"])
    assert not room.call.facts.exists()


def test_the_public_texts_can_be_written_anew_and_a_withdrawn_laureate_is_not_published(client):
    room = deliberating(dossiers=2)
    decision = take(room, kinds=["laureate", "laureate"])
    gone = room.examinations[0].dossier
    dossiers.actions.withdraw(dossier=gone, by=dossiers.author_of(gone))
    actions.send_letters(decision=decision, by=room.officer, accept_unsigned=True)
    assert [file.dossier for file in SupportFile.objects.all()] == [room.examinations[1].dossier]
    kept = decision.outcomes.get(examination=room.examinations[1])
    sign_in(client, president())
    address = reverse("committee:publish", args=[room.call.slug])
    assert client.get(address).status_code == 200
    fields = {f"name_{kept.pk}": "", f"body_{kept.pk}": "A town", f"summary_{kept.pk}": "Plain."}
    answer = client.post(address, fields)
    assert answer.status_code == 422
    assert "A town" in answer.content.decode()
    assert client.post(address, fields | {f"name_{kept.pk}": "Public name"}).status_code == 302
    project = SelectedProject.objects.get()
    assert (project.name, project.body, project.summary) == ("Public name", "A town", "Plain.")
    assert client.get(address).status_code == 200
