"""The president opens one dossier to one inspector, by law, for a time; the journal keeps each reading."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from bacasable.people.models import JournalEntry, OneTimeLink, OutgoingMail
from bacasable.programme.desk import actions
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.dossiers import actions as dossiers
from bacasable.programme.dossiers import files
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import dossiers as factory
from tests.factories.call import CallFactory
from tests.factories.files import pdf
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def president():
    return verified(staff("president"))


@pytest.fixture
def inspector():
    return staff("inspector")


@pytest.fixture
def dossier():
    made = factory.complete()
    files.add(dossier=made, name="presentation.pdf", content=pdf(), by=factory.author_of(made))
    factory.submit(made)
    made.refresh_from_db()
    return made


def give(dossier, inspector, president, clock, **changed):
    act = {
        "ground": "complaint",
        "reasons": "A complaint was received on 3 May.",
        "ends_at": clock.at + timedelta(days=10),
    }
    return actions.open_to_inspector(dossier=dossier, inspector=inspector, by=president, **act | changed)


def journalled(action):
    return list(JournalEntry.objects.filter(action=action).values_list("subject", "facts"))


def test_the_president_opens_a_dossier_and_the_inspector_reads_it(
    client, dossier, inspector, president, clock
):
    sign_in(client, president)
    address = reverse("desk:exceptions", args=[dossier.reference])
    form = {
        "inspector": str(inspector.public_id),
        "ground": "breach",
        "reasons": "A breach was notified.",
        "ends_at": (clock.at + timedelta(days=20)).date().isoformat(),
    }
    assert client.post(address, form).status_code == 302
    exception = LawfulException.objects.get()
    assert (exception.inspector, exception.given_by) == (inspector, president)
    assert exception.ends_at.astimezone(dossier.call.zone).strftime("%H:%M:%S") == "23:59:59"
    assert OutgoingMail.objects.filter(to=inspector.email).count() == 1
    reader = sign_in(Client(), inspector)
    listed = reader.get(reverse("desk:inspection")).content.decode()
    page_address = reverse("desk:inspected", args=[exception.public_id])
    assert page_address in listed
    page = reader.get(page_address).content.decode()
    assert "Answer to" in page
    attachment = dossier.attachments.get()
    file_address = reverse("desk:inspected_file", args=[exception.public_id, attachment.public_id])
    assert file_address in page
    got = reader.get(file_address)
    assert got.content == pdf()
    assert got["Content-Security-Policy"].startswith("sandbox")
    assert got["Content-Disposition"].startswith("attachment")
    subject, known = f"dossier:{dossier.reference}", {"exception": str(exception.public_id)}
    assert journalled("inspection.read") == [(subject, known)]
    assert journalled("inspection.file_read") == [(subject, known | {"file": str(attachment.public_id)})]
    assert journalled("inspection.opened")[0][0] == subject


def test_what_is_written_after_the_submission_stays_closed(inspector, dossier, president, clock):
    exception = give(dossier, inspector, president, clock)
    factory.write(dossier, "project", summary="A thought that is not submitted")
    late = files.add(
        dossier=dossier,
        name="late.pdf",
        content=pdf(lambda made: made.add_blank_page(9, 9)),
        by=factory.author_of(dossier),
    )
    reader = sign_in(Client(), inspector)
    page = reader.get(reverse("desk:inspected", args=[exception.public_id])).content.decode()
    assert "not submitted" not in page
    assert "late.pdf" not in page
    address = reverse("desk:inspected_file", args=[exception.public_id, late.public_id])
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("how", ["ended", "closed", "withdrawn", "no_longer_inspector", "another"])
def test_beyond_the_exception_there_is_nothing(inspector, dossier, president, clock, how):
    exception = give(dossier, inspector, president, clock)
    match how:
        case "ended":
            clock.forward(days=10)
        case "closed":
            actions.close_to_inspector(exception=exception, by=president)
        case "withdrawn":
            dossiers.withdraw(dossier=dossier, by=factory.author_of(dossier))
        case "no_longer_inspector":
            inspector.grants.all().delete()
    reader = sign_in(Client(), staff("inspector") if how == "another" else inspector, "totp")
    file = dossier.attachments.get().public_id
    assert reader.get(reverse("desk:inspected", args=[exception.public_id])).status_code == 404
    assert reader.get(reverse("desk:inspected_file", args=[exception.public_id, file])).status_code == 404
    assert not journalled("inspection.read")


def test_an_exception_opens_nothing_else(client, inspector, dossier, president, clock):
    give(dossier, inspector, president, clock)
    sign_in(client, inspector)
    reference = dossier.reference
    for name in ("dossiers:overview", "dossiers:receipt", "dossiers:files", "support:file"):
        assert client.get(reverse(name, args=[reference])).status_code == 404, name
    for name in ("desk:dossier", "desk:exceptions"):
        assert client.get(reverse(name, args=[reference])).status_code == 403, name


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ground": "curiosity"}, "ground"),
        ({"reasons": "  "}, "reasons"),
        ({"days": 91}, "ends_at"),
        ({"days": 0}, "ends_at"),
        ({"days": -1}, "ends_at"),
    ],
)
def test_an_exception_needs_a_ground_reasons_and_a_near_end(
    dossier, inspector, president, clock, wrong, code
):
    if "days" in wrong:
        wrong = {"ends_at": clock.at + timedelta(days=wrong["days"])}
    with pytest.raises(Refused) as refused:
        give(dossier, inspector, president, clock, **wrong)
    assert refused.value.code == code
    assert not LawfulException.objects.exists()


def test_only_inspectors_and_submitted_dossiers(dossier, inspector, president, clock):
    for dossier_, person, code in (
        (dossier, staff("expert"), "inspector"),
        (dossier, staff("inspector", is_active=False), "inspector"),
        (factory.draft(), inspector, "state"),
    ):
        with pytest.raises(Refused) as refused:
            give(dossier_, person, president, clock)
        assert refused.value.code == code
    give(dossier, inspector, president, clock)
    with pytest.raises(Refused) as refused:
        give(dossier, inspector, president, clock)
    assert refused.value.code == "already"


@pytest.mark.parametrize("role", ["officer", "administrator", "inspector", "expert", "editor"])
def test_nobody_but_the_president_gives_or_closes_one(dossier, inspector, president, clock, role):
    somebody = verified(staff(role))
    with pytest.raises(PermissionDenied):
        give(dossier, inspector, somebody, clock)
    exception = give(dossier, inspector, president, clock)
    with pytest.raises(PermissionDenied):
        actions.close_to_inspector(exception=exception, by=somebody)


def test_a_wrong_form_keeps_what_was_typed(client, dossier, inspector, president, clock):
    sign_in(client, president)
    form = {"inspector": str(inspector.public_id), "ground": "breach", "reasons": "What I typed."}
    for day in ("", "2020-01-01", "9999-12-31", "soon"):
        answer = client.post(reverse("desk:exceptions", args=[dossier.reference]), form | {"ends_at": day})
        assert answer.status_code == 422
        assert "What I typed." in answer.content.decode()


def test_giving_an_exception_asks_for_a_recent_proof(client, dossier, president):
    sign_in(client, president)
    session = client.session
    session["people.proved_at"] -= 3600
    session.save()
    answer = client.get(reverse("desk:exceptions", args=[dossier.reference]))
    assert answer["Location"].startswith(reverse("people:again"))


def test_the_president_finds_a_dossier_and_closes_an_exception(client, dossier, inspector, president, clock):
    exception = give(dossier, inspector, president, clock)
    sign_in(client, president)
    given = reverse("desk:exceptions_given")
    page = reverse("desk:exceptions", args=[dossier.reference])
    assert page in client.get(given).content.decode()
    assert client.get(given, {"reference": dossier.reference.lower()})["Location"] == page
    assert client.get(given, {"reference": "BAS-1999-0001"}).status_code == 200
    for _twice in range(2):
        client.post(reverse("desk:exception_close", args=[exception.public_id]))
    exception.refresh_from_db()
    assert exception.revoked_at == clock.at
    assert len(journalled("inspection.closed")) == 1


# An inspector takes part in nothing, whatever the database says


def test_an_inspector_applies_to_no_call_and_joins_no_dossier(client, inspector, dossier):
    sign_in(client, inspector)
    call = CallFactory()
    assert client.post(reverse("dossiers:start", args=[call.slug])).status_code == 403
    with pytest.raises(PermissionDenied):
        dossiers.start(call=call, by=inspector)
    link = OneTimeLink(purpose="join", target=dossier.reference, email=inspector.email)
    with pytest.raises(PermissionDenied):
        dossiers.accept_invitation(None, link, inspector)
    assert not Dossier.objects.filter(memberships__user=inspector).exists()


def test_no_mail_about_a_dossier_reaches_an_inspector(inspector):
    made = factory.complete()
    Membership.objects.create(dossier=made, user=inspector, role=Membership.Role.CO_AUTHOR)
    factory.submit(made)
    told = OutgoingMail.objects.filter(about=f"dossier:{made.reference}").values_list("to", flat=True)
    assert list(told) == [factory.author_of(made).email]


def test_members_pay_one_query_at_most_for_the_wall(client, django_assert_max_num_queries):
    made = factory.draft()
    sign_in(client, factory.author_of(made))
    address = reverse("dossiers:overview", args=[made.reference])
    client.get(address)
    with django_assert_max_num_queries(14) as asked:
        client.get(address)
    assert sum("people_rolegrant" in query["sql"] for query in asked.captured_queries) == 1
