"""What the nightly purge destroys of the platform's own data, to the second, with its receipt."""

from datetime import timedelta

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from bacasable.compliance.store import Person
from bacasable.duties.breaches import actions as breaches
from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.keeping import actions as keeping
from bacasable.duties.keeping.models import PurgeRun
from bacasable.duties.processing import BREACH
from bacasable.people import actions, instance, links
from bacasable.people.models import OneTimeLink, OutgoingMail, RoleGrant
from bacasable.people.processing import LINK, MAIL, STAFF
from bacasable.programme.committee import actions as committee
from bacasable.programme.committee.models import Registration
from bacasable.programme.dossiers import files, queries
from bacasable.programme.dossiers.models import Upload
from bacasable.programme.processing.purposes import REGISTRATION, UPLOAD
from bacasable.programme.stores import stores
from tests.factories import dossiers
from tests.factories.decisions import conference as held
from tests.factories.files import png
from tests.factories.people import staff, verified

pytestmark = pytest.mark.django_db
TICK = timedelta(seconds=1)


def at_night(clock, instant) -> int:
    """Purge at an instant; return how many pieces of data the receipt tells."""
    clock.at = instant
    keeping.purge_daily()
    run = PurgeRun.objects.first()
    return run.count if run and run.at == instant else 0


def test_mails_and_links_go_at_the_end_of_their_retention(clock):
    waiting, failed, sent = (
        OutgoingMail.objects.create(to="ada@town.example", created_at=clock.at - timedelta(days=300))
        for _ in range(3)
    )
    now = clock.at
    OutgoingMail.objects.filter(pk=sent.pk).update(state="sent", sent_at=now, to="")
    OutgoingMail.objects.filter(pk=failed.pk).update(state="failed", failed_at=now + TICK)
    links.issue(email="ada@town.example", purpose=OneTimeLink.Purpose.SIGN_IN)
    assert not at_night(clock, LINK.due_at(now) - TICK)
    assert at_night(clock, LINK.due_at(now) + TICK)
    assert not OneTimeLink.objects.exists()
    assert not at_night(clock, MAIL.due_at(now) - TICK)
    assert at_night(clock, MAIL.due_at(now))
    assert set(OutgoingMail.objects.all()) == {waiting, failed}
    assert at_night(clock, MAIL.due_at(now + TICK))
    assert OutgoingMail.objects.get() == waiting


def test_registrations_go_after_the_event(clock):
    conference = held()
    committee.register(conference=conference, name="A", email="a@example.org")
    assert not at_night(clock, REGISTRATION.due_at(conference.ends_at) - TICK)
    assert at_night(clock, REGISTRATION.due_at(conference.ends_at))
    assert not Registration.objects.exists()


def test_an_upload_goes_with_what_arrived_of_it(clock, django_capture_on_commit_callbacks, monkeypatch):
    dossier = dossiers.draft()
    author, content = dossiers.author_of(dossier), png()
    started = clock.at

    def begun(length: int) -> Upload:
        return files.begin_upload(dossier=dossier, name="plan.png", length=length, by=author)

    half, whole, stuck = begun(100), begun(len(content)), begun(200)
    for upload, piece in ((half, bytes(50)), (whole, content), (stuck, bytes(50))):
        files.add_piece(upload=upload, content=piece, offset=0, by=author)
    vault = instance.vault()

    def kept(name: str) -> list:
        return list(vault.root.glob(f"??/{name}*"))

    delete = vault.delete

    def refusing(name: str) -> bool:
        if name == stuck.blob:
            raise OSError("the disk is full")
        return delete(name)

    monkeypatch.setattr(vault, "delete", refusing)
    assert not at_night(clock, UPLOAD.due_at(started) - TICK)
    assert all(map(kept, (half.blob, whole.blob, stuck.blob)))
    with django_capture_on_commit_callbacks(execute=True):
        assert at_night(clock, UPLOAD.due_at(started))
    assert not Upload.objects.exists()
    assert not kept(half.blob)
    (attachment,) = queries.attachments_of(dossier)
    assert kept(attachment.blob) and attachment.blob == whole.blob
    # what the disk kept is nobody's file any more: the daily sweep takes it
    monkeypatch.undo()
    assert kept(stuck.blob)
    vault.clear_orphans(lambda: {whole.blob}, clock.at.timestamp() + 10**9)
    assert not kept(stuck.blob)
    assert kept(whole.blob)


def test_roles_go_a_year_after_their_account_was_closed_and_never_while_it_is_open(clock):
    administrator = verified(staff("administrator"))
    gone, back, stays = staff("officer", "president"), staff("officer"), staff("officer")
    for user in (gone, back, stays):
        TOTPDevice.objects.create(user=user, name="totp")
    closed = clock.at
    for user in (gone, back):
        actions.deactivate(user=user, by=administrator)
    actions.grant_role(user=gone, role="editor", by=administrator)
    actions.activate(user=back, by=administrator)
    assert not at_night(clock, STAFF.due_at(closed) - TICK)
    assert at_night(clock, STAFF.due_at(closed))
    assert set(RoleGrant.objects.values_list("user", flat=True)) == {administrator.pk, back.pk, stays.pk}
    assert set(TOTPDevice.objects.values_list("user", flat=True)) == {back.pk, stays.pk}


def test_an_erased_account_leaves_no_second_factor_and_its_roles_run_out(clock):
    officer = staff("officer")
    dossier = dossiers.submitted()
    RoleGrant.objects.create(user=dossiers.author_of(dossier), role="expert")
    author = dossiers.author_of(dossier)
    TOTPDevice.objects.create(user=author, name="totp")
    stores()["accounts"].erase(Person("candidate", {"email": author.email}), by="dpo", reason="asked")
    assert not TOTPDevice.objects.exists()
    assert RoleGrant.objects.get(user=author).ended_at == clock.at
    assert RoleGrant.objects.get(user=officer).ended_at is None


def test_a_breach_goes_with_its_notices_five_years_after_it_was_closed(clock):
    officer = verified(staff("dpo"))
    given = {"title": "A list", "facts": "Of Ms Élodie Martin.", "aware_at": clock.at}
    breach, left_open = (breaches.record(by=officer, **given) for _ in range(2))
    for to in ("authority", "persons"):
        breaches.notify(breach=breach, to=to, sent_at=clock.at, is_complete=True, by=officer)
    breaches.assess(breach=breach, risk="high", reasons="Names.", by=officer)
    breaches.close(breach=breach, by=officer)
    closed = clock.at
    of_breaches = stores()["breaches"]
    mine = Person("staff", {"email": officer.email})
    assert len(list(of_breaches.find(mine))) == 2
    assert len(list(stores()["notices of breaches"].find(mine))) == 2
    # nobody should be named in the texts; who is, is found
    assert len(list(of_breaches.search("elodie martin"))) == 2
    kept = of_breaches.erase(mine, by="dpo", reason="asked")
    assert not kept.erased and "breach_acts" in kept.kept
    at_night(clock, BREACH.due_at(closed) - TICK)
    assert Breach.objects.count() == 2
    at_night(clock, BREACH.due_at(closed))
    assert Breach.objects.get() == left_open
    assert not Notification.objects.exists()
