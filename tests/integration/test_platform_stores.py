"""The platform's own data under the duties: accounts erased, records found for people, destroyed whole."""

from datetime import timedelta

import pytest
from django.apps import apps

from bacasable.compliance import clock
from bacasable.compliance.store import Person
from bacasable.people import instance
from bacasable.people.fields import names_in_use
from bacasable.people.models import JournalEntry, User
from bacasable.programme.committee.models import Decision
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.processing import PROCESSING
from bacasable.programme.stores import WAYS, WholeRecords, stores
from bacasable.programme.support.models import SupportFile
from tests.factories import dossiers
from tests.factories.people import UserFactory, staff
from tests.factories.site import Site

pytestmark = pytest.mark.django_db

VISAS = {"dossier", "selection", "support"}
LATER = timedelta(days=366 * 12)


def test_every_model_with_personal_data_has_a_store_or_a_reason():
    """What a person could ask for must be found: a new model takes a line in WAYS."""
    held = {
        place.split(".")[1] for item in PROCESSING.data for place in item.stored_in if place.count(".") == 2
    }
    told = {
        # found by digests alone, or by nobody: questions are published without their author
        *("LinkRequest", "Question", "Session"),
        # acts of staff, in the journal too
        *("CallExtension", "Selection", "Delegation", "Deliberation", "Decision", "LawfulException"),
        *("Examination", "AuditionSlot", "ConflictDeclaration"),
        # parts of a support file or of a recommendation, exported with it or public
        *("MinutesRemark", "FollowStatement", "ProjectKey", "Challenge", "RecommendationVersion"),
        *("ReviewedDocument", "Exchange", "Synthesis", "Passage", "Reply", "Publication", "Contract"),
        *("StoredEvidence", "RefusedEvidence", "Recommendation", "JournalCheckpoint"),
        # sign-in: digests, secrets and counters
        *("TOTPDevice", "StaticDevice", "StaticToken", "AccessAttempt", "AccessAttemptExpiration"),
        *("AccessFailureLog", "AccessLog", "RequestCount"),
    }
    named = set(WAYS) | {
        "User",
        "RoleGrant",
        "OneTimeLink",
        "OutgoingMail",
        "JournalEntry",
        "Upload",
        "Registration",
        "RightsRequest",
        *("Breach", "DpiaRecord", "Notification", "Visa", "PurgeRun"),
        "ReceivedMail",
    }
    assert not held - named - told


def test_an_erased_account_is_closed_and_its_acts_stay_under_a_pseudonym():
    dossier = dossiers.submitted()
    author = dossiers.author_of(dossier)
    address, public_id = author.email, author.public_id
    done = stores()["accounts"].erase(Person("candidate", {"email": address}), by="test", reason="asked")
    assert done.erased["account_address"] == 1
    assert "account_credentials" in done.kept
    found = User.objects.get(public_id=public_id)
    assert (found.name, found.is_active, found.has_usable_password()) == ("", False, False)
    assert address not in str(list(stores()["accounts"].search(address)))
    assert not list(stores()["accounts"].search(address))
    assert JournalEntry.objects.filter(actor=f"user:{public_id}").exists()


def test_accounts_past_their_retention_go_whole_where_nothing_refers_to_them():
    long_ago = clock.now() - timedelta(days=800)
    alone = UserFactory(email="alone@example.org", last_login=long_ago)
    author = dossiers.author_of(dossiers.submitted())
    User.objects.filter(pk=author.pk).update(last_login=long_ago)
    recent = UserFactory(email="recent@example.org", last_login=clock.now())
    never = UserFactory(email="never@example.org", last_login=None, created_at=long_ago)
    accounts = stores()["accounts"]
    assert accounts.purge(now=clock.now(), dry_run=True).erased["account_address"] == 3
    accounts.purge(now=clock.now())
    assert not User.objects.filter(pk__in=(alone.pk, never.pk)).exists()
    assert User.objects.get(pk=author.pk).email.startswith("erased-")
    assert User.objects.get(pk=recent.pk).email == "recent@example.org"
    assert not accounts.purge(now=clock.now()).erased


def test_a_person_finds_their_dossier_and_a_stranger_nothing():
    dossier = dossiers.submitted()
    address = dossiers.author_of(dossier).email
    mine = Person("candidate", {"email": address.upper()})
    (record,) = stores()["Dossier"].export(mine)
    assert dossier.reference in str(record.values["authorship"])
    assert list(stores()["Version"].find(mine))
    for nobody in ({"email": "stranger@example.org"}, {"email": ""}, {}, {"name": "x"}):
        assert not [hit for store in stores().values() for hit in store.find(Person("candidate", nobody))]


def test_a_record_is_destroyed_whole_with_a_visa_and_nothing_else_is(django_capture_on_commit_callbacks):
    site = Site().furnish()
    store = WholeRecords()
    Decision.objects.update(decided_at=clock.now())
    SupportFile.objects.update(ended_at=clock.now())
    now = clock.now() + LATER
    due = store.purge(now=now, visas=VISAS, dry_run=True).erased["application_answers"]
    assert due
    assert store.purge(now=now).kept
    assert Version.objects.exists()
    before = Dossier.objects.count()
    accounts = User.objects.count()
    files = set(instance.vault().names())
    with django_capture_on_commit_callbacks(execute=True):
        assert store.purge(now=now, visas=VISAS).erased["application_answers"] == due
    assert Dossier.objects.count() == before - due
    assert User.objects.count() == accounts
    assert type(site.call).objects.filter(pk=site.call.pk).exists()
    gone = files - set(instance.vault().names())
    assert gone
    assert not gone & set(names_in_use())
    for model in apps.get_app_config("programme").get_models():
        for row in model._base_manager.all():
            for column in model._meta.concrete_fields:
                if column.is_relation and getattr(row, column.attname) is not None:
                    assert getattr(row, column.name) is not None


def test_a_record_whose_support_goes_on_is_not_due(django_capture_on_commit_callbacks):
    site = Site().furnish()
    Decision.objects.update(decided_at=clock.now())
    SupportFile.objects.update(ended_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        WholeRecords().purge(now=clock.now() + LATER, visas=VISAS)
    assert Dossier.objects.filter(pk=site.support_file.dossier_id).exists()


def test_staff_find_their_roles_and_an_erasure_keeps_them_with_the_reason():
    officer = staff("officer", email="officer@example.org")
    roles = stores()["roles"]
    (record,) = roles.export(Person("staff", {"email": officer.email}))
    assert "officer" in str(record.values)
    assert roles.erase(Person("staff", {"email": officer.email}), by="test", reason="asked").kept
    assert officer.grants.exists()
